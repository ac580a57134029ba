package io.jenkins.plugins.multiarch.engine.http;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
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
public final class Transport {

    /** What is kept of the body of an answer that is not a success, in bytes. */
    static final int MAX_ERROR_BYTES = 64 * 1024;

    public static final int MAX_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final RegistryAccess access;

    public Transport(RegistryAccess access) {
        this.access = access;
    }

    private HttpClient client(Request request) {
        return Connections.ofThisJvm()
                .to(
                        request.registry(),
                        "https".equals(request.uri().getScheme()),
                        access.authorities(request.registry()),
                        access.proxies().selector());
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
    public Answer send(Request request, int maxBytes) throws IOException {
        return send(request, maxBytes, status -> {});
    }

    /** @param onStatus is told the status of every answer, before its body comes */
    public Answer send(Request request, int maxBytes, IntConsumer onStatus) throws IOException {
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
    public Answer open(Request request) throws IOException {
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

    public static IOException tooManyRedirects() {
        return new IOException("the registry redirects more than " + MAX_REDIRECTS + " times");
    }

    /** What is sent goes nowhere else than to the origin it is meant for. */
    private static boolean mayFollow(Request request, int status, String location) throws IOException {
        boolean readsOnly = request.method().equals("GET") || request.method().equals("HEAD");
        boolean isOnce = request.body() != null && request.body().once();
        return readsOnly || !isOnce && keepsBody(status) && sameOrigin(request.uri(), target(request.uri(), location));
    }

    /** Whether the request is to be sent again as it was, and not as a GET. */
    public static boolean keepsBody(int status) {
        return status == 307 || status == 308;
    }

    /**
     * Where a {@code Location} header leads.
     *
     * @throws IOException if it is no address, or leads from TLS to plain HTTP
     */
    public static URI target(URI from, String location) throws IOException {
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
    public static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equals(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    }

    private <T> HttpResponse<T> exchange(Request request, BodyHandler<T> handler) throws IOException {
        CompletableFuture<HttpResponse<T>> answer = client(request).sendAsync(request.build(access.proxies()), handler);
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
            if (cause instanceof BodyFailure && cause instanceof IOException own) {
                return own;
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
