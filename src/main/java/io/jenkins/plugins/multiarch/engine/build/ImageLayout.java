package io.jenkins.plugins.multiarch.engine.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A directory with one image in the OCI image layout, which BuildKit reads: {@code oci-layout}, {@code index.json} and
 * {@code blobs}.
 *
 * @param directory absolute path
 * @param digest of the image's manifest
 */
record ImageLayout(Path directory, Digest digest) {

    private static final int MOST_LIST = 4 * 1024 * 1024;
    private static final String BLOBS = "blobs/sha256";

    /**
     * Writes the same image, and nothing else, as an archive that build tools load.
     *
     * @param file is created
     * @param name the image's name, with tag, in the tool
     */
    void archive(Path file, String name) throws IOException {
        Path blobs = directory.resolve(BLOBS);
        Manifest manifest = Manifest.of(Manifest.OCI_MANIFEST, Files.readAllBytes(blobs.resolve(digest.hex())));
        new ImageArchiveWriter(blobs).write(file, manifest, name);
    }

    /** As a build context of BuildKit. */
    String context() {
        return "oci-layout://" + directory + "@" + digest;
    }

    /**
     * Writes the image of an archive.
     *
     * @param archive in the form of {@code docker save}
     * @param directory is created
     * @throws IOException if that is no archive of one image
     */
    static ImageLayout write(Path archive, Path directory) throws IOException {
        Writing writing = new Writing(Files.createDirectories(directory.resolve(BLOBS)));
        byte[] manifest;
        try {
            writing.readAll(archive);
            manifest = Json.write(writing.manifest(), "");
        } catch (IllegalArgumentException e) {
            throw new IOException(archive + " is no archive of one image: " + e.getMessage(), e);
        }
        Digest digest = Digest.ofSha256(manifest);
        Files.write(writing.blobs.resolve(digest.hex()), manifest);
        ObjectNode index = Json.object();
        index.put("schemaVersion", 2);
        index.putArray("manifests").add(descriptor(Manifest.OCI_MANIFEST, digest, manifest.length));
        Files.write(directory.resolve("index.json"), Json.write(index, ""));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return new ImageLayout(directory, digest);
    }

    private static ObjectNode descriptor(String mediaType, Digest digest, long size) {
        ObjectNode descriptor = Json.object();
        descriptor.put("mediaType", mediaType);
        descriptor.put("digest", digest.toString());
        descriptor.put("size", size);
        return descriptor;
    }

    /** The files of an archive, which each tool names in its own way, and their digests. */
    private static final class Writing {

        private final Path blobs;
        private final Map<String, Digest> digests = new HashMap<>();

        /** What docker writes for a layer that is there already. */
        private final Map<String, String> links = new HashMap<>();

        Writing(Path blobs) {
            this.blobs = blobs;
        }

        void readAll(Path archive) throws IOException {
            try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
                    TarArchiveInputStream tar = new TarArchiveInputStream(file, StandardCharsets.UTF_8.name())) {
                for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                    if (entry.isSymbolicLink()) {
                        Path target = Path.of("/" + entry.getName()).resolveSibling(entry.getLinkName());
                        links.put(entry.getName(), target.normalize().toString().substring(1));
                    } else if (entry.isFile()) {
                        digests.put(entry.getName(), write(tar));
                    }
                }
            }
        }

        private Digest write(InputStream content) throws IOException {
            Path file = Files.createTempFile(blobs, "blob-", "");
            MessageDigest hash = Digest.newSha256();
            try (OutputStream out = Files.newOutputStream(file)) {
                new DigestInputStream(content, hash).transferTo(out);
            }
            Digest digest = Digest.ofSha256(hash);
            Files.move(file, blobs.resolve(digest.hex()), StandardCopyOption.REPLACE_EXISTING);
            return digest;
        }

        ObjectNode manifest() throws IOException {
            if (Files.size(blob(ImageArchive.LIST)) > MOST_LIST) {
                throw new IllegalArgumentException(ImageArchive.LIST + " has more than " + MOST_LIST + " bytes");
            }
            JsonNode images = Json.read(Files.readAllBytes(blob(ImageArchive.LIST)));
            if (images.size() != 1) {
                throw new IllegalArgumentException("it has " + images.size());
            }
            ObjectNode manifest = Json.object();
            manifest.put("schemaVersion", 2);
            manifest.put("mediaType", Manifest.OCI_MANIFEST);
            manifest.set("config", file(images.get(0).path("Config").asText(), Manifest.OCI_CONFIG));
            ArrayNode layers = manifest.putArray("layers");
            for (JsonNode layer : images.get(0).path("Layers")) {
                String name = layer.asText();
                layers.add(file(name, isCompressed(blob(name)) ? Manifest.OCI_LAYER + "+gzip" : Manifest.OCI_LAYER));
            }
            return manifest;
        }

        private ObjectNode file(String name, String mediaType) throws IOException {
            return descriptor(mediaType, digest(name), Files.size(blob(name)));
        }

        private Digest digest(String name) throws IOException {
            Digest digest = digests.get(links.getOrDefault(name, name));
            if (digest == null) {
                throw new IllegalArgumentException("it lacks '" + name + "'");
            }
            return digest;
        }

        private Path blob(String name) throws IOException {
            return blobs.resolve(digest(name).hex());
        }

        private static boolean isCompressed(Path file) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                return in.read() == 0x1f && in.read() == 0x8b;
            }
        }
    }
}
