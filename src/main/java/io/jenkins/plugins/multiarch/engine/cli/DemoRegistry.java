package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small registry in this process: everything in memory, for anyone on this machine, gone when closed. Like a real
 * one it refuses manifests that refer to what it does not have.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#endpoints">OCI distribution
 *     specification, endpoints</a>
 */
public final class DemoRegistry implements AutoCloseable {

    private static final Pattern PATH = Pattern.compile("/v2/(.+)/(manifests|blobs|blobs/uploads)/([^/]*)");

    private final HttpServer server;
    private final ExecutorService threads;
    private final PlainHttpGate gate;
    private final AtomicInteger requests = new AtomicInteger();

    /** Repository, {@code @} and digest to what is there. */
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

    private final Map<String, Document> manifests = new ConcurrentHashMap<>();

    /** Repository, {@code :} and tag to the digest it points at. */
    private final Map<String, String> tags = new ConcurrentHashMap<>();

    private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();

    private record Document(String mediaType, byte[] content) {}

    private DemoRegistry(HttpServer server, ExecutorService threads, PlainHttpGate gate) {
        this.server = server;
        this.threads = threads;
        this.gate = gate;
    }

    /** Starts a registry on a free port of 127.0.0.1. */
    public static DemoRegistry start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        ExecutorService threads = Executors.newCachedThreadPool(Workers::daemon);
        DemoRegistry registry = new DemoRegistry(server, threads, PlainHttpGate.open(server.getAddress(), threads));
        server.createContext("/", registry::handle);
        server.setExecutor(threads);
        server.start();
        return registry;
    }

    /** {@code 127.0.0.1:port}, as it stands in an image reference. */
    public String address() {
        return "127.0.0.1:" + gate.port();
    }

    /** How many requests there have been. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void close() throws IOException {
        gate.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Matcher matcher = PATH.matcher(path);
            if (path.equals("/v2/") || path.equals("/v2")) {
                answer(exchange, 200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            } else if (!matcher.matches()) {
                error(exchange, 404, "NAME_UNKNOWN", "no such path");
            } else if (matcher.group(2).equals("manifests")) {
                manifest(exchange, matcher.group(1), matcher.group(3));
            } else if (matcher.group(2).equals("blobs")) {
                blob(exchange, matcher.group(1), matcher.group(3));
            } else {
                upload(exchange, matcher.group(1), matcher.group(3));
            }
        }
    }

    private void manifest(HttpExchange exchange, String repository, String reference) throws IOException {
        boolean byDigest = reference.contains(":");
        switch (exchange.getRequestMethod()) {
            case "GET", "HEAD" -> {
                String digest = byDigest ? reference : tags.getOrDefault(repository + ":" + reference, "");
                Document document = manifests.get(repository + "@" + digest);
                if (document == null) {
                    error(exchange, 404, "MANIFEST_UNKNOWN", "manifest unknown");
                    return;
                }
                exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
                answer(exchange, 200, document.mediaType(), document.content());
            }
            case "PUT" -> putManifest(exchange, repository, reference, byDigest);
            case "DELETE" -> {
                boolean known = byDigest
                        ? manifests.remove(repository + "@" + reference) != null
                        : tags.remove(repository + ":" + reference) != null;
                if (known) {
                    answer(exchange, 202, null, new byte[0]);
                } else {
                    error(exchange, 404, "MANIFEST_UNKNOWN", "manifest unknown");
                }
            }
            default -> error(exchange, 405, "UNSUPPORTED", "the operation is unsupported");
        }
    }

    private void putManifest(HttpExchange exchange, String repository, String reference, boolean byDigest)
            throws IOException {
        byte[] content = exchange.getRequestBody().readAllBytes();
        String digest = Digest.ofSha256(content).toString();
        if (byDigest && !reference.equals(digest)) {
            error(exchange, 400, "DIGEST_INVALID", "the content is " + digest);
            return;
        }
        JsonNode document = Json.read(content);
        for (JsonNode member : document.path("manifests")) {
            if (!manifests.containsKey(repository + "@" + member.path("digest").asText())) {
                error(
                        exchange,
                        400,
                        "MANIFEST_BLOB_UNKNOWN",
                        "manifest unknown to registry: " + member.path("digest").asText());
                return;
            }
        }
        List<JsonNode> contents = new ArrayList<>(List.of(document.path("config")));
        document.path("layers").forEach(contents::add);
        for (JsonNode blob : contents) {
            String digestOfBlob = blob.path("digest").asText("");
            if (!digestOfBlob.isEmpty() && !blobs.containsKey(repository + "@" + digestOfBlob)) {
                error(exchange, 400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry: " + digestOfBlob);
                return;
            }
        }
        String mediaType = exchange.getRequestHeaders().getFirst("Content-Type");
        manifests.put(repository + "@" + digest, new Document(mediaType, content));
        if (!byDigest) {
            tags.put(repository + ":" + reference, digest);
        }
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/manifests/" + digest);
        answer(exchange, 201, null, new byte[0]);
    }

    private void blob(HttpExchange exchange, String repository, String digest) throws IOException {
        byte[] content = blobs.get(repository + "@" + digest);
        if (content == null) {
            error(exchange, 404, "BLOB_UNKNOWN", "blob unknown to registry");
            return;
        }
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        answer(exchange, 200, "application/octet-stream", content);
    }

    private void upload(HttpExchange exchange, String repository, String session) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            String fresh = UUID.randomUUID().toString();
            uploads.put(fresh, new ByteArrayOutputStream());
            exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/blobs/uploads/" + fresh);
            answer(exchange, 202, null, new byte[0]);
            return;
        }
        ByteArrayOutputStream upload = uploads.get(session);
        if (upload == null) {
            error(exchange, 404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
            return;
        }
        exchange.getRequestBody().transferTo(upload);
        if (exchange.getRequestMethod().equals("PATCH")) {
            exchange.getResponseHeaders()
                    .set("Location", exchange.getRequestURI().getPath());
            answer(exchange, 202, null, new byte[0]);
            return;
        }
        byte[] content = upload.toByteArray();
        String digest = Digest.ofSha256(content).toString();
        if (!("digest=" + digest).equals(exchange.getRequestURI().getQuery())) {
            error(exchange, 400, "DIGEST_INVALID", "the content is " + digest);
            return;
        }
        uploads.remove(session);
        blobs.put(repository + "@" + digest, content);
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/blobs/" + digest);
        answer(exchange, 201, null, new byte[0]);
    }

    private static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        ObjectNode body = Json.object();
        body.putArray("errors").addObject().put("code", code).put("message", message);
        answer(exchange, status, "application/json", Json.write(body, ""));
    }

    private static void answer(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (contentType != null) {
            exchange.getResponseHeaders().set("Content-Type", contentType);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
