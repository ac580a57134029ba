package io.jenkins.plugins.multiarch.engine.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One entry of an image index: which manifest, and, unless it is no image, for what platform. It is kept as the JSON that
 * it is, so that fields nobody here knows survive. Immutable; each {@code with} method changes one thing and leaves the
 * rest alone.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md#image-index-property-descriptions">
 *     OCI image index, {@code manifests}</a>
 */
public final class Descriptor implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The annotation by which BuildKit marks an attestation, which is no image. */
    static final String REFERENCE_TYPE = "vnd.docker.reference.type";

    /** The digest of the member that an attestation is about. */
    static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";

    /** Clients choose between several images of one platform by annotations with this prefix. */
    private static final String COMPRESSION = "io.github.containers.compression.";

    private static final String PLATFORM = "platform";
    private static final String ANNOTATIONS = "annotations";
    private static final String UNKNOWN = "unknown";

    /** Everything else is read from it. */
    private final String json;

    private final transient ObjectNode tree;
    private final transient String mediaType;
    private final transient Digest digest;
    private final transient long size;
    private final transient Platform platform;
    private final transient String osVersion;
    private final transient List<String> osFeatures;
    private final transient Map<String, String> annotations;
    private final transient String artifactType;

    /** @throws IllegalArgumentException if it is no descriptor; the message says why, as the rest of a sentence */
    private Descriptor(ObjectNode given) {
        // What was made here and what was read have the same types of nodes afterwards.
        this.json = given.toString();
        this.tree = (ObjectNode) Json.readObject(json.getBytes(StandardCharsets.UTF_8));
        this.mediaType = Json.string(tree, "mediaType");
        this.digest = Digest.parse(Json.string(tree, "digest"));
        this.size = Json.size(tree, "size");
        this.artifactType = Json.string(tree, "artifactType");
        this.annotations = Collections.unmodifiableMap(new TreeMap<>(Json.strings(tree, ANNOTATIONS)));
        JsonNode named = tree.path(PLATFORM);
        if (!named.isObject() && !named.isMissingNode() && !named.isNull()) {
            throw new IllegalArgumentException("its 'platform' is no object");
        }
        String os = Json.string(named, "os");
        String architecture = Json.string(named, "architecture");
        boolean isNamed =
                !(os.isEmpty() && architecture.isEmpty() || os.equals(UNKNOWN) && architecture.equals(UNKNOWN));
        this.platform = isNamed ? Platform.of(os, architecture, Json.string(named, "variant")) : null;
        this.osVersion = Json.string(named, "os.version");
        List<String> features = new ArrayList<>();
        Json.list(named, "os.features").forEach(feature -> features.add(feature.asText()));
        this.osFeatures = List.copyOf(features);
        if (size <= 0) {
            throw new IllegalArgumentException("Manifest " + digest + " cannot have a size of " + size
                    + " bytes; give the length of the manifest itself.");
        }
    }

    /**
     * Reads an entry of {@code manifests}.
     *
     * @throws IllegalArgumentException if it is none; the message says why, as the rest of a sentence
     */
    static Descriptor read(JsonNode entry) {
        if (!entry.isObject()) {
            throw new IllegalArgumentException("it is no object");
        }
        return new Descriptor((ObjectNode) entry);
    }

    /**
     * An image with nothing but a manifest and its platform.
     *
     * @param mediaType media type of the manifest
     * @param digest digest of the manifest
     * @param size length of the manifest itself in bytes, not of the image
     * @throws IllegalArgumentException if the size is not positive
     */
    public static Descriptor of(String mediaType, Digest digest, long size, Platform platform) {
        return withoutPlatform(mediaType, digest, size).withPlatform(platform);
    }

    /** A manifest, without a word on what it is for. */
    static Descriptor of(Manifest manifest) {
        return withoutPlatform(manifest.mediaType(), manifest.digest(), manifest.size());
    }

    private static Descriptor withoutPlatform(String mediaType, Digest digest, long size) {
        ObjectNode entry = Json.object();
        entry.put("mediaType", Objects.requireNonNull(mediaType, "mediaType"));
        entry.put("digest", digest.toString());
        entry.put("size", size);
        return new Descriptor(entry);
    }

    /** The same member for another platform. */
    public Descriptor withPlatform(Platform other) {
        if (other.equals(platform)) {
            return this;
        }
        ObjectNode changed = json();
        ObjectNode named = changed.withObjectProperty(PLATFORM);
        named.put("architecture", other.architecture());
        named.put("os", other.os());
        if (other.variant().isEmpty()) {
            named.remove("variant");
        } else {
            named.put("variant", other.variant());
        }
        return new Descriptor(changed);
    }

    /** The same member, with these as its {@code os.version} and {@code os.features}; empty for none. */
    public Descriptor withOs(String version, List<String> features) {
        if (version.equals(osVersion) && features.equals(osFeatures)) {
            return this;
        }
        ObjectNode changed = json();
        ObjectNode named = changed.withObjectProperty(PLATFORM);
        if (version.isEmpty()) {
            named.remove("os.version");
        } else {
            named.put("os.version", version);
        }
        if (features.isEmpty()) {
            named.remove("os.features");
        } else {
            ArrayNode list = named.putArray("os.features");
            features.forEach(list::add);
        }
        return new Descriptor(changed);
    }

    /**
     * The same member with these annotations added; they win over those it has.
     *
     * @throws IllegalArgumentException if one has no proper key or no value; the message names it
     */
    public Descriptor withAnnotations(Map<String, String> more) {
        Annotations.require(more);
        if (annotations.entrySet().containsAll(more.entrySet())) {
            return this;
        }
        ObjectNode changed = json();
        ObjectNode all = changed.withObjectProperty(ANNOTATIONS);
        new TreeMap<>(more).forEach(all::put);
        return new Descriptor(changed);
    }

    Descriptor withoutAnnotations() {
        ObjectNode changed = json();
        changed.remove(ANNOTATIONS);
        return new Descriptor(changed);
    }

    /** The same member as an artifact of this kind; empty to leave it as it is. */
    Descriptor withArtifactType(String type) {
        return type.isEmpty() ? this : new Descriptor(json().put("artifactType", type));
    }

    /** This entry with everything that another one about the same manifest says; what only this one says stays. */
    Descriptor completedBy(Descriptor other) {
        ObjectNode merged = json();
        boolean samePlatform = platformLabel().equals(other.platformLabel());
        other.tree.properties().forEach(field -> {
            boolean isMap = field.getKey().equals(ANNOTATIONS)
                    && merged.path(ANNOTATIONS).isObject();
            if (isMap && field.getValue().isObject()) {
                merged.withObjectProperty(ANNOTATIONS).setAll((ObjectNode) field.getValue());
            } else if (!field.getKey().equals(PLATFORM) || !samePlatform) {
                merged.set(field.getKey(), field.getValue());
            }
        });
        return merged.equals(tree) ? this : new Descriptor(merged);
    }

    /** The entry as it is written in an index; a new tree every time. */
    ObjectNode json() {
        return tree.deepCopy();
    }

    /** Media type of the manifest. */
    public String mediaType() {
        return mediaType;
    }

    /** Digest of the manifest. */
    public Digest digest() {
        return digest;
    }

    /** Length of the manifest itself in bytes; not of the image. */
    public long size() {
        return size;
    }

    /** The platform it is for; empty if it names none, or {@code unknown/unknown}, as attestations do. */
    public Optional<Platform> platform() {
        return Optional.ofNullable(platform);
    }

    /** {@code os.version}, for Windows images; empty, never null, if there is none. */
    public String osVersion() {
        return osVersion;
    }

    /** {@code os.features}; empty, never null, if there are none. */
    public List<String> osFeatures() {
        return osFeatures;
    }

    /** What is noted beside this member in an OCI index, by key; empty, never null, if nothing. */
    public Map<String, String> annotations() {
        return annotations;
    }

    /** What kind of artifact it is; empty, never null, if the entry does not say. */
    public String artifactType() {
        return artifactType;
    }

    /** Whether it is an index itself. */
    public boolean isIndex() {
        return mediaType.equals(Manifest.OCI_INDEX) || mediaType.equals(Manifest.DOCKER_LIST);
    }

    /** Whether it is for a platform that satisfies this one. */
    boolean isFor(Platform wanted) {
        return platform != null && platform.satisfies(wanted);
    }

    /**
     * Whether this is about another member (its provenance, its bill of materials) rather than an image: for no platform,
     * and marked by BuildKit's annotation.
     */
    public boolean isAttestation() {
        return platform == null && annotations.containsKey(REFERENCE_TYPE);
    }

    /** The digest of the member that this attestation is about; empty if it says none. */
    public String attests() {
        return annotations.getOrDefault(REFERENCE_DIGEST, "");
    }

    /** The platforms of the images among these members, and what else they are, sorted, for people to read. */
    static String platforms(Collection<Descriptor> members) {
        return members.stream()
                .filter(member -> !member.isAttestation())
                .map(Descriptor::label)
                .sorted()
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /**
     * What the member is, for people to read: the platform with {@code os.version} and {@code os.features}, e.g.
     * {@code windows/amd64 (os.version 10.0.20348.1)}; without one {@code (index)}, or {@code (artifact)} with its kind.
     */
    public String label() {
        if (platform != null) {
            return platformLabel();
        }
        if (isAttestation()) {
            return "(attestation)";
        }
        if (isIndex() && artifactType.isEmpty()) {
            return "(index)";
        }
        return "(artifact " + (artifactType.isEmpty() ? mediaType : artifactType) + ")";
    }

    /** What clients tell images apart by; empty if it is for no platform. */
    String platformLabel() {
        return platform == null
                ? ""
                : platform
                        + (osVersion.isEmpty() ? "" : " (os.version " + osVersion + ")")
                        + (osFeatures.isEmpty() ? "" : " (os.features " + String.join(", ", osFeatures) + ")");
    }

    /** As {@link #platformLabel}, and by what else several members of one platform can be told apart. */
    String distinction() {
        StringBuilder all = new StringBuilder(platformLabel()).append(artifactType);
        annotations.forEach((key, value) -> {
            if (key.startsWith(COMPRESSION)) {
                all.append(' ').append(key).append('=').append(value);
            }
        });
        return all.toString();
    }

    private Object readResolve() {
        return new Descriptor((ObjectNode) Json.readObject(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether both say the same, in whatever order. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Descriptor that && tree.equals(that.tree);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    /** The JSON. */
    @Override
    public String toString() {
        return json;
    }
}
