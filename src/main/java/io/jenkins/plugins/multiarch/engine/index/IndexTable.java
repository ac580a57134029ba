package io.jenkins.plugins.multiarch.engine.index;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ImageConfig;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is behind a reference, for people to read: an index and its members, or a single image as the only row.
 *
 * @param reference what was asked for
 * @param manifest what the registry has there
 * @param annotations those of the index or image itself, by key
 * @param rows one per member, in the order of the index
 */
public record IndexTable(
        ImageReference reference, Manifest manifest, Map<String, String> annotations, List<IndexTable.Row> rows)
        implements Serializable {

    /** {@link Row#layers} and {@link Row#layersSize} of a member that the registry does not have. */
    public static final int MISSING = -1;

    /**
     * One member.
     *
     * @param platform the platform; {@code unknown/unknown} of an attestation
     * @param osVersion {@code os.version}; empty if there is none
     * @param mediaType media type of its manifest
     * @param digest digest of its manifest
     * @param manifestSize length of its manifest in bytes
     * @param layers number of layers; {@link #MISSING} if the registry does not have the manifest
     * @param layersSize sum of the sizes of the layers as they are stored, that is compressed, in bytes;
     *     {@link #MISSING} if the registry does not have the manifest
     * @param attestation whether it is about another member instead of being an image
     * @param annotations those of its descriptor, by key
     */
    public record Row(
            Platform platform,
            String osVersion,
            String mediaType,
            Digest digest,
            long manifestSize,
            int layers,
            long layersSize,
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

    /**
     * Reads what is behind a reference: one request, and one more per member.
     *
     * @throws RegistryException if the registry does not have it or cannot be asked
     */
    public static IndexTable read(Registry registry, ImageReference reference) throws IOException {
        Manifest manifest = registry.pull(reference);
        if (!manifest.isIndex()) {
            ImageConfig config = registry.config(reference, manifest);
            Descriptor only = Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), config.platform())
                    .withOs(config.osVersion(), config.osFeatures());
            Map<String, String> annotations = new TreeMap<>();
            manifest.json()
                    .path("annotations")
                    .properties()
                    .forEach(field ->
                            annotations.put(field.getKey(), field.getValue().asText()));
            return new IndexTable(reference, manifest, annotations, List.of(row(only, manifest)));
        }
        ImageIndex index = ImageIndex.parse(manifest);
        List<Row> rows = new ArrayList<>();
        for (Descriptor member : index.members()) {
            Manifest found;
            try {
                found = registry.pull(reference.withDigest(member.digest()));
            } catch (RegistryException.NotFound e) {
                found = null; // An index may outlive its members; that is worth seeing, not failing for.
            }
            rows.add(row(member, found));
        }
        return new IndexTable(reference, manifest, index.annotations(), rows);
    }

    private static Row row(Descriptor member, Manifest manifest) {
        int layers = MISSING;
        long layersSize = MISSING;
        if (manifest != null) {
            JsonNode list = manifest.json().path("layers");
            layers = list.size();
            layersSize = 0;
            for (JsonNode layer : list) {
                layersSize += layer.path("size").asLong();
            }
        }
        return new Row(
                member.platform(),
                member.osVersion(),
                member.mediaType(),
                member.digest(),
                member.size(),
                layers,
                layersSize,
                member.isAttestation(),
                member.annotations());
    }
}
