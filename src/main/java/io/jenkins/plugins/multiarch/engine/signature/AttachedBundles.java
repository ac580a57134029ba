package io.jenkins.plugins.multiarch.engine.signature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.Referrers;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.PushReceipt;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The bundles that are attached to an image: a manifest each, with the image as its subject.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md">cosign bundle specification</a>
 */
final class AttachedBundles {

    private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    private final Registry registry;
    private final Referrers referrers;

    AttachedBundles(Registry registry, Consumer<String> log) {
        this.registry = registry;
        this.referrers = new Referrers(registry, log);
    }

    /**
     * What is signed in them.
     *
     * @param image by digest
     * @param unreadable is told, in a sentence each, of bundles that cannot be read
     */
    List<SignedStatement> list(ImageReference image, Consumer<String> unreadable) throws IOException {
        List<SignedStatement> all = new ArrayList<>();
        for (Descriptor entry : referrers.list(image)) {
            if (!canBeBundle(entry)) {
                continue;
            }
            ImageReference location = image.withDigest(entry.digest());
            try {
                JsonNode manifest = registry.pull(location, ReadOption.ANY_KIND).json();
                JsonNode layer = manifest.path("layers").path(0);
                if (Bundle.isBundle(Json.string(layer, "mediaType"))) {
                    Digest digest = Digest.parse(Json.string(layer, "digest"));
                    Bundle bundle = Bundle.parse(registry.blob(image, digest, Registry.MAX_MANIFEST_BYTES));
                    all.add(bundle.envelope().opened(location.toString(), bundle.keyHint()));
                }
            } catch (IllegalArgumentException | RegistryException.NotFound e) {
                unreadable.accept("The bundle " + location + " cannot be read: " + e.getMessage());
            }
        }
        return all;
    }

    /** Where the client keeps the list, cosign calls its bundles after their configuration. */
    private static boolean canBeBundle(Descriptor entry) {
        String type = entry.artifactType();
        return !entry.isIndex() && (type.isEmpty() || type.equals(EMPTY_TYPE) || Bundle.isBundle(type));
    }

    /** @param image the manifest that it is attached to */
    void add(ImageReference location, Manifest image, Bundle bundle, String predicateType) throws IOException {
        byte[] content = bundle.toJson();
        ObjectNode document = Json.object();
        document.put("schemaVersion", 2);
        document.put("mediaType", Manifest.OCI_MANIFEST);
        document.put("artifactType", Bundle.MEDIA_TYPE);
        document.set("config", BlobDescriptor.of(EMPTY_TYPE, EMPTY));
        document.putArray("layers").add(BlobDescriptor.of(Bundle.MEDIA_TYPE, content));
        document.set("subject", BlobDescriptor.of(image.mediaType(), image.content()));
        document.putObject("annotations")
                .put("dev.sigstore.bundle.content", "dsse-envelope")
                .put("dev.sigstore.bundle.predicateType", predicateType);
        Manifest manifest = Manifest.of(Manifest.OCI_MANIFEST, Json.write(document, ""));
        registry.pushBlob(location, EMPTY);
        registry.pushBlob(location, content);
        PushReceipt receipt = registry.push(location.withDigest(manifest.digest()), manifest);
        referrers.add(location, manifest, Optional.of(receipt));
    }
}
