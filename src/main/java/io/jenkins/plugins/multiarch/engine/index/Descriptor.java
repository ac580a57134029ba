package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One member of an image index: which manifest, and for what platform.
 *
 * @param mediaType media type of the manifest
 * @param digest digest of the manifest
 * @param size length of the manifest itself in bytes; not of the image
 * @param platform the platform it is for
 * @param osVersion {@code os.version}, for Windows images; empty, never null, if there is none
 * @param osFeatures {@code os.features}; empty, never null, if there are none
 * @param annotations what is noted beside this member in an OCI index, by key; empty, never null, if nothing
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md#image-index-property-descriptions">
 *     OCI image index, {@code manifests}</a>
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        Platform platform,
        String osVersion,
        List<String> osFeatures,
        Map<String, String> annotations)
        implements Serializable {

    /** What BuildKit writes beside an attestation, which is no image. */
    static final String REFERENCE_TYPE = "vnd.docker.reference.type";

    /** The digest of the member that an attestation is about. */
    static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";

    /** @throws IllegalArgumentException if the size is not positive */
    public Descriptor {
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(platform, "platform");
        Objects.requireNonNull(osVersion, "osVersion");
        if (size <= 0) {
            throw new IllegalArgumentException("Manifest " + digest + " cannot have a size of " + size
                    + " bytes; give the length of the manifest itself.");
        }
        osFeatures = List.copyOf(osFeatures);
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    }

    /** A member with nothing but a manifest and its platform. */
    public static Descriptor of(String mediaType, Digest digest, long size, Platform platform) {
        return new Descriptor(mediaType, digest, size, platform, "", List.of(), Map.of());
    }

    /** The same member for another platform. */
    public Descriptor withPlatform(Platform other) {
        return new Descriptor(mediaType, digest, size, other, osVersion, osFeatures, annotations);
    }

    /** The same member, with these as its {@code os.version} and {@code os.features}. */
    public Descriptor withOs(String version, List<String> features) {
        return new Descriptor(mediaType, digest, size, platform, version, features, annotations);
    }

    /** The same member with these annotations added; they win over those it has. */
    public Descriptor withAnnotations(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(annotations);
        all.putAll(more);
        return new Descriptor(mediaType, digest, size, platform, osVersion, osFeatures, all);
    }

    Descriptor withoutAnnotations() {
        return new Descriptor(mediaType, digest, size, platform, osVersion, osFeatures, Map.of());
    }

    /**
     * Whether this is about another member (its provenance, its bill of materials) rather than an image: platform
     * {@code unknown/unknown}, marked by BuildKit's annotation.
     */
    public boolean isAttestation() {
        return platform.os().equals("unknown")
                && platform.architecture().equals("unknown")
                && annotations.containsKey(REFERENCE_TYPE);
    }

    /** The digest of the member that this attestation is about; empty if it says none. */
    String attests() {
        return annotations.getOrDefault(REFERENCE_DIGEST, "");
    }

    /** Whether an entry of an index says all this already, and so need not be written anew. */
    boolean says(Descriptor written) {
        Map<String, String> all = new TreeMap<>(written.annotations);
        all.putAll(annotations);
        return written.equals(new Descriptor(mediaType, digest, size, platform, osVersion, osFeatures, all));
    }

    /** The platforms of the images among these members, sorted, for people to read. */
    static String platforms(Collection<Descriptor> members) {
        return members.stream()
                .filter(member -> !member.isAttestation())
                .map(Descriptor::platformLabel)
                .sorted()
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /**
     * What clients tell members apart by: the platform with {@code os.version} and {@code os.features}, e.g.
     * {@code windows/amd64 (os.version 10.0.20348.1)}.
     */
    public String platformLabel() {
        return platform
                + (osVersion.isEmpty() ? "" : " (os.version " + osVersion + ")")
                + (osFeatures.isEmpty() ? "" : " (os.features " + String.join(", ", osFeatures) + ")");
    }
}
