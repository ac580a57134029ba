package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.http.InputStreamContent;
import com.google.cloud.tools.jib.http.Authorization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Answers the challenges of registries and remembers the answers: one per registry for basic, one token per scope for
 * bearer authentication. A token that has expired is replaced when the registry says so.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">distribution, token authentication</a>
 */
final class Authenticator {

    private static final int MAX_TOKEN_BYTES = 256 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryAccess access;
    private final Transport transport;
    private final Map<String, Authorization> known = new ConcurrentHashMap<>();

    Authenticator(RegistryAccess access, Transport transport) {
        this.access = access;
        this.transport = transport;
    }

    /**
     * What has satisfied this registry before; null if nothing has been asked for yet.
     *
     * @param actions what is to be done in the repository, e.g. {@code pull,push}
     */
    Authorization known(ImageReference image, String actions) {
        Authorization token = known.get(key(image, actions));
        return token == null ? known.get(image.registry()) : token;
    }

    /**
     * Answers a 401.
     *
     * @param refused what the refused request carried; null for nothing
     * @return what to repeat the request with; empty if there is nothing new to say
     * @throws IOException if the token server could not be asked, or refuses
     */
    Optional<Authorization> answer(
            List<String> wwwAuthenticate, ImageReference image, String actions, Authorization refused)
            throws IOException {
        List<Challenge> challenges = Challenge.parse(wwwAuthenticate);
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                Authorization token = token(challenge, image, actions);
                known.put(key(image, actions), token);
                return Optional.of(token);
            }
        }
        Optional<RegistryCredential> credential = access.credential(image.registry());
        boolean basic =
                challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
        if (!basic || credential.isEmpty()) {
            return Optional.empty();
        }
        Authorization authorization = basic(credential.get());
        if (authorization.equals(refused)) {
            return Optional.empty();
        }
        known.put(image.registry(), authorization);
        return Optional.of(authorization);
    }

    private Authorization token(Challenge challenge, ImageReference image, String actions) throws IOException {
        URI realm = realm(challenge, image.registry());
        Map<String, String> parameters = new LinkedHashMap<>();
        String service = challenge.parameter("service");
        parameters.put("service", service.isEmpty() ? image.registry() : service);
        String scope = challenge.parameter("scope");
        parameters.put("scope", scope.isEmpty() ? "repository:" + image.repository() + ":" + actions : scope);

        Optional<RegistryCredential> credential = access.credential(image.registry());
        Transport.Answer answer;
        if (credential.isPresent() && credential.get().isRefreshToken()) {
            parameters.put("client_id", "multiarch-build");
            parameters.put("grant_type", "refresh_token");
            parameters.put("refresh_token", credential.get().password());
            byte[] form = form(parameters).getBytes(StandardCharsets.UTF_8);
            answer = transport.send(
                    "POST",
                    realm.toURL(),
                    null,
                    List.of(),
                    new InputStreamContent("application/x-www-form-urlencoded", new ByteArrayInputStream(form))
                            .setLength(form.length),
                    MAX_TOKEN_BYTES);
        } else {
            String join = realm.getRawQuery() == null ? "?" : "&";
            URL url = URI.create(realm + join + form(parameters)).toURL();
            Authorization basic = credential.map(Authenticator::basic).orElse(null);
            answer = transport.send("GET", url, basic, List.of(), null, MAX_TOKEN_BYTES);
        }
        if (!answer.isSuccess()) {
            String message = "The token server " + realm + " of registry " + image.registry() + " answered "
                    + answer.status() + " for " + image.name() + ".";
            if (credential.isEmpty() && (answer.status() == 401 || answer.status() == 403)) {
                throw new RegistryException.NoCredential(message, answer.status(), image.registry());
            }
            throw new RegistryException(
                    message
                            + (credential.isPresent()
                                    ? " Check the credential for " + image.registry() + "."
                                    : " Check that it is the token server of that registry, and that it works."),
                    answer.status(),
                    null);
        }
        JsonNode json;
        try {
            json = JSON.readTree(answer.body());
        } catch (IOException e) {
            json = JSON.createObjectNode();
        }
        String token = json.path("token").asText(json.path("access_token").asText(""));
        if (token.isEmpty()) {
            throw new RegistryException(
                    "The token server " + realm + " of registry " + image.registry()
                            + " answered without a token. Check that the address is that of a token server.",
                    answer.status(),
                    null);
        }
        return Authorization.fromBearerToken(token);
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
                    "Registry " + registry + " names the token server '" + text
                            + "', which is no address. Check the registry's configuration.",
                    0,
                    e);
        }
        boolean plain = "http".equals(realm.getScheme());
        String host = realm.getPort() < 0 ? realm.getHost() : realm.getHost() + ":" + realm.getPort();
        if (!"https".equals(realm.getScheme()) && !(plain && access.isInsecure(host))) {
            throw new RegistryException(
                    "Registry " + registry + " wants the credential sent to " + text
                            + ", which is not protected by TLS. Give the token server a certificate, or name " + host
                            + " as an insecure registry.",
                    0,
                    null);
        }
        return realm;
    }

    private static Authorization basic(RegistryCredential credential) {
        return Authorization.fromBasicCredentials(credential.username(), credential.password());
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String key(ImageReference image, String actions) {
        return image.name() + " " + actions;
    }
}
