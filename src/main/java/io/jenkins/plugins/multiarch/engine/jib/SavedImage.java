package io.jenkins.plugins.multiarch.engine.jib;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.build.ImageArchiveWriter;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A platform image that is complete on this machine: a build tool can load it, and what it has loaded is what is pushed
 * afterwards, byte for byte.
 *
 * @param directory has its manifest, and its blobs under the digits of their digests
 */
public record SavedImage(Path directory) {

    private static final String MANIFEST = "manifest.json";
    private static final String ARCHIVE = "image.tar";

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
        new ImageArchiveWriter(directory).write(archive(), manifest, name);
    }

    /** Where a blob is, or belongs. */
    Path file(Digest digest) {
        return directory.resolve(digest.hex());
    }

    private record Blob(Digest digest, long size) {}

    private static List<Blob> blobs(Manifest manifest) {
        List<Blob> blobs = new ArrayList<>();
        blobs.add(blob(manifest.json().path("config")));
        for (JsonNode layer : manifest.json().path("layers")) {
            blobs.add(blob(layer));
        }
        return blobs;
    }

    private static Blob blob(JsonNode descriptor) {
        return new Blob(
                Digest.parse(descriptor.path("digest").asText()),
                descriptor.path("size").asLong());
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
