package io.jenkins.plugins.multiarch.engine.tags;

import java.util.Map;

/**
 * What a build is of, as a Multibranch Pipeline tells it. What is not known is empty.
 *
 * @param branch the name of the branch, if it is neither a change request nor a Git tag
 * @param change the number of the change request
 * @param tag the Git tag
 * @param commit the whole identifier of the commit
 * @param primary whether the branch is the default one
 */
public record SourceRef(String branch, String change, String tag, String commit, boolean primary) {

    /** Reads the variables that Jenkins gives to builds. */
    public static SourceRef of(Map<String, String> environment) {
        String change = environment.getOrDefault("CHANGE_ID", "");
        String tag = environment.getOrDefault("TAG_NAME", "");
        boolean isBranch = change.isEmpty() && tag.isEmpty();
        return new SourceRef(
                isBranch ? environment.getOrDefault("BRANCH_NAME", "") : "",
                change,
                tag,
                environment.getOrDefault("GIT_COMMIT", ""),
                isBranch && environment.getOrDefault("BRANCH_IS_PRIMARY", "").equals("true"));
    }
}
