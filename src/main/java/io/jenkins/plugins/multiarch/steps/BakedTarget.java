package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Map;

/**
 * What a target of a bake file has that no author of a {@code multiArchBuild} can give.
 *
 * @param name of the target
 * @param bases name of a build context to what each platform takes for it: images of another target have another digest, or
 *     another archive, for each platform
 * @param dockerfile absolute path of the Dockerfile, if its text stood in the bake file; null if it is a file of the author
 * @param handsOver whether its images are kept as archives, for the targets that are built on it
 */
record BakedTarget(
        String name,
        Map<String, Map<String, String>> bases,
        @CheckForNull String dockerfile,
        boolean handsOver) {}
