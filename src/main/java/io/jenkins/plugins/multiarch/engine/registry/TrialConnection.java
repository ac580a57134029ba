package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.http.Answer;
import io.jenkins.plugins.multiarch.engine.http.Authorization;
import io.jenkins.plugins.multiarch.engine.http.Deadline;
import io.jenkins.plugins.multiarch.engine.http.Request;
import io.jenkins.plugins.multiarch.engine.http.Transport;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCheck.Authentication;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCheck.Permission;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Knocks at a registry, as {@link RegistryCheck} says.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/jwt/">distribution, token implementation</a>
 */
final class TrialConnection {

    private static final int MAX_ANSWER_BYTES = 64 * 1024;
    private static final String BASE = "/v2/";

    private final RegistryAccess access;
    private final String registry;
    private final String repository;
    private final Deadline deadline;
    private final ImageReference image;
    private final Scope scope;
    private final Transport transport;
    private final Authenticator authenticator;
    private final ErrorMessages failures;

    TrialConnection(RegistryAccess access, String registry, String repository, Deadline deadline) {
        this.access = access;
        this.registry = ImageReference.requireRegistry(registry);
        this.repository = repository.trim();
        this.deadline = deadline;
        this.image =
                new ImageReference(this.registry, this.repository.isEmpty() ? "any" : this.repository, "latest", "");
        this.scope = this.repository.isEmpty() ? new Scope(List.of()) : Scope.of(image, "pull,push");
        this.transport = new Transport(access);
        this.authenticator = new Authenticator(access, transport);
        this.failures = new ErrorMessages(access);
    }

    RegistryCheck run() throws IOException {
        Answer greeting = send("GET", BASE, null);
        List<String> wanted = greeting.headers().allValues("WWW-Authenticate");
        List<Challenge> challenges = Challenge.parse(wanted);
        requireRegistry(greeting, challenges);
        if (greeting.status() != 401) {
            return result(greeting, Authentication.NONE, null, null);
        }
        boolean byToken =
                challenges.stream().anyMatch(challenge -> challenge.scheme().equals("bearer"));
        Challenge challenge = challenges.stream()
                .filter(any -> any.scheme().equals(byToken ? "bearer" : "basic"))
                .findFirst()
                .orElseThrow(() -> unusable("it wants to know who asks in a way that is not supported: "
                        + String.join(
                                ", ", challenges.stream().map(Challenge::scheme).toList())));
        Authorization authorization = authorization(wanted).orElseThrow(() -> failures.refused(call(), greeting));
        Answer welcome = send("GET", BASE, authorization);
        // A token for one repository need not open the front door.
        boolean onlyInside =
                byToken && !repository.isEmpty() && permitted(authorization).isEmpty();
        if (!welcome.isSuccess() && !(onlyInside && isRefusal(welcome))) {
            throw failures.refused(call(), welcome);
        }
        if (welcome.isSuccess()) {
            requireRegistry(welcome, List.of());
        }
        return result(welcome, byToken ? Authentication.TOKEN : Authentication.BASIC, challenge, authorization);
    }

    private RegistryCheck result(
            Answer answer, Authentication authentication, Challenge challenge, Authorization authorization)
            throws IOException {
        Permission pull = Permission.UNKNOWN;
        Permission push = Permission.UNKNOWN;
        if (!repository.isEmpty()) {
            Optional<List<String>> permitted = authorization == null ? Optional.empty() : permitted(authorization);
            if (permitted.isPresent()) {
                pull = granted(permitted.get(), "pull");
                push = granted(permitted.get(), "push");
            } else {
                pull = tryPull(authorization);
                push = tryPush(authorization);
            }
        }
        return new RegistryCheck(
                registry,
                !access.isInsecure(registry),
                authentication,
                challenge == null
                        ? ""
                        : access.credential(image)
                                .map(RegistryCredential::username)
                                .orElse(""),
                challenge == null ? "" : challenge.parameter("realm"),
                challenge == null ? "" : challenge.parameter("service"),
                answer.header("Docker-Distribution-Api-Version"),
                answer.header("Server"),
                repository,
                pull,
                push);
    }

    /** Any web server answers something; a registry answers as the specification says. */
    private void requireRegistry(Answer answer, List<Challenge> challenges) throws RegistryException {
        if (answer.header("Docker-Distribution-Api-Version").startsWith("registry/")
                || answer.status() == 401 && !challenges.isEmpty()) {
            return;
        }
        String type = answer.header("Content-Type").toLowerCase(Locale.ROOT);
        String words = new String(answer.body(), StandardCharsets.ISO_8859_1).trim();
        boolean plausible = answer.isSuccess() && !type.contains("html") && (words.isEmpty() || words.startsWith("{"));
        if (plausible) {
            return;
        }
        if (ErrorMessages.wantsTls(answer)) {
            throw unusable("it speaks TLS, but is reached by plain HTTP. Do not name " + registry + " as insecure");
        }
        if (RetryPolicy.isTransient(answer.status())) {
            throw failures.refused(call(), answer);
        }
        throw unusable("it answered " + ErrorMessages.describe(answer) + " to GET " + BASE
                + ", which is not what a registry answers. Check host and port, and that they are those of the registry"
                + " and not of its web pages");
    }

    /** What the token permits in the repository, if it is one that says so. It is only shown, so it is not verified. */
    private Optional<List<String>> permitted(Authorization authorization) {
        String[] parts = authorization.header().replaceFirst("^Bearer ", "").split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode claims = Json.readObject(Base64.getUrlDecoder().decode(parts[1]));
            if (!claims.has("access")) {
                return Optional.empty();
            }
            for (JsonNode entry : Json.list(claims, "access")) {
                if (Json.string(entry, "type").equals("repository")
                        && Json.string(entry, "name").equals(image.repository())) {
                    List<String> actions = new ArrayList<>();
                    Json.list(entry, "actions").forEach(action -> actions.add(action.asText()));
                    return Optional.of(actions);
                }
            }
            return Optional.of(List.of());
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // What a token says is between the registry and its token server.
        }
    }

    private static Permission granted(List<String> actions, String action) {
        return actions.contains(action) || actions.contains("*") ? Permission.GRANTED : Permission.REFUSED;
    }

    private Permission tryPull(Authorization authorization) throws IOException {
        Answer answer = inside("GET", "tags/list?n=1", authorization);
        // What does not exist may be asked for, or the answer would be a refusal.
        return answer.isSuccess() || answer.status() == 404
                ? Permission.GRANTED
                : isRefusal(answer) ? Permission.REFUSED : Permission.UNKNOWN;
    }

    private Permission tryPush(Authorization authorization) throws IOException {
        Answer answer = inside("POST", "blobs/uploads/", authorization);
        if (answer.status() == 202) {
            cancel(answer.header("Location"), authorization);
            return Permission.GRANTED;
        }
        // 405: a mirror, or a registry that is read-only for now.
        return isRefusal(answer) || answer.status() == 405 ? Permission.REFUSED : Permission.UNKNOWN;
    }

    private void cancel(String location, Authorization authorization) throws InterruptedIOException {
        try {
            URI uploads = uri(BASE + image.repository() + "/blobs/uploads/");
            URI session = Transport.target(uploads, location);
            transport.send(
                    request("DELETE", session, Transport.sameOrigin(uploads, session) ? authorization : null),
                    MAX_ANSWER_BYTES);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return; // Registries drop uploads that nobody goes on with.
        }
    }

    /** Asks for something in the repository; a registry that has let everybody in so far may want to know now. */
    private Answer inside(String method, String path, Authorization authorization) throws IOException {
        String whole = BASE + image.repository() + "/" + path;
        Answer answer = send(method, whole, authorization);
        if (answer.status() != 401 || authorization != null) {
            return answer;
        }
        Optional<Authorization> better;
        try {
            better = authorization(answer.headers().allValues("WWW-Authenticate"));
        } catch (RegistryException e) {
            if (RegistryException.asksForCredential(e.status())) {
                return answer;
            }
            throw e;
        }
        return better.isEmpty() ? answer : send(method, whole, better.get());
    }

    private Optional<Authorization> authorization(List<String> wwwAuthenticate) throws IOException {
        try {
            return authenticator.answer(wwwAuthenticate, image, scope, null, deadline);
        } catch (RegistryException e) {
            throw e;
        } catch (IOException e) {
            throw failed(e, " (its token server)");
        }
    }

    private static boolean isRefusal(Answer answer) {
        return RegistryException.asksForCredential(answer.status());
    }

    private Answer send(String method, String path, Authorization authorization) throws IOException {
        try {
            return transport.send(request(method, uri(path), authorization), MAX_ANSWER_BYTES);
        } catch (IOException e) {
            throw failed(e, "");
        }
    }

    private IOException failed(IOException e, String where) {
        boolean late = !(e instanceof InterruptedIOException) && deadline.endsWithin(Duration.ZERO);
        return late
                ? failures.late(call(), deadline, 1, ErrorMessages.brief(e) + where, e)
                : failures.unreachable(call(), e, 1);
    }

    private URI uri(String path) {
        return URI.create(access.endpoint(registry) + path);
    }

    private Request request(String method, URI uri, Authorization authorization) {
        return new Request(registry, method, uri, authorization, List.of(), null, deadline);
    }

    private Call call() {
        return Call.of("connect to registry " + registry, "GET", image, "pull,push", BASE);
    }

    private RegistryException unusable(String reason) {
        return ErrorMessages.unusable("connect to registry " + registry, reason);
    }
}
