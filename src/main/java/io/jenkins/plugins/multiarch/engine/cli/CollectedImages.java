package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.ArrayList;
import java.util.List;

/**
 * The platform images that the {@code build} command prints, read back.
 *
 * @param sources what they are to an index
 * @param platformTags the tags that only served to push some of them, with the digest of each
 */
record CollectedImages(List<IndexSource> sources, List<ImageReference> platformTags) {

    /**
     * Reads platform images.
     *
     * @param text a JSON array, or any number of JSON objects one after the other, each with {@code platform},
     *     {@code reference}, {@code digest}, {@code size} (bytes of the manifest) and {@code mediaType}; one for
     *     Windows may have {@code osVersion}, and one that was pushed under a tag of its own {@code platformTag}
     * @throws IllegalArgumentException if it is no JSON or a field is missing or malformed; the message says which
     */
    static CollectedImages parse(String text) {
        List<IndexSource> sources = new ArrayList<>();
        List<ImageReference> platformTags = new ArrayList<>();
        for (JsonNode image : images(text)) {
            IndexSource source = source(image);
            sources.add(source);
            String tag = image.path("platformTag").asText("");
            if (!tag.isEmpty()) {
                ImageReference pushed = source.reference();
                platformTags.add(
                        new ImageReference(pushed.registry(), pushed.repository(), tag, field(image, "digest")));
            }
        }
        return new CollectedImages(sources, platformTags);
    }

    private static List<JsonNode> images(String text) {
        try {
            return Json.readAll(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "This is not what 'multiarch build' prints: it is not JSON. Pass its output on unchanged.", e);
        }
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
