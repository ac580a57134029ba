package io.jenkins.plugins.multiarch.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One manifest for each platform, as files: a registry has their configs and layer, so that it takes them as they are. */
final class PlatformManifests {

    private static final String REPOSITORY = "load/image";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final String registry;

    /** @param registry {@code host:port}, plain HTTP */
    PlatformManifests(String registry) {
        this.registry = registry;
    }

    /** Writes {@code linux-amd64.json} and so on, and {@code index.json} with all of them. */
    void write(Path directory, List<Platform> platforms) throws IOException, InterruptedException {
        ObjectNode layer = blob("application/vnd.oci.image.layer.v1.tar", new byte[1024]);
        ObjectNode index = json.createObjectNode().put("schemaVersion", 2);
        index.put("mediaType", "application/vnd.oci.image.index.v1+json");
        ArrayNode members = index.putArray("manifests");
        for (Platform platform : platforms) {
            ObjectNode described = json.createObjectNode().put("os", platform.os());
            described.put("architecture", platform.architecture());
            if (!platform.variant().isEmpty()) {
                described.put("variant", platform.variant());
            }
            ObjectNode config = described.deepCopy();
            config.putObject("rootfs")
                    .put("type", "layers")
                    .putArray("diff_ids")
                    .add(layer.get("digest"));
            ObjectNode manifest =
                    json.createObjectNode().put("schemaVersion", 2).put("mediaType", MANIFEST);
            manifest.set("config", blob("application/vnd.oci.image.config.v1+json", json.writeValueAsBytes(config)));
            manifest.putArray("layers").add(layer);
            byte[] bytes = json.writeValueAsBytes(manifest);
            Files.write(directory.resolve(platform.tagSuffix() + ".json"), bytes);
            put("manifests/" + platform.tagSuffix(), MANIFEST, bytes);
            members.add(descriptor(MANIFEST, bytes).set("platform", described));
        }
        Files.write(directory.resolve("index.json"), json.writeValueAsBytes(index));
    }

    private ObjectNode blob(String mediaType, byte[] bytes) throws IOException, InterruptedException {
        ObjectNode descriptor = descriptor(mediaType, bytes);
        HttpResponse<Void> upload = http.send(
                request("blobs/uploads/")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        URI location = URI.create("http://" + registry)
                .resolve(upload.headers().firstValue("Location").orElseThrow());
        String join = location.getQuery() == null ? "?" : "&";
        send(
                HttpRequest.newBuilder(URI.create(
                        location + join + "digest=" + descriptor.get("digest").asText())),
                "application/octet-stream",
                bytes);
        return descriptor;
    }

    private void put(String path, String mediaType, byte[] bytes) throws IOException, InterruptedException {
        send(request(path), mediaType, bytes);
    }

    private void send(HttpRequest.Builder request, String mediaType, byte[] bytes)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                request.header("Content-Type", mediaType)
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IOException(answer.request().uri() + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + registry + "/v2/" + REPOSITORY + "/" + path));
    }

    private ObjectNode descriptor(String mediaType, byte[] bytes) {
        return json.createObjectNode()
                .put("mediaType", mediaType)
                .put("digest", Digest.ofSha256(bytes).toString())
                .put("size", bytes.length);
    }
}
