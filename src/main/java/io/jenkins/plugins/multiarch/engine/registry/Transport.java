package io.jenkins.plugins.multiarch.engine.registry;

import com.google.api.client.http.HttpContent;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.http.Authorization;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.http.ResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * One HTTP request and its answer, by jib's client.
 *
 * <p>That client never falls back from TLS to anything less here: for {@code https} its failover is off, and with
 * failover on, which is what lets it speak plain HTTP at all, it is only ever given {@code http} addresses. Redirects of
 * a GET are followed without the {@code Authorization} header.
 */
final class Transport {

    private static final int TIMEOUT_MILLIS = 30_000;
    private static final String USER_AGENT = "multiarch-build";

    /**
     * What came back, whatever its status.
     *
     * @param headers values of the header of a name, in order; empty if it is missing
     */
    record Answer(int status, byte[] body, Function<String, List<String>> headers) {

        /** The first value of this header; empty if it is missing. */
        String header(String name) {
            List<String> values = headers.apply(name);
            return values.isEmpty() ? "" : values.get(0);
        }

        boolean isSuccess() {
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

    /**
     * Sends one request, once.
     *
     * @param authorization null for none
     * @param accept media types; empty for any
     * @param body null for none
     * @param maxBytes how much of a successful answer is read at most
     * @throws TooLarge if there is more than {@code maxBytes}
     * @throws IOException if there was no answer
     */
    Answer send(
            String method, URL url, Authorization authorization, List<String> accept, HttpContent body, int maxBytes)
            throws IOException {
        boolean plain = url.getProtocol().equals("http");
        Request.Builder request = Request.builder()
                .setUserAgent(USER_AGENT)
                .setHttpTimeout(TIMEOUT_MILLIS)
                .setAuthorization(authorization)
                .setBody(body);
        if (!accept.isEmpty()) {
            request.setAccept(accept);
        }
        // The client keeps every connection it ever made until it is shut down, hence one client per request.
        FailoverHttpClient client = withoutRetries(plain);
        try {
            Response response = client.call(method, url, request.build());
            if (!plain && response.getRequestUrl().getScheme().equals("http")) {
                throw new SSLException("the registry redirected to plain HTTP: " + response.getRequestUrl());
            }
            return new Answer(response.getStatusCode(), read(response, maxBytes), response::getHeader);
        } catch (ResponseException e) {
            String content = e.getContent() == null ? "" : e.getContent();
            return new Answer(
                    e.getStatusCode(),
                    content.getBytes(StandardCharsets.UTF_8),
                    name -> e.getHeaders().getHeaderStringValues(name));
        } finally {
            shutDown(client);
        }
    }

    private static byte[] read(Response response, int maxBytes) throws IOException {
        InputStream body = response.getBody();
        if (body == null) {
            return new byte[0];
        }
        byte[] content = body.readNBytes(maxBytes + 1);
        if (content.length > maxBytes) {
            throw new TooLarge(maxBytes);
        }
        return content;
    }

    private static void shutDown(FailoverHttpClient client) {
        try {
            client.shutDown();
        } catch (IOException e) {
            // The connection is closed; only reading the rest of an answer that nobody wants has failed.
        }
    }

    /**
     * The public constructor's client retries every I/O failure ten times within a minute, an unknown host or an
     * untrusted certificate included. {@link RetryPolicy} decides that here, so this takes the constructor with which
     * jib's own tests turn it off.
     */
    private static FailoverHttpClient withoutRetries(boolean plain) {
        Consumer<LogEvent> silent = event -> {};
        try {
            Constructor<FailoverHttpClient> constructor = FailoverHttpClient.class.getDeclaredConstructor(
                    boolean.class, boolean.class, Consumer.class, boolean.class);
            constructor.setAccessible(true);
            return constructor.newInstance(plain, plain, silent, false);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This version of jib-core has no HTTP client without retries", e);
        }
    }
}
