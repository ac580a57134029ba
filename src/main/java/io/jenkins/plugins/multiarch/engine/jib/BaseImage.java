package io.jenkins.plugins.multiarch.engine.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.dockerfile.Instruction;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.ImageIndex;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An image that a stage begins with, or that files are copied from.
 *
 * @param reference by digest
 * @param config its configuration
 * @param layers the lowest first
 */
record BaseImage(ImageReference reference, ObjectNode config, List<BaseLayer> layers) {

    BaseImage {
        layers = List.copyOf(layers);
    }

    /**
     * Finds the image for a platform.
     *
     * @param instruction names it
     * @throws IllegalArgumentException if it is for other platforms
     */
    static BaseImage read(Registry registry, ImageReference name, Platform platform, Instruction instruction)
            throws IOException {
        Manifest manifest = registry.pull(name);
        ImageReference reference = name;
        if (manifest.isIndex()) {
            List<Descriptor> members = ImageIndex.parse(manifest).members();
            Descriptor member = members.stream()
                    .filter(one -> one.platform().filter(platform::equals).isPresent())
                    .findFirst()
                    .or(() -> members.stream()
                            .filter(one -> one.platform()
                                    .filter(own -> isGeneric(own, platform))
                                    .isPresent())
                            .findFirst())
                    .orElseThrow(() -> instruction.problem("needs " + name + " for " + platform
                            + ", but that exists for "
                            + String.join(
                                    ", ",
                                    members.stream()
                                            .flatMap(one -> one.platform().stream())
                                            .map(Platform::toString)
                                            .sorted()
                                            .toList())
                            + ". Name a base image that exists for " + platform + "."));
            reference = name.withDigest(member.digest());
            manifest = registry.pull(reference);
        } else {
            if (registry.config(name, manifest).contradicts(platform)) {
                throw instruction.problem("needs " + name + " for " + platform + ", but that is for "
                        + registry.config(name, manifest).platform() + ". Name a base image that exists for " + platform
                        + ".");
            }
            reference = name.withDigest(manifest.digest());
        }
        Digest config = Digest.parse(Json.string(manifest.json().path("config"), "digest"));
        JsonNode json = Json.read(registry.blob(reference, config, Registry.MAX_MANIFEST_BYTES));
        if (!(json instanceof ObjectNode object)) {
            throw instruction.problem("names " + name + ", whose configuration is no JSON object. It is no image.");
        }
        List<BaseLayer> layers = new ArrayList<>();
        for (JsonNode layer : Json.list(manifest.json(), "layers")) {
            layers.add(new BaseLayer(
                    reference,
                    Digest.parse(Json.string(layer, "digest")),
                    Json.size(layer, "size"),
                    Json.string(layer, "mediaType"),
                    urls(layer)));
        }
        if (object.path("rootfs").path("diff_ids").size() != layers.size()) {
            throw new IOException(name + " is broken: its configuration does not fit its " + layers.size()
                    + " layers. Build it anew, or use another base image.");
        }
        return new BaseImage(reference, object, layers);
    }

    private static List<String> urls(JsonNode layer) {
        List<String> urls = new ArrayList<>();
        Json.list(layer, "urls").forEach(url -> urls.add(url.asText()));
        return urls;
    }

    /** Whether an image without a variant will do for a platform with one. */
    private static boolean isGeneric(Platform own, Platform wanted) {
        return own.variant().isEmpty()
                && own.os().equals(wanted.os())
                && own.architecture().equals(wanted.architecture());
    }
}
