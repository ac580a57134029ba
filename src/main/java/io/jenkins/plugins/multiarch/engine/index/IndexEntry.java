package io.jenkins.plugins.multiarch.engine.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Json;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Descriptors as they are written in an index. */
final class IndexEntry {

    private static final Platform NO_PLATFORM = new Platform("unknown", "unknown", "");

    private IndexEntry() {}

    /**
     * Reads an entry of {@code manifests}. The platform of one that names none is {@code unknown/unknown}.
     *
     * @throws IllegalArgumentException if it is none; the message says why
     */
    static Descriptor read(JsonNode entry) {
        if (!entry.isObject()) {
            throw new IllegalArgumentException("it is no object");
        }
        JsonNode platform = entry.path("platform");
        if (!platform.isObject() && !platform.isMissingNode() && !platform.isNull()) {
            throw new IllegalArgumentException("its 'platform' is no object");
        }
        List<String> features = new ArrayList<>();
        Json.list(platform, "os.features").forEach(feature -> features.add(feature.asText()));
        return new Descriptor(
                Json.string(entry, "mediaType"),
                Digest.parse(Json.string(entry, "digest")),
                Json.size(entry, "size"),
                platform.isObject()
                        ? Platform.of(
                                Json.string(platform, "os"),
                                Json.string(platform, "architecture"),
                                Json.string(platform, "variant"))
                        : NO_PLATFORM,
                Json.string(platform, "os.version"),
                features,
                Json.strings(entry, "annotations"));
    }

    /** Writes an entry of {@code manifests}. */
    static ObjectNode write(Descriptor member) {
        ObjectNode entry = write(member.mediaType(), member.digest(), member.size());
        ObjectNode platform = entry.putObject("platform");
        platform.put("architecture", member.platform().architecture());
        platform.put("os", member.platform().os());
        if (!member.platform().variant().isEmpty()) {
            platform.put("variant", member.platform().variant());
        }
        if (!member.osVersion().isEmpty()) {
            platform.put("os.version", member.osVersion());
        }
        if (!member.osFeatures().isEmpty()) {
            ArrayNode features = platform.putArray("os.features");
            member.osFeatures().forEach(features::add);
        }
        writeAnnotations(member.annotations(), entry);
        return entry;
    }

    /** Writes a descriptor without a platform, as that of a subject. */
    static ObjectNode write(Manifest manifest) {
        return write(manifest.mediaType(), manifest.digest(), manifest.size());
    }

    /**
     * Writes an entry of the list of what is about a manifest.
     *
     * @param manifest that of the index
     */
    static ObjectNode writeReferrer(Manifest manifest, ImageIndex index) {
        ObjectNode entry = write(manifest);
        if (!index.artifactType().isEmpty()) {
            entry.put("artifactType", index.artifactType());
        }
        writeAnnotations(index.annotations(), entry);
        return entry;
    }

    private static ObjectNode write(String mediaType, Digest digest, long size) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("mediaType", mediaType);
        entry.put("digest", digest.toString());
        entry.put("size", size);
        return entry;
    }

    private static void writeAnnotations(Map<String, String> annotations, ObjectNode entry) {
        if (!annotations.isEmpty()) {
            ObjectNode written = entry.putObject("annotations");
            annotations.forEach(written::put);
        }
    }
}
