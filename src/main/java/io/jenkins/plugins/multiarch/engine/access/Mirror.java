package io.jenkins.plugins.multiarch.engine.access;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Serializable;

/**
 * A registry that has copies of what another one has.
 *
 * @param registry {@code host} or {@code host:port}
 * @param prefix what stands before the other registry's repositories, e.g. {@code hub} if the mirror keeps
 *     {@code library/alpine} as {@code hub/library/alpine}; empty for nothing
 */
public record Mirror(String registry, String prefix) implements Serializable {

    /** @throws IllegalArgumentException if a part is malformed; the message names it and what to write instead */
    public Mirror {
        copy(registry, prefix, "a", "latest", "");
    }

    /**
     * Reads {@code host[:port][/prefix]}.
     *
     * @throws IllegalArgumentException if the text is malformed; the message names it and what to write instead
     */
    public static Mirror parse(String text) {
        String trimmed = text.trim().replaceFirst("/$", "");
        int slash = trimmed.indexOf('/');
        try {
            if (trimmed.contains("://")) {
                throw new IllegalArgumentException("Leave out what stands before '://'.");
            }
            return slash < 0
                    ? new Mirror(trimmed, "")
                    : new Mirror(trimmed.substring(0, slash), trimmed.substring(slash + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is not a mirror. Write host, host:port, or either with a prefix of its repositories,"
                            + " for example mirror.example.com:5000/hub. " + e.getMessage(),
                    e);
        }
    }

    /** Where the mirror has what the other registry has there. */
    public ImageReference copyOf(ImageReference image) {
        return copy(registry, prefix, image.repository(), image.tag(), image.digest());
    }

    private static ImageReference copy(String registry, String prefix, String repository, String tag, String digest) {
        return new ImageReference(registry, prefix.isEmpty() ? repository : prefix + "/" + repository, tag, digest);
    }

    /** {@code host[:port][/prefix]}. */
    @Override
    public String toString() {
        return prefix.isEmpty() ? registry : registry + "/" + prefix;
    }
}
