package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.http.Addresses;
import io.jenkins.plugins.multiarch.engine.http.Answer;
import io.jenkins.plugins.multiarch.engine.http.Authorization;
import io.jenkins.plugins.multiarch.engine.http.Body;
import io.jenkins.plugins.multiarch.engine.http.Deadline;
import io.jenkins.plugins.multiarch.engine.http.Request;
import io.jenkins.plugins.multiarch.engine.http.Transport;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers the challenges of registries and remembers the answers: one per registry for basic, one token per registry and
 * scope for bearer authentication. Once a registry has named its token server, tokens for further scopes are fetched
 * without being refused first. A token that has expired is replaced when the registry says so, once for all who use it.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">distribution, token authentication</a>
 * @see <a href="https://distribution.github.io/distribution/spec/auth/oauth/">distribution, OAuth 2 token
 *     authentication</a>
 */
final class Authenticator {

    private static final int MAX_TOKEN_BYTES = 256 * 1024;

    private final RegistryAccess access;
    private final Transport transport;
    private final Map<Account, Authorization> basics = new ConcurrentHashMap<>();
    private final Map<String, Challenge> bearers = new ConcurrentHashMap<>();
    private final Set<Account> introduced = ConcurrentHashMap.newKeySet();
    private final Map<Permit, Token> tokens = new ConcurrentHashMap<>();
    private final Set<String> pushed = ConcurrentHashMap.newKeySet();

    Authenticator(RegistryAccess access, Transport transport) {
        this.access = access;
        this.transport = transport;
    }

    /** Who asks a registry; one process may do so with several credentials, each for its repositories. */
    private record Account(String registry, Optional<RegistryCredential> credential) {

        boolean isTokenHolder() {
            return credential.map(RegistryCredential::isRegistryToken).orElse(false);
        }
    }

    private record Permit(Account account, String scope) {}

    /** Asks for what a push to this repository needs whenever it is read: one token then serves for both. */
    void willPush(ImageReference image) {
        pushed.add(image.name());
    }

    private Scope strongest(ImageReference image, Scope scope) {
        boolean reads = scope.equals(Scope.of(image, "pull"));
        return reads && pushed.contains(image.name()) ? Scope.of(image, "pull,push") : scope;
    }

    private Account account(ImageReference image) {
        return new Account(image.registry(), access.credential(image));
    }

    /** The token of one scope. Who needs it while it is fetched waits, instead of fetching another. */
    private static final class Token {

        private Authorization current;

        synchronized Authorization get(Fetch fetch) throws IOException {
            if (current == null) {
                current = fetch.fetch();
            }
            return current;
        }

        synchronized Authorization insteadOf(Authorization refused, Fetch fetch) throws IOException {
            if (current == null || current.equals(refused)) {
                current = fetch.fetch();
            }
            return current;
        }
    }

    private interface Fetch {
        Authorization fetch() throws IOException;
    }

    /**
     * What this registry wants for this scope, as far as is known; null if nothing has been asked for yet.
     *
     * @param deadline when the token server must have answered
     * @throws IOException if the token server could not be asked, or refuses
     */
    Authorization known(ImageReference image, Scope scope, Deadline deadline) throws IOException {
        Account account = account(image);
        if (account.isTokenHolder()) {
            return Authorization.bearer(account.credential().orElseThrow().password());
        }
        Scope wanted = strongest(image, scope);
        Challenge bearer = bearers.get(account.registry());
        return bearer == null
                ? basics.get(account)
                : token(account, wanted).get(() -> fetch(bearer, account, wanted.toString(), deadline));
    }

    /**
     * Answers a 401.
     *
     * @param refused what the refused request carried; null for nothing
     * @param deadline when the token server must have answered
     * @return what to repeat the request with; empty if there is nothing new to say
     * @throws IOException if the token server could not be asked, or refuses
     */
    Optional<Authorization> answer(
            List<String> wwwAuthenticate, ImageReference image, Scope scope, Authorization refused, Deadline deadline)
            throws IOException {
        Account account = account(image);
        if (account.isTokenHolder()) {
            return Optional.empty();
        }
        Scope wanted = strongest(image, scope);
        List<Challenge> challenges = Challenge.parse(wwwAuthenticate);
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                String named = wanted.equals(scope) ? challenge.parameter("scope") : "";
                String asked = named.isEmpty() ? wanted.toString() : named;
                Authorization token =
                        token(account, wanted).insteadOf(refused, () -> fetch(challenge, account, asked, deadline));
                bearers.put(account.registry(), challenge);
                return Optional.of(token);
            }
        }
        boolean basic =
                challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
        if (!basic || account.credential().isEmpty()) {
            return Optional.empty();
        }
        Authorization authorization = Authorization.basic(account.credential().get());
        if (authorization.equals(refused)) {
            return Optional.empty();
        }
        basics.put(account, authorization);
        return Optional.of(authorization);
    }

    /**
     * What to ask with after a 404 to a stranger: a registry may hide what it does not show to everybody.
     *
     * @param wwwAuthenticate what the registry wants at its front door; empty if it lets everybody in there
     * @return empty if there is no credential, or this has been tried before
     * @throws IOException if the token server could not be asked, or refuses
     */
    Optional<Authorization> introduce(
            List<String> wwwAuthenticate, ImageReference image, Scope scope, Deadline deadline) throws IOException {
        Account account = account(image);
        if (account.credential().isEmpty()) {
            return Optional.empty();
        }
        if (!wwwAuthenticate.isEmpty()) {
            return answer(wwwAuthenticate, image, scope, null, deadline);
        }
        Authorization basic = Authorization.basic(account.credential().get());
        basics.put(account, basic);
        return Optional.of(basic);
    }

    /** Whether a credential for this image has not been shown to its registry yet; true only once. */
    boolean isStranger(ImageReference image) {
        Account account = account(image);
        return account.credential().isPresent() && introduced.add(account);
    }

    /** Goes on without a credential that was shown unasked, and refused. */
    void forget(ImageReference image) {
        basics.remove(account(image));
        bearers.remove(image.registry());
    }

    private Token token(Account account, Scope scope) {
        return tokens.computeIfAbsent(new Permit(account, scope.toString()), key -> new Token());
    }

    private Authorization fetch(Challenge challenge, Account account, String scope, Deadline deadline)
            throws IOException {
        String registry = account.registry();
        URI realm = realm(challenge, registry);
        String named = challenge.parameter("service");
        List<String> parameters = new ArrayList<>(List.of(parameter("service", named.isEmpty() ? registry : named)));
        Optional<RegistryCredential> credential = account.credential();
        Answer answer;
        if (credential.isPresent() && credential.get().isRefreshToken()) {
            addScope(parameters, scope);
            parameters.add(parameter("grant_type", "refresh_token"));
            parameters.add(parameter("refresh_token", credential.get().password()));
            answer = post(registry, realm, parameters, deadline);
        } else {
            List<String> query = new ArrayList<>(parameters);
            // Several scopes are several parameters here, but one with blanks in the form.
            for (String part : scope.split(" ")) {
                addScope(query, part);
            }
            answer = get(registry, realm, query, credential, deadline);
            boolean onlyForms = answer.status() == 404 || answer.status() == 405;
            if (onlyForms && credential.isPresent()) {
                addScope(parameters, scope);
                parameters.add(parameter("grant_type", "password"));
                parameters.add(parameter("username", credential.get().username()));
                parameters.add(parameter("password", credential.get().password()));
                answer = post(registry, realm, parameters, deadline);
            }
        }
        return Authorization.bearer(read(answer, realm, registry, scope, credential.isPresent()));
    }

    /** Without a scope, only who asks is to be found out. */
    private static void addScope(List<String> parameters, String scope) {
        if (!scope.isEmpty()) {
            parameters.add(parameter("scope", scope));
        }
    }

    private Answer get(
            String registry, URI realm, List<String> query, Optional<RegistryCredential> credential, Deadline deadline)
            throws IOException {
        URI uri = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + String.join("&", query));
        Authorization basic = credential.map(Authorization::basic).orElse(null);
        return transport.send(new Request(registry, "GET", uri, basic, List.of(), null, deadline), MAX_TOKEN_BYTES);
    }

    private Answer post(String registry, URI realm, List<String> parameters, Deadline deadline) throws IOException {
        List<String> form = new ArrayList<>(parameters);
        form.add(parameter("client_id", "multiarch-build"));
        Body body = Body.of(
                "application/x-www-form-urlencoded", String.join("&", form).getBytes(StandardCharsets.UTF_8));
        return transport.send(new Request(registry, "POST", realm, null, List.of(), body, deadline), MAX_TOKEN_BYTES);
    }

    private static String read(Answer answer, URI realm, String registry, String scope, boolean hasCredential)
            throws RegistryException {
        String server = "The token server " + Addresses.redactedAddress(realm.toString()) + " of registry " + registry;
        if (!answer.isSuccess()) {
            String message = server + " answered " + answer.status() + (scope.isEmpty() ? "" : " for " + scope) + ".";
            if (!hasCredential && RegistryException.asksForCredential(answer.status())) {
                throw new RegistryException.NoCredential(message, answer.status(), registry);
            }
            throw new RegistryException(
                    message
                            + (hasCredential
                                    ? " Check the credential for " + registry + "."
                                    : " Check that it is the token server of that registry, and that it works."),
                    answer.status(),
                    null);
        }
        String token = "";
        try {
            JsonNode json = Json.readObject(answer.body());
            token = Json.string(json, "token");
            token = token.isEmpty() ? Json.string(json, "access_token") : token;
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        // Anything else could not be put into a header.
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw new RegistryException(
                    server + " answered without a token. Check that the address is that of a token server.", 0, null);
        }
        return token;
    }

    /** The credential goes to this address, so it must be as safe as the registry itself has to be. */
    private URI realm(Challenge challenge, String registry) throws IOException {
        String text = challenge.parameter("realm");
        URI realm;
        try {
            realm = URI.create(text);
            realm.toURL();
        } catch (IllegalArgumentException | MalformedURLException e) {
            throw new RegistryException(
                    "Registry " + registry + " names the token server '" + Addresses.redactedAddress(text)
                            + "', which is no address. Check the registry's configuration.",
                    0,
                    null);
        }
        String host = realm.getPort() < 0 ? realm.getHost() : realm.getHost() + ":" + realm.getPort();
        boolean plain = "http".equals(realm.getScheme()) && isPlain(registry, host);
        if (realm.getHost() == null || !"https".equals(realm.getScheme()) && !plain) {
            throw new RegistryException(
                    "Registry " + registry + " wants the credential sent to " + Addresses.redactedAddress(text)
                            + ", which is not protected by TLS. Give the token server a certificate, or name " + host
                            + " as an insecure registry.",
                    0,
                    null);
        }
        return realm;
    }

    /** That this machine itself needs no TLS is no permission for a registry that has it to lead away from TLS. */
    private boolean isPlain(String registry, String host) {
        return access.isNamedInsecure(host) || access.isInsecure(host) && access.isInsecure(registry);
    }

    private static String parameter(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
