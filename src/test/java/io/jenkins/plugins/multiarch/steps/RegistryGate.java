package io.jenkins.plugins.multiarch.steps;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Stands before a real registry on this machine and lets requests through: only those with the right password, if one is
 * set (of any length and with any characters, which htpasswd has not); and some of them not before a test says so.
 */
final class RegistryGate implements AutoCloseable {

    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "expect", "authorization");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final String registry;
    private final String authorization;
    private final List<String> passed = new CopyOnWriteArrayList<>();
    private volatile String held = "";
    private volatile CountDownLatch arrived = new CountDownLatch(1);
    private volatile CountDownLatch opened = new CountDownLatch(0);

    /** @param password null for a registry that asks for none */
    RegistryGate(String registry, String user, String password) throws IOException {
        this.registry = registry;
        this.authorization = password == null
                ? null
                : "Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** {@code localhost:port}, as it stands in an image reference. */
    String address() {
        return "localhost:" + server.getAddress().getPort();
    }

    /** Holds requests that match {@code METHOD /path} until {@link #open}. */
    void hold(String request) {
        arrived = new CountDownLatch(1);
        opened = new CountDownLatch(1);
        held = request;
    }

    void awaitHeld() throws InterruptedException {
        if (!arrived.await(120, TimeUnit.SECONDS)) {
            throw new AssertionError("No request matched '" + held + "'; these were passed on: " + passed);
        }
    }

    void open() {
        held = "";
        opened.countDown();
    }

    /** Every request that has reached the registry, with the status that it answered, as {@code METHOD /path status}. */
    List<String> passed() {
        return List.copyOf(passed);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            if (authorization != null
                    && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"gate\"");
                exchange.getResponseHeaders().set("Docker-Distribution-Api-Version", "registry/2.0");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (!held.isEmpty() && request.matches(held)) {
                arrived.countDown();
                opened.await();
            }
            HttpRequest.Builder forwarded = HttpRequest.newBuilder(
                            URI.create("http://" + registry + exchange.getRequestURI()))
                    .method(
                            exchange.getRequestMethod(),
                            body.length == 0
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> forwarded.header(name, value));
                }
            });
            HttpResponse<InputStream> response =
                    client.send(forwarded.build(), HttpResponse.BodyHandlers.ofInputStream());
            passed.add(request + " " + response.statusCode());
            answer(exchange, response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, HttpResponse<InputStream> response) throws IOException {
        byte[] content = response.body().readAllBytes();
        response.headers().map().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                List<String> here = new ArrayList<>();
                // Upload addresses must lead through the gate as well.
                values.forEach(value -> here.add(value.replace("http://" + registry, "http://" + address())));
                exchange.getResponseHeaders().put(name, here);
            }
        });
        if (exchange.getRequestMethod().equals("HEAD")) {
            response.headers()
                    .firstValue("Content-Length")
                    .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
            exchange.sendResponseHeaders(response.statusCode(), -1);
        } else {
            exchange.sendResponseHeaders(response.statusCode(), content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        }
    }

    @Override
    public void close() {
        open();
        server.stop(0);
        threads.shutdownNow();
    }
}
