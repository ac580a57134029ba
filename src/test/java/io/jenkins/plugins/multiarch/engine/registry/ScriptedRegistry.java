package io.jenkins.plugins.multiarch.engine.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on 127.0.0.1 that answers what a test tells it to, and remembers what it was asked. */
public final class ScriptedRegistry implements AutoCloseable {

    /** What to answer, possibly to several at the same time; a null answer closes the connection without one. */
    public interface Script {
        Reply answer(Asked request) throws IOException;
    }

    /** @param body one character for each byte */
    public record Asked(
            String method, String path, String query, String authorization, String contentType, String body) {

        Asked with(String content) {
            return new Asked(method, path, query, authorization, contentType, content);
        }

        byte[] content() {
            return body.getBytes(StandardCharsets.ISO_8859_1);
        }

        /** {@code METHOD /path?query}. */
        @Override
        public String toString() {
            return method + " " + path + (query == null ? "" : "?" + query);
        }
    }

    /** @param sent how many bytes of the body are sent before the connection is closed; those announced are all of it */
    public record Reply(int status, Map<String, String> headers, byte[] body, int sent) {

        public static Reply of(int status, byte[] body, String... headers) {
            Map<String, String> map = new LinkedHashMap<>();
            for (int i = 0; i < headers.length; i += 2) {
                map.put(headers[i], headers[i + 1]);
            }
            return new Reply(status, map, body, body.length);
        }

        public static Reply of(int status, String body, String... headers) {
            return of(status, body.getBytes(StandardCharsets.UTF_8), headers);
        }

        /** The same answer, of which the second half is lost. */
        Reply truncated() {
            return new Reply(status, headers, body, body.length / 2);
        }

        /** The same answer with one more header. */
        public Reply with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Reply(status, more, body, sent);
        }
    }

    static {
        // Java's server sends head and body apart, and would wait 40 ms between them. It reads this when it is loaded.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    public final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Set<Integer> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Script script;

    /** Asked first, without the body; what it does not answer by null is sent before any of the body is read. */
    volatile Script early = request -> null;

    public ScriptedRegistry(Script script) throws IOException {
        this(script, 0);
    }

    /** @param port to listen on; 0 for any */
    public ScriptedRegistry(Script script, int port) throws IOException {
        this.script = script;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** How many connections there have been. */
    public int connections() {
        return clients.size();
    }

    /** How many requests were under way at the same time at most. */
    public int mostAtOnce() {
        return mostAtOnce.get();
    }

    void handle(HttpExchange exchange) throws IOException {
        mostAtOnce.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        clients.add(exchange.getRemoteAddress().getPort());
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            Asked head = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestURI().getQuery(),
                    headers.getFirst("Authorization"),
                    headers.getFirst("Content-Type"),
                    "");
            Reply atOnce = early.answer(head);
            if (atOnce != null) {
                asked.add(head);
                answer(exchange, atOnce);
                return;
            }
            Asked request =
                    head.with(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            asked.add(request);
            Reply reply = script.answer(request);
            if (reply == null) {
                throw new IOException("lost on purpose"); // The server then closes the connection.
            }
            answer(exchange, reply);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private static void answer(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(reply.body().length));
            exchange.sendResponseHeaders(reply.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
        OutputStream body = exchange.getResponseBody();
        body.write(reply.body(), 0, reply.sent());
        if (reply.sent() < reply.body().length) {
            body.flush();
            throw new IOException("cut on purpose");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
