package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Puts small images into a registry on this machine for tests, with no code of ours but the values.
 *
 * @param authorization {@code user:password}; empty for anonymous
 */
public record TestImages(String authorization) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Without a credential. */
    public static TestImages anonymous() {
        return new TestImages("");
    }

    /** An image of one layer, with this configuration. */
    public Manifest push(ImageReference image, String mediaType, String config) throws IOException {
        byte[] configBytes = config.getBytes(StandardCharsets.UTF_8);
        byte[] layer = ("layer of " + image + config).getBytes(StandardCharsets.UTF_8);
        pushBlob(image, configBytes);
        pushBlob(image, layer);
        boolean docker = mediaType.equals(Manifest.DOCKER_MANIFEST);
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + mediaType + "\",\"config\":"
                + descriptor(
                        docker
                                ? "application/vnd.docker.container.image.v1+json"
                                : "application/vnd.oci.image.config.v1+json",
                        configBytes)
                + ",\"layers\":["
                + descriptor(
                        docker
                                ? "application/vnd.docker.image.rootfs.diff.tar.gzip"
                                : "application/vnd.oci.image.layer.v1.tar+gzip",
                        layer)
                + "]}";
        return pushManifest(image, mediaType, manifest);
    }

    /** An OCI image for this platform. */
    public Manifest push(ImageReference image, String platform) throws IOException {
        return push(image, Manifest.OCI_MANIFEST, config(platform));
    }

    /** The least that an image configuration says of {@code os/architecture[/variant]}. */
    public static String config(String platform) {
        String[] parts = platform.split("/");
        return "{\"os\":\"" + parts[0] + "\",\"architecture\":\"" + parts[1] + "\""
                + (parts.length > 2 ? ",\"variant\":\"" + parts[2] + "\"" : "")
                + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
    }

    /** Any manifest, as it is written here. */
    public Manifest pushManifest(ImageReference image, String mediaType, String manifest) throws IOException {
        byte[] content = manifest.getBytes(StandardCharsets.UTF_8);
        String path = "/v2/" + image.repository() + "/manifests/" + image.identifier();
        HttpResponse<String> answer =
                send(to(image, path).header("Content-Type", mediaType).PUT(BodyPublishers.ofByteArray(content)));
        if (answer.statusCode() != 201) {
            throw new IOException("PUT " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return Manifest.of(mediaType, content);
    }

    private static String descriptor(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"size\":" + content.length + ",\"digest\":\""
                + Digest.ofSha256(content) + "\"}";
    }

    void pushBlob(ImageReference image, byte[] content) throws IOException {
        HttpResponse<String> started =
                send(to(image, "/v2/" + image.repository() + "/blobs/uploads/").POST(BodyPublishers.noBody()));
        URI location = URI.create("http://" + image.registry())
                .resolve(started.headers().firstValue("Location").orElseThrow());
        String digest = "digest=" + Digest.ofSha256(content);
        URI finish = URI.create(location + (location.getQuery() == null ? "?" : "&") + digest);
        HttpResponse<String> done = send(authorized(HttpRequest.newBuilder(finish))
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(content)));
        if (done.statusCode() != 201) {
            throw new IOException("PUT " + finish + ": " + done.statusCode() + " " + done.body());
        }
    }

    private HttpRequest.Builder to(ImageReference image, String path) {
        return authorized(HttpRequest.newBuilder(URI.create("http://" + image.registry() + path)));
    }

    private HttpRequest.Builder authorized(HttpRequest.Builder request) {
        return authorization.isEmpty()
                ? request
                : request.header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(authorization.getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
