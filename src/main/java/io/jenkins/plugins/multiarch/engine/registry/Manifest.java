package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A manifest exactly as the registry keeps it: of one image, or an index of several.
 *
 * @param mediaType what kind of manifest it is, without parameters
 * @param content the raw bytes; they are never written anew, because the digest and {@link #size} are theirs
 * @param digest the digest of {@code content}
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md">OCI image manifest</a>
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md">OCI image index</a>
 */
public record Manifest(String mediaType, byte[] content, Digest digest) implements Serializable {

    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+json";
    public static final String DOCKER_SCHEMA_1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    /** Every media type above, the preferred first; what a client must accept to be shown the manifest as it is. */
    static final List<String> MEDIA_TYPES =
            List.of(OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST, DOCKER_SCHEMA_1_SIGNED, DOCKER_SCHEMA_1);

    /** As {@link #MEDIA_TYPES}, and then anything else. */
    static final List<String> ANY_MEDIA_TYPE =
            Stream.concat(MEDIA_TYPES.stream(), Stream.of("*/*")).toList();

    /** Of the configuration of an image. */
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

    /** Of a layer that is not compressed; behind it stands {@code +gzip} where it is. */
    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";

    private static final String EMPTY_CONFIG = "application/vnd.oci.empty.v1+json";

    /** What the configurations of images are called; those without a proper name are old. */
    private static final Set<String> IMAGE_CONFIGS = Set.of(
            OCI_CONFIG,
            "application/vnd.docker.container.image.v1+json",
            "application/octet-stream",
            "application/json",
            "");

    /** @throws IllegalArgumentException if the digest is not that of the content */
    public Manifest {
        Objects.requireNonNull(mediaType, "mediaType");
        content = content.clone();
        if (!digest.matches(content)) {
            throw new IllegalArgumentException("The digest of these " + content.length + " bytes is "
                    + Digest.ofSha256(content) + ", not " + digest + ".");
        }
    }

    /** A manifest of this media type, addressed by the SHA-256 digest of its content. */
    public static Manifest of(String mediaType, byte[] content) {
        return new Manifest(mediaType, content, Digest.ofSha256(content));
    }

    /**
     * The media type of a document: what the registry declares and the document says of itself must agree, or else
     * two clients could see two different images under one digest.
     *
     * @param contentType the {@code Content-Type} of the answer; null, or one that says nothing of manifests, leaves it
     *     to the document
     * @throws IllegalArgumentException if the document is no manifest, or is ambiguous; the message says why
     */
    static String mediaType(String contentType, byte[] content) {
        JsonNode document = Json.readObject(content);
        String declared = declared(contentType);
        String own = Json.string(document, "mediaType");
        if (MEDIA_TYPES.contains(declared) && !own.isEmpty() && !own.equals(declared)) {
            throw new IllegalArgumentException(
                    "the registry calls it " + declared + ", but the document itself says " + own);
        }
        if (document.has("manifests") && (document.has("layers") || document.has("config"))) {
            throw new IllegalArgumentException("it claims to be an index and a single image at once");
        }
        if (MEDIA_TYPES.contains(declared)) {
            return declared;
        }
        if (!own.isEmpty()) {
            return own;
        }
        if (document.path("schemaVersion").asInt() == 1) {
            return document.has("signatures") ? DOCKER_SCHEMA_1_SIGNED : DOCKER_SCHEMA_1;
        }
        if (document.has("manifests")) {
            return OCI_INDEX;
        }
        if (document.has("config") && document.has("layers")) {
            return OCI_MANIFEST;
        }
        throw new IllegalArgumentException("its media type is '" + declared + "', which is no kind of manifest");
    }

    /** As {@link #mediaType}, but what is no manifest has whatever type the registry declares. */
    static String anyMediaType(String contentType, byte[] content) {
        String declared = declared(contentType);
        try {
            return mediaType(contentType, content);
        } catch (IllegalArgumentException e) {
            if (MEDIA_TYPES.contains(declared)) {
                throw e;
            }
            return declared.isEmpty() ? "application/octet-stream" : declared;
        }
    }

    private static String declared(String contentType) {
        return contentType == null ? "" : contentType.replaceFirst(";.*", "").trim();
    }

    /** Length of the raw content in bytes; what a descriptor of this manifest has as {@code size}. */
    public long size() {
        return content.length;
    }

    /** Whether this is an OCI image index or a Docker manifest list. */
    public boolean isIndex() {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
    }

    /** Whether this is the manifest of a single image, OCI or Docker schema 2. */
    public boolean isImage() {
        return mediaType.equals(OCI_MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
    }

    /**
     * What kind of artifact it is: what it says itself, else the media type of a configuration that is not that of an
     * image.
     *
     * @return empty if it is an image or an index like any other
     * @throws IllegalArgumentException as {@link #json} does
     * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md#guidelines-for-artifact-usage">OCI
     *     image manifest, guidelines for artifact usage</a>
     */
    public String artifactType() {
        JsonNode document = json();
        String own = Json.string(document, "artifactType");
        String config = configType(document);
        return own.isEmpty() && isImage() && !IMAGE_CONFIGS.contains(config) ? config : own;
    }

    /** Whether it has a configuration that may name a platform. */
    public boolean hasConfig() {
        JsonNode document = json();
        return document.path("config").isObject() && !configType(document).equals(EMPTY_CONFIG);
    }

    private static String configType(JsonNode document) {
        return Json.string(document.path("config"), "mediaType");
    }

    /**
     * What a client that has none of it downloads for a single image, in bytes: its configuration and its layers, as
     * compressed as the registry keeps them.
     *
     * @return 0 if the manifest does not say, or is that of an index
     */
    public long imageSize() {
        try {
            JsonNode document = json();
            if (!isImage()) {
                return 0;
            }
            long total = Json.size(document.path("config"), "size");
            for (JsonNode layer : Json.list(document, "layers")) {
                total = Math.addExact(total, Json.size(layer, "size"));
            }
            return total;
        } catch (IllegalArgumentException | ArithmeticException e) {
            return 0;
        }
    }

    /** A copy of the raw bytes. */
    @Override
    public byte[] content() {
        return content.clone();
    }

    /** Whether this is a Docker schema 1 manifest, which is obsolete and cannot be in an index. */
    public boolean isSchema1() {
        return mediaType.equals(DOCKER_SCHEMA_1) || mediaType.equals(DOCKER_SCHEMA_1_SIGNED);
    }

    /** Whether the content can be read as JSON. */
    public boolean isJson() {
        try {
            Json.readObject(content);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * The content read as JSON; a new tree every time.
     *
     * @throws IllegalArgumentException if it is no JSON object, or one that is not to be trusted; the message names the
     *     manifest and says why
     */
    public JsonNode json() {
        try {
            return Json.readObject(content);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Manifest " + digest + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Manifest that && digest.equals(that.digest) && mediaType.equals(that.mediaType);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    /** Media type, digest and size; not the content. */
    @Override
    public String toString() {
        return mediaType + " " + digest + " (" + size() + " bytes)";
    }
}
