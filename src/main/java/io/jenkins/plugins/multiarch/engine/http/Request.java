package io.jenkins.plugins.multiarch.engine.http;

import io.jenkins.plugins.multiarch.engine.access.Proxies;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;

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
public record Request(
        String registry,
        String method,
        URI uri,
        Authorization authorization,
        List<String> accept,
        Body body,
        Deadline deadline) {

    private static final Duration ANSWER_TIME = Duration.ofMinutes(1);

    /** For an upload of which everything is sent: the registry may have gigabytes to verify and to move. */
    private static final Duration COMMIT_TIME = Duration.ofMinutes(10);

    /** How long to wait for an answer from now on: a minute, or ten if all that is left is to commit an upload. */
    Duration answerTime() {
        boolean commits = method.equals("PUT") && (body == null || body.isStreamed());
        return deadline.atMost(commits ? COMMIT_TIME : ANSWER_TIME);
    }

    Request redirected(URI target) {
        return new Request(
                registry,
                method,
                target,
                Transport.sameOrigin(uri, target) ? authorization : null,
                accept,
                body,
                deadline);
    }

    HttpRequest build(Proxies proxies) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).header("User-Agent", "multiarch-build");
        // Java sends it to a proxy, and to nobody else.
        proxies.credential(uri)
                .ifPresent(credential -> builder.header(
                        "Proxy-Authorization", Authorization.basic(credential).header()));
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
