package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.http.Answer;
import io.jenkins.plugins.multiarch.engine.http.Authorization;
import io.jenkins.plugins.multiarch.engine.http.Deadline;
import io.jenkins.plugins.multiarch.engine.http.Request;
import io.jenkins.plugins.multiarch.engine.http.Transport;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Sends calls to registries: authorized, repeated where that helps, and within a deadline.
 *
 * <p>The first call to a registry goes alone. Those that come at the same time wait until it has been seen whether this
 * registry wants to know who asks, so that not every one of them is refused first.
 */
final class RegistryClient {

    private static final Duration SCOUTING_TIME = Duration.ofMinutes(1);

    /** With less than this left, another attempt would only make the message worse. */
    private static final Duration LEAST_TIME = Duration.ofMillis(100);

    private static final HttpHeaders NO_HEADERS = HttpHeaders.of(Map.of(), (name, value) -> true);

    private final RegistryAccess access;
    private final Consumer<String> log;
    private final RetryPolicy retryPolicy;
    private final Deadline deadline;
    private final Transport transport;
    private final Authenticator authenticator;
    private final ErrorMessages failures;
    private final Map<String, CompletableFuture<Void>> met;

    /** The registries that have answered something. */
    private final Set<String> answered;

    /** The registries that refuse HEAD. */
    private final Set<String> headless;

    /** The registries on this machine that have TLS all the same. */
    private final Set<String> tls;

    /** The registries that have refused a request because it was too large. */
    private final Set<String> inPieces;

    RegistryClient(RegistryAccess access, Consumer<String> log, RetryPolicy retryPolicy, Deadline deadline) {
        this.access = access;
        this.log = log;
        this.retryPolicy = retryPolicy;
        this.deadline = deadline;
        this.transport = new Transport(access);
        this.authenticator = new Authenticator(access, transport);
        this.failures = new ErrorMessages(access);
        this.met = new ConcurrentHashMap<>();
        this.answered = ConcurrentHashMap.newKeySet();
        this.headless = ConcurrentHashMap.newKeySet();
        this.tls = ConcurrentHashMap.newKeySet();
        this.inPieces = ConcurrentHashMap.newKeySet();
    }

    private RegistryClient(RegistryClient other, Deadline deadline) {
        this.access = other.access;
        this.log = other.log;
        this.retryPolicy = other.retryPolicy;
        this.deadline = deadline;
        this.transport = other.transport;
        this.authenticator = other.authenticator;
        this.failures = other.failures;
        this.met = other.met;
        this.answered = other.answered;
        this.headless = other.headless;
        this.tls = other.tls;
        this.inPieces = other.inPieces;
    }

    ErrorMessages failures() {
        return failures;
    }

    /** Whether blobs go to this registry in several requests: by its configuration, or since it has refused a large one. */
    boolean sendsInPieces(String registry) {
        return access.isInPieces(registry) || inPieces.contains(registry);
    }

    /** From now on, no blob goes to this registry in one request. */
    void sendInPieces(String registry) {
        inPieces.add(registry);
    }

    /** From now on asks for what a push needs as well, so that one token serves reading and writing. */
    void willPush(ImageReference image) {
        authenticator.willPush(image);
    }

    Duration timeLeft() {
        return deadline.remaining();
    }

    /** The same connections and tokens, with another deadline. */
    RegistryClient until(Deadline other) {
        return new RegistryClient(this, other);
    }

    /** Whether a request that got no answer, or a confused one, was carried out all the same. */
    interface Settled {

        Settled NEVER = () -> false;

        boolean isSettled() throws IOException;
    }

    /** Something to attempt, as one whole. */
    interface Attempt {
        Answer send() throws IOException;
    }

    /** Sends a call that may be repeated, and returns a success. */
    Answer succeed(Call call) throws IOException {
        return succeed(call, Settled.NEVER);
    }

    /** As {@link #succeed(Call)}, but before it is repeated, or given up, it is asked whether there is still need. */
    Answer succeed(Call call, Settled settled) throws IOException {
        Answer answer = send(call, settled);
        if (answer.isSuccess()) {
            return answer;
        }
        throw failures.refused(call, answer);
    }

    /** Sends a call that may be repeated, and returns the answer, whatever it is. */
    Answer send(Call call, Settled settled) throws IOException {
        return repeat(call, settled, () -> once(call));
    }

    /** Makes attempts at what this call is about until one has an answer that is not to be repeated. */
    Answer repeat(Call call, Settled settled, Attempt attempt) throws IOException {
        for (int number = 1; ; number++) {
            Optional<Duration> delay;
            Answer answer = null;
            IOException failure = null;
            String reason;
            boolean mayHaveHappened;
            try {
                answer = attempt.send().at(number);
                boolean missing = call.retryIfMissing() && ErrorMessages.isMissing(answer);
                if (!missing && !RetryPolicy.isTransient(answer.status())) {
                    return answer;
                }
                delay = retryPolicy.delay(number, answer.header("Retry-After"));
                reason = ErrorMessages.describe(answer);
                mayHaveHappened = RetryPolicy.isServerFault(answer.status());
            } catch (RegistryException e) {
                // The token server's answer; what it refuses now it refuses again, unless it is merely busy.
                failure = e;
                reason = e.getMessage();
                delay = RetryPolicy.isTransient(e.status()) ? retryPolicy.delay(number) : Optional.empty();
                mayHaveHappened = false;
            } catch (IOException e) {
                failure = failures.unreachable(call, e, number);
                reason = ErrorMessages.brief(e);
                mayHaveHappened = RetryPolicy.isTransient(e);
                boolean mayPass = RetryPolicy.isTransient(
                        e, answered.contains(call.image().registry()));
                delay = mayPass ? retryPolicy.delay(number) : Optional.empty();
            }
            if (mayHaveHappened && isSettled(settled)) {
                log.accept("Registry " + call.image().registry() + " had done it before the answer was lost: "
                        + call.purpose());
                return new Answer(201, NO_HEADERS, new byte[0], null, number);
            }
            if (deadline.endsWithin(delay.map(LEAST_TIME::plus).orElse(Duration.ZERO))) {
                throw failures.late(call, deadline, number, reason, failure);
            }
            if (delay.isEmpty()) {
                if (failure != null) {
                    throw failure;
                }
                return answer;
            }
            log.accept("Registry " + call.image().registry() + ": " + reason + "; will try again to " + call.purpose()
                    + " in " + delay.get().toMillis() + " ms");
            retryPolicy.sleep(delay.get());
        }
    }

    private static boolean isSettled(Settled settled) throws InterruptedIOException {
        try {
            return settled.isSettled();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return false; // Not known to be, so it will be done again.
        }
    }

    /** Sends a call that is not repeated if it fails, and returns a success. */
    Answer ask(Call call) throws IOException {
        Answer answer;
        try {
            answer = once(call);
        } catch (RegistryException e) {
            throw e;
        } catch (IOException e) {
            throw failures.unreachable(call, e, 1);
        }
        if (answer.isSuccess()) {
            return answer;
        }
        throw failures.refused(call, answer);
    }

    /** Sends a call, and again only with what a challenge asks for; a HEAD as a GET where the registry refuses HEAD. */
    Answer once(Call call) throws IOException {
        String registry = call.image().registry();
        boolean isHead = call.method().equals("HEAD");
        if (isHead && headless.contains(registry)) {
            return headOf(call.get());
        }
        Answer answer = authorized(call, (request, onStatus) -> transport.send(request, call.maxBytes(), onStatus));
        if (isHead && (answer.status() == 405 || answer.status() == 501)) {
            headless.add(registry);
            return headOf(call.get());
        }
        return answer;
    }

    /** The answer without its body, which is not read. */
    private Answer headOf(Call call) throws IOException {
        Answer answer = open(call);
        if (answer.stream() != null) {
            answer.stream().close();
        }
        return new Answer(answer.status(), answer.headers(), answer.body(), null, answer.attempts());
    }

    /**
     * Where a call is to be sent again, with its body.
     *
     * @return empty if the answer does not say so, or leads elsewhere than to the origin of the call
     */
    Optional<Call> redirected(Call call, Answer answer) throws IOException {
        String location = answer.header("Location");
        if (!Transport.keepsBody(answer.status()) || location.isEmpty()) {
            return Optional.empty();
        }
        URI from = Transport.target(home(call), call.path());
        URI target = Transport.target(from, location);
        return Transport.sameOrigin(from, target) ? Optional.of(call.at(target.toString())) : Optional.empty();
    }

    private URI home(Call call) {
        String registry = call.image().registry();
        String endpoint = access.endpoint(registry);
        return URI.create((tls.contains(registry) ? endpoint.replaceFirst("^http:", "https:") : endpoint) + "/v2/"
                + call.image().repository() + "/");
    }

    /** As {@link #once}, but the body of a success is left to be read. */
    Answer open(Call call) throws IOException {
        return authorized(call, (request, onStatus) -> transport.open(request));
    }

    private interface Exchange {
        Answer send(Request request, IntConsumer onStatus) throws IOException;
    }

    private Answer authorized(Call call, Exchange exchange) throws IOException {
        String registry = call.image().registry();
        CompletableFuture<Void> scouting = new CompletableFuture<>();
        CompletableFuture<Void> scouted = met.putIfAbsent(registry, scouting);
        try {
            if (scouted != null) {
                await(scouted);
            }
            URI registryUri = home(call);
            URI uri = Transport.target(registryUri, call.path());
            boolean home = Transport.sameOrigin(registryUri, uri);
            Authorization known = home ? authenticator.known(call.image(), call.scope(), deadline) : null;
            // What comes at the same time need not wait for the body of this answer.
            IntConsumer onStatus = status -> {
                if (status < 400) {
                    scouting.complete(null);
                }
            };
            Answer answer = exchange.send(request(call, uri, known), onStatus);
            if (home && known == null && mayBeTls(call, uri, answer) && tls.add(registry)) {
                scouting.complete(null);
                return overTls(call, exchange, answer);
            }
            answered.add(registry);
            if (answer.status() == 404 && home && known == null && authenticator.isStranger(call.image())) {
                return introduced(call, uri, answer, exchange);
            }
            if (answer.status() != 401 || !home) {
                return answer;
            }
            Optional<Authorization> better = authenticator.answer(
                    answer.headers().allValues("WWW-Authenticate"), call.image(), call.scope(), known, deadline);
            if (better.isEmpty()) {
                return answer;
            }
            if (call.isOnce()) {
                throw new IOException("the token expired during the upload");
            }
            return exchange.send(request(call, uri, better.get()), onStatus);
        } finally {
            scouting.complete(null);
        }
    }

    /** Whether plain HTTP is spoken to a server only because it is on this machine, and it has not answered yet. */
    private boolean mayBeTls(Call call, URI uri, Answer answer) {
        String registry = call.image().registry();
        return uri.getScheme().equals("http")
                && !access.isNamedInsecure(registry)
                && !answered.contains(registry)
                && !call.isOnce()
                // The answer to a HEAD has no words.
                && (ErrorMessages.wantsTls(answer)
                        || answer.status() == 400 && call.method().equals("HEAD"));
    }

    /** @param plain what plain HTTP has come to */
    private Answer overTls(Call call, Exchange exchange, Answer plain) throws IOException {
        try {
            return authorized(call, exchange);
        } catch (SSLException e) {
            if (e instanceof SSLHandshakeException || ErrorMessages.wantsTls(plain)) {
                throw e;
            }
            tls.remove(call.image().registry());
            return plain;
        }
    }

    /** Asks once more, with the credential that the registry has not asked for. */
    private Answer introduced(Call call, URI uri, Answer hidden, Exchange exchange) throws IOException {
        if (call.body() != null) {
            return hidden;
        }
        Answer door = transport.send(
                new Request(call.image().registry(), "GET", uri.resolve("/v2/"), null, List.of(), null, deadline),
                call.maxBytes());
        List<String> wanted = door.status() == 401 ? door.headers().allValues("WWW-Authenticate") : List.of();
        Optional<Authorization> credential;
        try {
            credential = authenticator.introduce(wanted, call.image(), call.scope(), deadline);
        } catch (RegistryException e) {
            return hidden; // Nobody has asked for it.
        }
        if (credential.isEmpty()) {
            return hidden;
        }
        Answer shown = exchange.send(request(call, uri, credential.get()), status -> {});
        if (RegistryException.asksForCredential(shown.status())) {
            authenticator.forget(call.image());
            return hidden;
        }
        return shown;
    }

    private Request request(Call call, URI uri, Authorization authorization) {
        return new Request(
                call.image().registry(), call.method(), uri, authorization, call.accept(), call.body(), deadline);
    }

    private void await(CompletableFuture<Void> scouted) throws InterruptedIOException {
        try {
            scouted.get(deadline.atMost(SCOUTING_TIME).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the registry");
        } catch (ExecutionException | TimeoutException e) {
            return; // Then everyone finds out for himself.
        }
    }
}
