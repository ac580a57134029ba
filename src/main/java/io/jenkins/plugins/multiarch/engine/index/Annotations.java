package io.jenkins.plugins.multiarch.engine.index;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The rules for annotations.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/annotations.md#rules">OCI image specification,
 *     annotations</a>
 */
final class Annotations {

    /** What nobody would see, and no tool could look for. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Z}\\p{Cc}\\p{Cf}]");

    private Annotations() {}

    /** @throws IllegalArgumentException if a key or value cannot be one; the message names it and says why */
    static void require(Map<String, String> annotations) {
        annotations.forEach((key, value) -> {
            if (key == null || UNSEEN.matcher(key).replaceAll("").isEmpty()) {
                throw new IllegalArgumentException("The annotation with value '" + value
                        + "' has no key. Write key=value, for example org.opencontainers.image.title=hello.");
            }
            if (UNSEEN.matcher(key).find()) {
                throw new IllegalArgumentException("'" + key
                        + "' cannot be the key of an annotation: it has white space or control characters. Write a name"
                        + " such as org.opencontainers.image.title.");
            }
            if (value == null) {
                throw new IllegalArgumentException(
                        "The annotation '" + key + "' has no value. Write an empty one, or leave it out.");
            }
        });
    }
}
