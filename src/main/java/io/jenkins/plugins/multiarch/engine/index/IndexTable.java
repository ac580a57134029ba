package io.jenkins.plugins.multiarch.engine.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ImageConfig;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is behind a reference, for people to read: an index and its members, or a single image or artifact as the only row.
 *
 * @param reference what was asked for
 * @param manifest what the registry has there; of a Docker schema 1 manifest the digest is that of the answer's bytes
 * @param annotations those of the index or image itself, by key
 * @param artifactType what kind of artifact it says to be; empty if it says nothing
 * @param subject the digest of the manifest that it is about; empty if there is none
 * @param rows one per member, in the order of the index
 */
public record IndexTable(
        ImageReference reference,
        Manifest manifest,
        Map<String, String> annotations,
        String artifactType,
        String subject,
        List<IndexTable.Row> rows)
        implements Serializable {

    /** {@link Row#layers} and {@link Row#compressedSize} where they cannot be known: the manifest is missing or schema 1. */
    public static final int UNKNOWN = -1;

    private static final int AT_ONCE = 12;

    /**
     * One member.
     *
     * @param member its entry in the index; of what is no index, what its entry would be
     * @param missing whether the registry does not have its manifest
     * @param layers number of layers; {@link #UNKNOWN} if its manifest is missing or has none
     * @param compressedSize what a client downloads, in bytes: the configuration and all layers as they are stored;
     *     {@link #UNKNOWN} if its manifest is missing or does not tell
     */
    public record Row(Descriptor member, boolean missing, int layers, long compressedSize) implements Serializable {}

    public IndexTable {
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        rows = List.copyOf(rows);
    }

    /** What all images in it take, in bytes, as far as that is known; attestations do not count. */
    public long compressedSize() {
        return rows.stream()
                .filter(row -> !row.member().isAttestation() && row.compressedSize() != UNKNOWN)
                .mapToLong(Row::compressedSize)
                .reduce(0, IndexTable::sum);
    }

    /** Sizes are what somebody has written into a manifest, so no sum of them may wrap around. */
    private static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    /**
     * Reads what is behind a reference: one request, and one more per member, at the same time.
     *
     * @throws RegistryException if the registry does not have it, cannot be asked, or has something malformed there
     */
    public static IndexTable read(Registry registry, ImageReference reference) throws IOException {
        Manifest manifest = registry.pull(reference, ReadOption.ANY_KIND);
        try {
            if (manifest.isSchema1()) {
                return schema1(reference, manifest);
            }
            return manifest.isIndex() ? index(registry, reference, manifest) : single(registry, reference, manifest);
        } catch (IllegalArgumentException e) {
            throw new IOException("Could not inspect " + reference + ": " + e.getMessage(), e);
        }
    }

    private static IndexTable index(Registry registry, ImageReference reference, Manifest manifest) throws IOException {
        ImageIndex index = ImageIndex.parse(manifest);
        List<Row> rows = Workers.map(AT_ONCE, index.members(), member -> {
            try {
                return row(member, registry.pull(reference.withDigest(member.digest()), ReadOption.ANY_KIND));
            } catch (RegistryException.NotFound e) {
                // An index may outlive its members; that is worth seeing, not failing for.
                return new Row(member, true, UNKNOWN, UNKNOWN);
            }
        });
        return new IndexTable(reference, manifest, index.annotations(), index.artifactType(), index.subject(), rows);
    }

    private static IndexTable single(Registry registry, ImageReference reference, Manifest manifest)
            throws IOException {
        if (!manifest.isJson()) {
            return new IndexTable(
                    reference, manifest, Map.of(), "", "", List.of(row(Descriptor.of(manifest), manifest)));
        }
        JsonNode json = manifest.json();
        String artifactType = manifest.artifactType();
        Descriptor only = Descriptor.of(manifest).withArtifactType(artifactType);
        if (manifest.isImage() && artifactType.isEmpty()) {
            ImageConfig config = registry.config(reference, manifest);
            only = only.withPlatform(config.platform()).withOs(config.osVersion(), config.osFeatures());
        }
        return new IndexTable(
                reference,
                manifest,
                Json.strings(json, "annotations"),
                artifactType,
                Json.string(json.path("subject"), "digest"),
                List.of(row(only, manifest)));
    }

    /** Names neither operating system nor sizes. */
    private static IndexTable schema1(ImageReference reference, Manifest manifest) {
        JsonNode json = manifest.json();
        Descriptor only =
                Descriptor.of(manifest).withPlatform(Platform.of("linux", Json.string(json, "architecture"), ""));
        Row row = new Row(only, false, json.path("fsLayers").size(), UNKNOWN);
        return new IndexTable(reference, manifest, Map.of(), "", "", List.of(row));
    }

    private static Row row(Descriptor member, Manifest manifest) {
        JsonNode json = manifest.isJson() ? manifest.json() : MissingNode.getInstance();
        String list = json.has("layers") ? "layers" : "blobs";
        if (manifest.isIndex() || !manifest.isImage() && !json.has(list)) {
            return new Row(member, false, UNKNOWN, UNKNOWN);
        }
        int layers = 0;
        long size = json.has("config") ? Json.size(json.path("config"), "size") : 0;
        for (JsonNode layer : Json.list(json, list)) {
            layers++;
            size = sum(size, Json.size(layer, "size"));
        }
        return new Row(member, false, layers, size);
    }
}
