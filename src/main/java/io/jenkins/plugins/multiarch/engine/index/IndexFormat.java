package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.util.Collection;
import java.util.Locale;

/** Which of the two specifications an index follows. */
public enum IndexFormat {
    /** OCI, unless every member is a Docker manifest and nothing is annotated. */
    AUTO,
    /** OCI image index; may have annotations. */
    OCI,
    /** Docker manifest list; has no annotations. */
    DOCKER;

    /**
     * Reads {@code auto}, {@code oci} or {@code docker}; null and empty mean {@code auto}.
     *
     * @throws IllegalArgumentException if the text is none of them; the message names it
     */
    public static IndexFormat parse(String text) {
        String name = text == null ? "" : text.trim();
        if (name.isEmpty()) {
            return AUTO;
        }
        for (IndexFormat format : values()) {
            if (format.toString().equals(name.toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        throw new IllegalArgumentException("Unknown index format '" + text + "'. Write auto, oci or docker.");
    }

    /** {@link #OCI} or {@link #DOCKER}: what {@link #AUTO} comes down to for these members. */
    IndexFormat resolve(Collection<Descriptor> members, boolean annotated) {
        if (this != AUTO) {
            return this;
        }
        boolean docker = !annotated
                && members.stream()
                        .allMatch(member -> member.mediaType().equals(Manifest.DOCKER_MANIFEST)
                                && isDockerMember(member)
                                && member.annotations().isEmpty());
        return docker ? DOCKER : OCI;
    }

    /** Whether a Docker manifest list may have it: an image for a platform, even an unknown one. */
    static boolean isDockerMember(Descriptor member) {
        return !member.isIndex()
                && member.artifactType().isEmpty()
                && member.json().path("platform").isObject();
    }

    String mediaType() {
        return this == DOCKER ? Manifest.DOCKER_LIST : Manifest.OCI_INDEX;
    }

    /** {@code auto}, {@code oci} or {@code docker}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
