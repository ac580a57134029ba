package io.jenkins.plugins.multiarch.engine.index;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ImageConfig;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Json;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
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
 * What is behind a reference, for people to read: an index and its members, or a single image as the only row.
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
     * @param platform the platform; {@code unknown/unknown} of an attestation
     * @param osVersion {@code os.version}; empty if there is none
     * @param mediaType media type of its manifest
     * @param digest digest of its manifest
     * @param manifestSize length of its manifest in bytes
     * @param missing whether the registry does not have its manifest
     * @param layers number of layers; {@link #UNKNOWN} if its manifest is missing
     * @param compressedSize what a client downloads, in bytes: the configuration and all layers as they are stored;
     *     {@link #UNKNOWN} if its manifest is missing or does not tell
     * @param attestation whether it is about another member instead of being an image
     * @param annotations those of its descriptor, by key
     */
    public record Row(
            Platform platform,
            String osVersion,
            String mediaType,
            Digest digest,
            long manifestSize,
            boolean missing,
            int layers,
            long compressedSize,
            boolean attestation,
            Map<String, String> annotations)
            implements Serializable {

        public Row {
            annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        }
    }

    public IndexTable {
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        rows = List.copyOf(rows);
    }

    /** What all images in it take, in bytes, as far as that is known; attestations do not count. */
    public long compressedSize() {
        return rows.stream()
                .filter(row -> !row.attestation() && row.compressedSize() != UNKNOWN)
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
        Manifest manifest = registry.read(reference);
        try {
            if (manifest.isSchema1()) {
                return schema1(reference, manifest);
            }
            return manifest.isIndex() ? index(registry, reference, manifest) : image(registry, reference, manifest);
        } catch (IllegalArgumentException e) {
            throw new IOException("Could not inspect " + reference + ": " + e.getMessage(), e);
        }
    }

    private static IndexTable index(Registry registry, ImageReference reference, Manifest manifest) throws IOException {
        ImageIndex index = ImageIndex.parse(manifest);
        List<Row> rows = Workers.map(AT_ONCE, index.members(), member -> {
            try {
                return row(member, registry.pull(reference.withDigest(member.digest())));
            } catch (RegistryException.NotFound e) {
                return row(member, null); // An index may outlive its members; that is worth seeing, not failing for.
            }
        });
        return new IndexTable(reference, manifest, index.annotations(), index.artifactType(), index.subject(), rows);
    }

    private static IndexTable image(Registry registry, ImageReference reference, Manifest manifest) throws IOException {
        JsonNode json = manifest.json();
        ImageConfig config = registry.config(reference, manifest);
        Descriptor only = Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), config.platform())
                .withOs(config.osVersion(), config.osFeatures());
        return new IndexTable(
                reference,
                manifest,
                Json.strings(json, "annotations"),
                Json.string(json, "artifactType"),
                Json.string(json.path("subject"), "digest"),
                List.of(row(only, manifest)));
    }

    /** Names neither operating system nor sizes. */
    private static IndexTable schema1(ImageReference reference, Manifest manifest) {
        JsonNode json = manifest.json();
        Row row = new Row(
                Platform.of("linux", Json.string(json, "architecture"), ""),
                "",
                manifest.mediaType(),
                manifest.digest(),
                manifest.size(),
                false,
                json.path("fsLayers").size(),
                UNKNOWN,
                false,
                Map.of());
        return new IndexTable(reference, manifest, Map.of(), "", "", List.of(row));
    }

    private static Row row(Descriptor member, Manifest manifest) {
        int layers = UNKNOWN;
        long size = UNKNOWN;
        if (manifest != null && !manifest.isIndex()) {
            JsonNode json = manifest.json();
            layers = 0;
            size = json.has("config") ? Json.size(json.path("config"), "size") : 0;
            for (JsonNode layer : Json.list(json, "layers")) {
                layers++;
                size = sum(size, Json.size(layer, "size"));
            }
        }
        return new Row(
                member.platform(),
                member.osVersion(),
                member.mediaType(),
                member.digest(),
                member.size(),
                manifest == null,
                layers,
                size,
                member.isAttestation(),
                member.annotations());
    }
}
