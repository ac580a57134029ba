package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One platform's build.
 *
 * @param image where the result belongs, with the tag that the index will carry
 * @param platform the platform to build
 * @param context directory that holds the build context, or a remote context that the tool itself understands
 * @param dockerfile path of the Dockerfile, relative to the context or absolute
 * @param target stage to build; empty for the last
 * @param buildArgs build arguments in the order given
 * @param labels labels of the image
 * @param noCache whether to build without the tool's cache
 * @param pull whether to look for newer base images
 * @param test shell script to run between build and push; empty for none
 * @param push whether to publish the platform image
 * @param insecure whether the registry is reached by plain HTTP
 * @param features secrets, caches, further contexts, attestations and options
 */
public record BuildRequest(
        ImageReference image,
        Platform platform,
        String context,
        String dockerfile,
        String target,
        Map<String, String> buildArgs,
        Map<String, String> labels,
        boolean noCache,
        boolean pull,
        String test,
        boolean push,
        boolean insecure,
        BuildFeatures features)
        implements Serializable {

    private static final Pattern REMOTE = Pattern.compile("(https?|git|ssh)://\\S+|git@\\S+:\\S+");

    public BuildRequest {
        buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        buildArgs.keySet().forEach(key -> requireKey("build argument", key));
        labels.keySet().forEach(key -> requireKey("label", key));
    }

    private static void requireKey(String what, String key) {
        if (key == null || key.isBlank() || key.contains("=")) {
            throw new IllegalArgumentException(
                    "'" + key + "' is not the name of a " + what + ": it must not be empty nor contain '='.");
        }
    }

    /** The same with other features. */
    public BuildRequest with(BuildFeatures other) {
        return copy(dockerfile, pull, insecure, other);
    }

    /** The same with a registry that is, or is not, reached by plain HTTP. */
    public BuildRequest insecure(boolean plain) {
        return copy(dockerfile, pull, plain, features);
    }

    /** The same with a Dockerfile that is elsewhere. */
    public BuildRequest withDockerfile(String path) {
        return copy(path, pull, insecure, features);
    }

    /** The same, with base images as they are on the machine that builds. */
    BuildRequest withoutPull() {
        return copy(dockerfile, false, insecure, features);
    }

    private BuildRequest copy(String recipe, boolean pulled, boolean plain, BuildFeatures other) {
        return new BuildRequest(
                image, platform, context, recipe, target, buildArgs, labels, noCache, pulled, test, push, plain, other);
    }

    /** Whether the build tool fetches the context itself, from a URL. */
    public static boolean isRemote(String context) {
        return REMOTE.matcher(context).matches();
    }

    boolean hasRemoteContext() {
        return isRemote(context);
    }

    /** Whether the image is tested before it is pushed, by a script or while the build pauses. */
    public boolean hasTest() {
        return !test.isBlank() || features.pause();
    }

    /** The tag under which a platform image is pushed by tools that cannot push by digest, e.g. {@code 1.2-linux-arm64}. */
    public ImageReference platformTag() {
        return image.withTag(image.tag() + "-" + platform.tagSuffix());
    }
}
