package io.jenkins.plugins.multiarch.engine.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;

/**
 * HTTP requests and their answers, each sent once, over {@link Connections} that are shared.
 *
 * <p>This is Java's own client, not jib-core's: that one makes a pool for each request, so every request would pay for a
 * new connection and, with TLS, for a handshake. It speaks HTTP/1.1 only, over which what happened to a request whose
 * connection is lost is the same with every registry.
 *
 * <p>Redirects of GET and HEAD are followed, never from TLS to plain HTTP, and the {@code Authorization} header does not
 * go to another host or port. Other requests are only redirected by 307 and 308, and within their origin.
 */
final class Transport {

    /** What is kept of the body of an answer that is not a success, in bytes. */
    static final int MAX_ERROR_BYTES = 64 * 1024;

    private static final Duration ANSWER_TIME = Duration.ofMinutes(1);

    /** For an upload of which everything is sent: the registry may have gigabytes to verify and to move. */
    private static final Duration COMMIT_TIME = Duration.ofMinutes(10);

    static final int MAX_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final RegistryAccess access;

    Transport(RegistryAccess access) {
        this.access = access;
    }

    private HttpClient client(String registry) {
        return Connections.ofThisJvm()
                .to(registry, access.authorities(registry), access.proxies().selector());
    }

    /**
     * What a request carries.
     *
     * @param publisher gives its bytes
     * @param once whether it can be sent only once, because it is a stream
     * @param moved how many bytes have been given so far; a request with a stream may take as long as it moves
     * @param length how many bytes it has
     * @param range the {@code Content-Range}, if it is a piece of something; empty if it is all of it
     */
    record Body(
            String mediaType, BodyPublisher publisher, boolean once, LongSupplier moved, long length, String range) {

        static Body of(String mediaType, byte[] content) {
            return new Body(mediaType, BodyPublishers.ofByteArray(content), false, () -> 0, content.length, "");
        }

        boolean isStreamed() {
            return once && moved.getAsLong() >= length;
        }

        /**
         * A piece of a blob.
         *
         * @param content has the piece from {@code from}, of {@code length} bytes
         * @param offset where the piece is in the blob
         */
        static Body piece(byte[] content, int from, int length, long offset) {
            return new Body(
                    "application/octet-stream",
                    BodyPublishers.ofByteArray(content, from, length),
                    false,
                    () -> 0,
                    length,
                    offset + "-" + (offset + length - 1));
        }

        /** @param length how many bytes the stream has */
        static Body of(InputStream stream, long length, LongSupplier moved) {
            BodyPublisher publisher = length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> stream), length);
            return new Body("application/octet-stream", publisher, true, moved, length, "");
        }
    }

    /**
     * One request.
     *
     * @param registry on whose behalf it is sent, though perhaps to a token server; says whom to trust
     * @param authorization null for none
     * @param accept media types; empty for any
     * @param body null for none
     * @param deadline when it must be over; even before, it may not take longer than {@link #answerTime}, or, while a
     *     stream is sent, nothing may stand still for so long
     */
    record Request(
            String registry,
            String method,
            URI uri,
            Authorization authorization,
            List<String> accept,
            Body body,
            Deadline deadline) {

        /** How long to wait for an answer from now on: a minute, or ten if all that is left is to commit an upload. */
        Duration answerTime() {
            boolean commits = method.equals("PUT") && (body == null || body.isStreamed());
            return deadline.atMost(commits ? COMMIT_TIME : ANSWER_TIME);
        }

        Request redirected(URI target) {
            return new Request(
                    registry, method, target, sameOrigin(uri, target) ? authorization : null, accept, body, deadline);
        }

        HttpRequest build(Proxies proxies) {
            HttpRequest.Builder builder = HttpRequest.newBuilder(uri).header("User-Agent", "multiarch-build");
            // Java sends it to a proxy, and to nobody else.
            proxies.credential(uri)
                    .ifPresent(credential -> builder.header(
                            "Proxy-Authorization",
                            Authorization.basic(credential).header()));
            if (authorization != null) {
                builder.header("Authorization", authorization.header());
            }
            if (!accept.isEmpty()) {
                builder.header("Accept", String.join(", ", accept));
            }
            if (body != null) {
                builder.header("Content-Type", body.mediaType());
                if (!body.range().isEmpty()) {
                    builder.header("Content-Range", body.range());
                }
            }
            // For GET, noBody() would make Java 17 send a Content-Length.
            return method.equals("GET")
                    ? builder.GET().build()
                    : builder.method(method, body == null ? BodyPublishers.noBody() : body.publisher())
                            .build();
        }
    }

    /**
     * What came back, whatever its status.
     *
     * @param body all of it if it is a success, else no more than {@link #MAX_ERROR_BYTES}; empty if it is a stream
     * @param stream the body of a success that was asked for as a stream, to be closed by the caller; else null
     * @param attempts how often the request had been sent when this came
     */
    record Answer(int status, HttpHeaders headers, byte[] body, InputStream stream, int attempts) {

        Answer at(int attempt) {
            return new Answer(status, headers, body, stream, attempt);
        }

        /** The first value of this header; empty if it is missing. */
        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        boolean isSuccess() {
            return isSuccess(status);
        }

        static boolean isSuccess(int status) {
            return status >= 200 && status < 300;
        }
    }

    /** The answer was longer than what was allowed. */
    static final class TooLarge extends IOException {

        private static final long serialVersionUID = 1L;

        TooLarge(int maxBytes) {
            super("the answer is larger than " + maxBytes + " bytes");
        }
    }

    /** There was no answer in time. */
    private static HttpTimeoutException timeout(Duration time) {
        return new HttpTimeoutException("no answer within " + time.toMillis() + " ms");
    }

    private record Content(byte[] bytes, InputStream stream) {}

    /**
     * Sends one request, once.
     *
     * @param maxBytes how much of a successful answer is read at most
     * @throws TooLarge if there is more than {@code maxBytes}
     * @throws IOException if there was no answer
     */
    Answer send(Request request, int maxBytes) throws IOException {
        return send(request, maxBytes, status -> {});
    }

    /** @param onStatus is told the status of every answer, before its body comes */
    Answer send(Request request, int maxBytes, IntConsumer onStatus) throws IOException {
        return follow(
                request,
                telling(
                        onStatus,
                        info -> BodySubscribers.mapping(
                                Answer.isSuccess(info.statusCode())
                                        ? BoundedBody.upTo(maxBytes)
                                        : BoundedBody.cutAt(MAX_ERROR_BYTES),
                                bytes -> new Content(bytes, null))));
    }

    private static BodyHandler<Content> telling(IntConsumer onStatus, BodyHandler<Content> handler) {
        return info -> {
            onStatus.accept(info.statusCode());
            return handler.apply(info);
        };
    }

    /** As {@link #send}, but the body of a success is left to be read. */
    Answer open(Request request) throws IOException {
        return follow(
                request,
                info -> Answer.isSuccess(info.statusCode())
                        ? BodySubscribers.mapping(
                                BodySubscribers.ofInputStream(), stream -> new Content(new byte[0], stream))
                        : BodySubscribers.mapping(
                                BoundedBody.cutAt(MAX_ERROR_BYTES), bytes -> new Content(bytes, null)));
    }

    private Answer follow(Request first, BodyHandler<Content> handler) throws IOException {
        Request request = first;
        for (int redirects = 0; ; redirects++) {
            HttpResponse<Content> response = exchange(request, handler);
            String location = response.headers().firstValue("Location").orElse("");
            boolean isRedirect = REDIRECTS.contains(response.statusCode()) && !location.isEmpty();
            if (!isRedirect || !mayFollow(request, response.statusCode(), location)) {
                Content content = response.body();
                return new Answer(response.statusCode(), response.headers(), content.bytes(), content.stream(), 1);
            }
            if (redirects == MAX_REDIRECTS) {
                throw tooManyRedirects();
            }
            request = request.redirected(target(request.uri(), location));
        }
    }

    static IOException tooManyRedirects() {
        return new IOException("the registry redirects more than " + MAX_REDIRECTS + " times");
    }

    /** What is sent goes nowhere else than to the origin it is meant for. */
    private static boolean mayFollow(Request request, int status, String location) throws IOException {
        boolean readsOnly = request.method().equals("GET") || request.method().equals("HEAD");
        boolean isOnce = request.body() != null && request.body().once();
        return readsOnly || !isOnce && keepsBody(status) && sameOrigin(request.uri(), target(request.uri(), location));
    }

    /** Whether the request is to be sent again as it was, and not as a GET. */
    static boolean keepsBody(int status) {
        return status == 307 || status == 308;
    }

    /**
     * Where a {@code Location} header leads.
     *
     * @throws IOException if it is no address, or leads from TLS to plain HTTP
     */
    static URI target(URI from, String location) throws IOException {
        String shown = Addresses.redactedAddress(location);
        URI target;
        try {
            target = from.resolve(location);
        } catch (IllegalArgumentException e) {
            // The cause quotes all of it.
            throw new IOException("the registry redirected to '" + shown + "', which is no address");
        }
        boolean tls = "https".equals(target.getScheme());
        if (!tls && "https".equals(from.getScheme())) {
            throw new SSLException("the registry redirected to plain HTTP: " + shown);
        }
        if (target.getHost() == null || !tls && !"http".equals(target.getScheme())) {
            throw new IOException("the registry redirected to '" + shown + "', which is no address");
        }
        return target;
    }

    /** Whether both are served by the same scheme, host and port. */
    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equals(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    }

    private <T> HttpResponse<T> exchange(Request request, BodyHandler<T> handler) throws IOException {
        CompletableFuture<HttpResponse<T>> answer =
                client(request.registry()).sendAsync(request.build(access.proxies()), handler);
        LongSupplier moved = request.body() == null ? () -> 0 : request.body().moved();
        try {
            while (true) {
                long before = moved.getAsLong();
                Duration time = request.answerTime();
                try {
                    return answer.get(time.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (moved.getAsLong() == before || request.deadline().endsWithin(Duration.ZERO)) {
                        throw timeout(time);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the registry");
        } catch (ExecutionException e) {
            throw cause(e.getCause());
        } finally {
            // Of no effect on an answer that is there; ends what nobody waits for any more.
            answer.cancel(true);
        }
    }

    private static IOException cause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RegistryException || cause instanceof TooLarge) {
                return (IOException) cause; // Thrown by a body of ours, and wrapped by the client.
            }
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                UnknownHostException unknown = new UnknownHostException("unknown host");
                unknown.initCause(failure);
                return unknown;
            }
        }
        if (failure instanceof ConnectException && failure.getMessage() == null) {
            ConnectException refused = new ConnectException("Connection refused");
            refused.initCause(failure);
            return refused;
        }
        return failure instanceof IOException io ? io : new IOException(failure.toString(), failure);
    }
}
