package io.jenkins.plugins.multiarch.engine.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes an image to a file in the form of {@code docker save}, which docker, podman and buildah load.
 *
 * @param blobs directory with its configuration and its layers, named by the digits of their digests
 */
public record ImageArchiveWriter(Path blobs) {

    private static final int READABLE = 0644;

    /**
     * Writes it.
     *
     * @param file is created
     * @param manifest of the image
     * @param name with tag, in a tool that loads the archive; empty for none
     */
    public void write(Path file, Manifest manifest, String name) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name())) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            Set<String> added = new HashSet<>();
            ObjectNode image = Json.object();
            // Docker looks at the content of a layer, not at its name.
            image.put("Config", add(tar, manifest.json().path("config"), ".json", added));
            ArrayNode names = image.putArray("RepoTags");
            if (!name.isEmpty()) {
                names.add(name);
            }
            ArrayNode layers = image.putArray("Layers");
            for (JsonNode layer : manifest.json().path("layers")) {
                layers.add(add(tar, layer, ".tar", added));
            }
            byte[] list = Json.write(Json.of(List.of(image)), "");
            begin(tar, ImageArchive.LIST, list.length);
            tar.write(list);
            tar.closeArchiveEntry();
        }
    }

    /** @return its name in the archive */
    private String add(TarArchiveOutputStream tar, JsonNode descriptor, String extension, Set<String> added)
            throws IOException {
        Path blob =
                blobs.resolve(Digest.parse(descriptor.path("digest").asText()).hex());
        String entry = blob.getFileName() + extension;
        if (added.add(entry)) {
            begin(tar, entry, Files.size(blob));
            Files.copy(blob, tar);
            tar.closeArchiveEntry();
        }
        return entry;
    }

    private static void begin(TarArchiveOutputStream tar, String name, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(READABLE);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
    }
}
