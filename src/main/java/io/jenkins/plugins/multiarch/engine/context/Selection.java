package io.jenkins.plugins.multiarch.engine.context;

import java.util.List;

/**
 * What all ignore files of a context together say of one path. The build tool that the context is packed for is not known:
 * docker reads one of them, podman and buildah another. So only what none of them would take is left out; the tool then
 * applies its own.
 *
 * @param verdicts one for each file, at least one
 */
record Selection(List<IgnoreFile.Verdict> verdicts) {

    /** What they say of the context's own directory. */
    static Selection root(List<IgnoreFile> files) {
        return new Selection(files.stream().map(IgnoreFile::root).toList());
    }

    boolean ignored() {
        return verdicts.stream().allMatch(IgnoreFile.Verdict::ignored);
    }

    /** Whether something below this path may be taken, if it is an ignored directory. */
    boolean mayIncludeBelow() {
        return verdicts.stream().anyMatch(IgnoreFile.Verdict::mayIncludeBelow);
    }

    Selection below(String child) {
        return new Selection(
                verdicts.stream().map(verdict -> verdict.below(child)).toList());
    }
}
