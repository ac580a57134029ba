package io.jenkins.plugins.multiarch.engine.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A platform image that is complete on this machine: a build tool can load it, and what it has loaded is what is pushed
 * afterwards, byte for byte.
 *
 * @param directory has its manifest, and its blobs under the digits of their digests
 */
public record SavedImage(Path directory) {

    private static final String MANIFEST = "manifest.json";
    private static final String ARCHIVE = "image.tar";
    private static final int READABLE = 0644;

    /** An archive in the form of {@code docker save}, which docker, podman and buildah load. */
    public Path archive() {
        return directory.resolve(ARCHIVE);
    }

    /**
     * Completes it, once its blobs are there.
     *
     * @param name the image's name, with tag, in a tool that loads the archive; empty for none
     */
    void write(Manifest manifest, String name) throws IOException {
        Files.write(directory.resolve(MANIFEST), manifest.content());
        try (OutputStream file = Files.newOutputStream(archive());
                TarArchiveOutputStream tar = new TarArchiveOutputStream(file, StandardCharsets.UTF_8.name())) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            ObjectNode image = Json.object();
            ArrayNode layers = image.put(
                            "Config", digest(manifest.json().path("config")).hex() + ".json")
                    .putArray("Layers");
            ArrayNode names = image.putArray("RepoTags");
            if (!name.isEmpty()) {
                names.add(name);
            }
            Set<String> added = new LinkedHashSet<>();
            for (Blob blob : blobs(manifest)) {
                String entry = blob.digest().hex() + blob.extension();
                if (!blob.isConfig()) {
                    layers.add(entry);
                }
                if (added.add(entry)) {
                    add(tar, entry, blob.size());
                    Files.copy(file(blob.digest()), tar);
                    tar.closeArchiveEntry();
                }
            }
            byte[] list = Json.write(Json.of(List.of(image)), "");
            add(tar, MANIFEST, list.length);
            tar.write(list);
            tar.closeArchiveEntry();
        }
    }

    private static void add(TarArchiveOutputStream tar, String name, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(READABLE);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
    }

    /** Where a blob is, or belongs. */
    Path file(Digest digest) {
        return directory.resolve(digest.hex());
    }

    private record Blob(Digest digest, long size, boolean isConfig) {

        /** Docker looks at the content of a layer, not at its name. */
        String extension() {
            return isConfig ? ".json" : ".tar";
        }
    }

    private static List<Blob> blobs(Manifest manifest) throws IOException {
        List<Blob> blobs = new ArrayList<>();
        blobs.add(blob(manifest.json().path("config"), true));
        for (JsonNode layer : manifest.json().path("layers")) {
            blobs.add(blob(layer, false));
        }
        return blobs;
    }

    private static Blob blob(JsonNode descriptor, boolean isConfig) throws IOException {
        return new Blob(digest(descriptor), descriptor.path("size").asLong(), isConfig);
    }

    private static Digest digest(JsonNode descriptor) {
        return Digest.parse(descriptor.path("digest").asText());
    }

    /**
     * Pushes it by digest. Nothing of it is published under a tag.
     *
     * @param image where it belongs
     * @throws IOException if a registry refuses
     */
    public PushedImage push(Registry registry, ImageReference image, Platform platform) throws IOException {
        Manifest manifest = Manifest.of(Manifest.OCI_MANIFEST, Files.readAllBytes(directory.resolve(MANIFEST)));
        for (Blob blob : blobs(manifest)) {
            registry.pushBlob(image, blob.digest(), blob.size(), file(blob.digest()));
        }
        ImageReference reference = image.withDigest(manifest.digest());
        registry.push(reference, manifest);
        return PushedImage.of(reference, manifest, platform);
    }
}
