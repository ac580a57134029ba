package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The platform images that the {@code build} command prints, read back as the sources of an index. */
final class CollectedImages {

    private static final ObjectMapper JSON = new ObjectMapper();

    private CollectedImages() {}

    /**
     * Reads platform images.
     *
     * @param text a JSON array, or any number of JSON objects one after the other, each with {@code platform},
     *     {@code reference}, {@code digest}, {@code size} (bytes of the manifest) and {@code mediaType}; one for
     *     Windows may have {@code osVersion}
     * @throws IllegalArgumentException if it is no JSON or a field is missing or malformed; the message says which
     */
    static List<IndexSource> parse(String text) {
        List<IndexSource> sources = new ArrayList<>();
        try (MappingIterator<JsonNode> images = JSON.readerFor(JsonNode.class).readValues(text)) {
            while (images.hasNextValue()) {
                sources.add(source(images.nextValue()));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "This is not what 'multiarch build' prints: it is not JSON. Pass its output on unchanged.", e);
        }
        return sources;
    }

    private static IndexSource source(JsonNode image) {
        ImageReference reference = ImageReference.parse(field(image, "reference"));
        Digest digest = Digest.parse(field(image, "digest"));
        Descriptor descriptor = Descriptor.of(
                        field(image, "mediaType"),
                        digest,
                        image.path("size").asLong(),
                        Platform.parse(field(image, "platform")))
                .withOs(image.path("osVersion").asText(""), List.of());
        return IndexSource.collected(reference, descriptor);
    }

    private static String field(JsonNode image, String name) {
        String value = image.path(name).asText("");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("The platform image " + image + " has no '" + name
                    + "'. Pass the output of 'multiarch build' on" + " unchanged.");
        }
        return value;
    }
}
