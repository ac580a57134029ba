package io.jenkins.plugins.multiarch.engine.signature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What cosign 2 keeps about an image: a manifest under a {@link CosignTag}, with one layer for each signature or
 * attestation.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#oci-image-manifest-v1">cosign
 *     signature specification, OCI image manifest</a>
 */
public final class TaggedLayers {

    static final String ENVELOPE = "application/vnd.dsse.envelope.v1+json";

    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final String PREDICATE_TYPE = "predicateType";
    private static final String LAYERS = "layers";

    private final Registry registry;

    public TaggedLayers(Registry registry) {
        this.registry = registry;
    }

    /** The manifest under a tag; empty if there is no such tag. */
    public Optional<Manifest> manifest(ImageReference tag) throws IOException {
        try {
            return Optional.of(registry.pull(tag, ReadOption.FRESH));
        } catch (RegistryException.NotFound e) {
            return Optional.empty();
        }
    }

    /**
     * What is signed there.
     *
     * @param unreadable is told, in a sentence each, of layers that cannot be read
     */
    List<SignedStatement> list(ImageReference tag, Consumer<String> unreadable) throws IOException {
        Optional<Manifest> manifest = manifest(tag);
        List<SignedStatement> all = new ArrayList<>();
        if (manifest.isEmpty()) {
            return all;
        }
        try {
            for (JsonNode layer : Json.list(manifest.get().json(), LAYERS)) {
                read(tag, layer, all, unreadable);
            }
        } catch (IllegalArgumentException e) {
            unreadable.accept("What is under " + tag + " cannot be read: " + e.getMessage());
        }
        return all;
    }

    private void read(ImageReference tag, JsonNode layer, List<SignedStatement> all, Consumer<String> unreadable)
            throws IOException {
        String location = tag + " (" + layer.path("digest").asText() + ")";
        try {
            String mediaType = Json.string(layer, "mediaType");
            boolean isSignature = mediaType.equals(SimpleSigning.MEDIA_TYPE);
            if (!isSignature && !mediaType.equals(ENVELOPE)) {
                return;
            }
            Digest digest = Digest.parse(Json.string(layer, "digest"));
            byte[] content = registry.blob(tag, digest, Registry.MAX_MANIFEST_BYTES);
            all.add(
                    isSignature
                            ? SimpleSigning.opened(
                                    location, content, Envelope.bytes(layer.path("annotations"), SIGNATURE))
                            : Envelope.parse(Json.readObject(content)).opened(location, ""));
        } catch (IllegalArgumentException | RegistryException.NotFound e) {
            unreadable.accept("The layer " + location + " cannot be read: " + e.getMessage());
        }
    }

    void addSignature(ImageReference tag, byte[] payload, String signature) throws IOException {
        ObjectNode layer = BlobDescriptor.of(SimpleSigning.MEDIA_TYPE, payload);
        layer.putObject("annotations").put(SIGNATURE, signature);
        registry.pushBlob(tag, payload);
        add(tag, List.of(layer));
    }

    void addEnvelope(ImageReference tag, byte[] envelope, String predicateType) throws IOException {
        ObjectNode layer = BlobDescriptor.of(ENVELOPE, envelope);
        layer.putObject("annotations").put(SIGNATURE, "").put(PREDICATE_TYPE, predicateType);
        registry.pushBlob(tag, envelope);
        add(tag, List.of(layer));
    }

    /**
     * Adds the layers of another manifest of this kind to what is under a tag.
     *
     * @param other all of whose blobs are in the repository of the tag
     * @return whether there was anything to add
     */
    public boolean addAll(ImageReference tag, Manifest other) throws IOException {
        Optional<Manifest> there = manifest(tag);
        if (there.isEmpty()) {
            registry.push(tag, other);
            return true;
        }
        List<JsonNode> layers = new ArrayList<>();
        Json.list(other.json(), LAYERS).forEach(layers::add);
        return !there.get().equals(other) && add(tag, layers);
    }

    private boolean add(ImageReference tag, List<? extends JsonNode> layers) throws IOException {
        ObjectNode document = document(tag);
        ArrayNode all = document.withArrayProperty(LAYERS);
        List<JsonNode> known = new ArrayList<>();
        all.forEach(known::add);
        layers.stream().filter(layer -> !known.contains(layer)).forEach(all::add);
        if (all.size() == known.size()) {
            return false;
        }
        byte[] config = config(all);
        registry.pushBlob(tag, config);
        document.set("config", BlobDescriptor.of(Manifest.OCI_CONFIG, config));
        registry.push(tag, Manifest.of(Manifest.OCI_MANIFEST, Json.write(document, "")));
        return true;
    }

    private ObjectNode document(ImageReference tag) throws IOException {
        Optional<Manifest> manifest = manifest(tag);
        if (manifest.isEmpty()) {
            ObjectNode document = Json.object();
            document.put("schemaVersion", 2);
            document.put("mediaType", Manifest.OCI_MANIFEST);
            document.putNull("config"); // Its place; it is made of the layers.
            return document;
        }
        if (!manifest.get().mediaType().equals(Manifest.OCI_MANIFEST)) {
            throw new IOException("Under " + tag + ", where cosign keeps signatures, is something else ("
                    + manifest.get().mediaType() + "). Remove or rename that tag.");
        }
        return (ObjectNode) manifest.get().json();
    }

    /** The layers are not compressed, so their digests are those of their content. */
    private static byte[] config(ArrayNode layers) {
        ObjectNode config = Json.object();
        config.put("architecture", "").put("os", "");
        ArrayNode contents = config.putObject("rootfs").put("type", LAYERS).putArray("diff_ids");
        layers.forEach(layer -> contents.add(layer.path("digest")));
        config.putObject("config");
        return Json.write(config, "");
    }
}
