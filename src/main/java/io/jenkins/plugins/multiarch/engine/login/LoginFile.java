package io.jenkins.plugins.multiarch.engine.login;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One file with logins: docker's {@code config.json}, or {@code auth.json} of podman, buildah and skopeo. Both have
 * {@code auths} and {@code credHelpers}; they differ in what a key means.
 *
 * @param path where it is; where {@code content} is given, what it is called in messages
 * @param content what is in it; empty to read it
 * @param docker whether it is docker's own: then every key stands for its whole host, and there may be a
 *     {@code credsStore}. In the others a key may be a namespace or a repository, and stands for nothing else.
 */
record LoginFile(Path path, Optional<String> content, boolean docker) {

    private static final String DOCKER_HUB = "docker.io";

    /** The only name under which docker keeps the login of Docker Hub. */
    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    private static final List<String> DOCKER_HUB_NAMES = List.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io");

    /**
     * The login for an image.
     *
     * @param environment in which credential helpers run
     * @return empty if the file has none, is empty, or is no regular file
     * @throws IOException if the file is malformed or cannot be read, or a helper fails; the message names the file
     */
    Optional<RegistryCredential> find(ImageReference image, Map<String, String> environment) throws IOException {
        JsonNode document = read();
        Optional<RegistryCredential> helped = fromHelper(document, image, environment);
        return helped.isPresent() ? helped : fromFile(document, image);
    }

    LoginFile(Path path, boolean docker) {
        this(path, Optional.empty(), docker);
    }

    private JsonNode read() throws IOException {
        byte[] bytes = bytes();
        if (new String(bytes, StandardCharsets.ISO_8859_1).isBlank()) {
            return Json.object();
        }
        try {
            return Json.readObject(bytes);
        } catch (IllegalArgumentException e) {
            // The reason could quote what is secret.
            throw new IOException("Could not read the logins in " + path
                    + ": it is not a JSON object. Correct the file, or remove it and log in again.");
        }
    }

    private byte[] bytes() throws IOException {
        if (content.isPresent()) {
            return content.get().getBytes(StandardCharsets.UTF_8);
        }
        // Another file, such as /dev/null, says that there are none.
        return Files.isRegularFile(path) ? Files.readAllBytes(path) : new byte[0];
    }

    private Optional<RegistryCredential> fromHelper(
            JsonNode document, ImageReference image, Map<String, String> environment) throws IOException {
        List<String> names = names(image.registry());
        for (String name : names) {
            JsonNode helper = document.path("credHelpers").path(name);
            if (!helper.isMissingNode()) {
                // Empty means for docker: no helper for this registry, not even the usual one.
                return helper.asText().isEmpty()
                        ? Optional.empty()
                        : ask(new CredentialHelper(helper.asText(), environment), name, names);
            }
        }
        String store = docker ? document.path("credsStore").asText() : "";
        return store.isEmpty() ? Optional.empty() : ask(new CredentialHelper(store, environment), names.get(0), names);
    }

    private Optional<RegistryCredential> ask(CredentialHelper helper, String first, List<String> names)
            throws IOException {
        List<String> servers = new ArrayList<>(List.of(first));
        names.stream().filter(name -> !name.equals(first)).forEach(servers::add);
        for (String server : servers) {
            try {
                Optional<RegistryCredential> found = helper.get(server);
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                throw new IOException(
                        "Could not get the login for " + server + ": " + e.getMessage() + ". It is named in " + path
                                + ".",
                        e);
            }
        }
        return Optional.empty();
    }

    /** What a registry may be called, the name that docker uses first. */
    private static List<String> names(String registry) {
        if (!registry.equals(DOCKER_HUB)) {
            return List.of(registry);
        }
        List<String> names = new ArrayList<>(List.of(DOCKER_HUB_KEY));
        names.addAll(DOCKER_HUB_NAMES);
        return names;
    }

    private Optional<RegistryCredential> fromFile(JsonNode document, ImageReference image) throws IOException {
        List<String> exact = new ArrayList<>();
        for (String name : namespaces(image.repository())) {
            String registry = image.registry();
            exact.add(registry + name);
            if (registry.equals(DOCKER_HUB)) {
                DOCKER_HUB_NAMES.forEach(host -> exact.add(host + name));
            }
        }
        List<String> keys = new ArrayList<>();
        document.path("auths").fieldNames().forEachRemaining(keys::add);
        List<String> matching = new ArrayList<>();
        exact.stream().filter(keys::contains).forEach(matching::add);
        keys.stream().filter(key -> host(key).equals(image.registry())).forEach(matching::add);
        for (String key : matching) {
            Optional<RegistryCredential> login =
                    login(key, document.path("auths").path(key));
            if (login.isPresent()) {
                return login;
            }
        }
        return Optional.empty();
    }

    /** What may stand behind a registry in the key of an image, the longest first: {@code /team/app}, {@code /team}. */
    private static List<String> namespaces(String repository) {
        List<String> namespaces = new ArrayList<>();
        for (String rest = "/" + repository; !rest.isEmpty(); rest = rest.substring(0, rest.lastIndexOf('/'))) {
            namespaces.add(rest);
        }
        namespaces.add("");
        return namespaces;
    }

    /** The registry that a key stands for; empty if it stands for a part of one. */
    private String host(String key) {
        String bare = key.replaceFirst("^https?://", "");
        boolean isAddress = !bare.equals(key);
        if (!isAddress && !docker && bare.contains("/")) {
            return "";
        }
        String host = bare.replaceFirst("/.*", "");
        return DOCKER_HUB_NAMES.contains(host) ? DOCKER_HUB : host;
    }

    private Optional<RegistryCredential> login(String key, JsonNode entry) throws IOException {
        String registryToken = entry.path("registrytoken").asText();
        if (!registryToken.isEmpty()) {
            return Optional.of(new RegistryCredential(RegistryCredential.REGISTRY_TOKEN_USER, registryToken));
        }
        String token = entry.path("identitytoken").asText();
        if (!token.isEmpty()) {
            return Optional.of(new RegistryCredential(RegistryCredential.REFRESH_TOKEN_USER, token));
        }
        String username = entry.path("username").asText();
        String password = entry.path("password").asText();
        String encoded = entry.path("auth").asText();
        if (!encoded.isEmpty()) {
            String pair = decoded(key, encoded);
            int colon = pair.indexOf(':');
            if (colon < 0) {
                throw malformed(key);
            }
            username = pair.substring(0, colon);
            password = pair.substring(colon + 1).replaceAll("^\0+|\0+$", "");
        }
        return username.isEmpty() && password.isEmpty()
                ? Optional.empty()
                : Optional.of(new RegistryCredential(username, password));
    }

    private String decoded(String key, String encoded) throws IOException {
        try {
            return new String(Base64.getDecoder().decode(encoded.strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed(key);
        }
    }

    private IOException malformed(String key) {
        return new IOException("Could not read the login for " + key + " in " + path
                + ": its 'auth' is no user name and password in Base64. Correct the file, or log in again.");
    }
}
