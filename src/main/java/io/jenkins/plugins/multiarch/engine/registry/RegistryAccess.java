package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.registry.RegistryAliasGroup;
import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How registries may be reached: TLS always, except for those named as insecure, with whose credential, whom to trust, by
 * which mirror, and how patiently.
 *
 * <p>Everything but {@link #authorities} and {@link #patience} is set for one registry, named as in
 * {@link ImageReference#registry}: {@code host} or {@code host:port}; {@code docker.io} is Docker Hub. Start with
 * {@link #anonymous} and add:
 *
 * <ul>
 *   <li>{@link #withCredential} and {@link #withInsecure}: user and password, and plain HTTP, of one registry;
 *   <li>{@link #withAuthorities(String, String)}: certificate authorities, as PEM text, that are trusted for one registry
 *       alone: for it, its token server and where it redirects to; {@link #withAuthorities(Path)} is for all registries;
 *   <li>{@link #withMirror}: where manifests and blobs of one registry are read first. How the mirror itself is reached is
 *       set under the mirror's own name: it gets no credential of the registry that it mirrors;
 *   <li>{@link #withPatience}: time limit and retries, the same for all.
 * </ul>
 *
 * @param insecureRegistries registries that are reached by plain HTTP; loopback addresses count as such by themselves
 *     unless their port is 443
 * @param credentials registry to credential; a registry that is missing here is accessed anonymously
 * @param authorities certificate authorities to trust besides those of this Java, for every registry
 * @param registryAuthorities registry to the certificate authorities that are trusted for it besides
 * @param mirrors registry to its mirror. It is asked first for what is read only, and the registry itself if the mirror
 *     does not have it or fails; what is being changed is read where it is written, in the registry itself
 * @param patience how long and how often they are asked
 */
public record RegistryAccess(
        Set<String> insecureRegistries,
        Map<String, RegistryCredential> credentials,
        List<X509Certificate> authorities,
        Map<String, List<X509Certificate>> registryAuthorities,
        Map<String, Mirror> mirrors,
        Patience patience) {

    private static final String DOCKER_HUB = "docker.io";
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]", Pattern.CASE_INSENSITIVE);

    public RegistryAccess {
        insecureRegistries = Set.copyOf(insecureRegistries);
        credentials = Map.copyOf(credentials);
        authorities = List.copyOf(authorities);
        registryAuthorities = registryAuthorities.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
        mirrors = Map.copyOf(mirrors);
        Objects.requireNonNull(patience, "patience");
    }

    /** TLS everywhere but on this machine, and no credentials. */
    public static RegistryAccess anonymous() {
        return new RegistryAccess(Set.of(), Map.of(), List.of(), Map.of(), Map.of(), Patience.USUAL);
    }

    /**
     * Takes the credentials for these registries from docker's configuration file, credential helpers included.
     *
     * @param configJson docker's {@code config.json}; if it does not exist, access is anonymous
     * @param registries the registries that will be accessed; no others are looked up
     * @throws IOException if the file cannot be read; the message names it
     */
    public static RegistryAccess fromDockerConfig(Path configJson, Collection<String> registries) throws IOException {
        RegistryAccess access = anonymous();
        if (!Files.exists(configJson)) {
            return access;
        }
        for (String registry : new HashSet<>(registries)) {
            Optional<Credential> found;
            try {
                // Its log would only repeat where each credential came from.
                found = DockerConfigCredentialRetriever.create(registry, configJson)
                        .retrieve(event -> {});
            } catch (IOException | RuntimeException e) {
                throw new IOException(
                        "Could not read the credential for " + registry + " from " + configJson
                                + ". Correct the file, or log in again with 'docker login " + registry + "'.",
                        e);
            }
            Optional<String> identityToken = identityToken(configJson, registry);
            if (identityToken.isPresent()) {
                access = access.withCredential(registry, RegistryCredential.REFRESH_TOKEN_USER, identityToken.get());
            } else if (found.isPresent()) {
                Credential credential = found.get();
                access = access.withCredential(registry, credential.getUsername(), credential.getPassword());
            }
        }
        return access;
    }

    /**
     * The refresh token that docker has stored instead of a password; jib knows those of credential helpers only.
     *
     * @throws IOException if the file cannot be read; the message names it
     */
    private static Optional<String> identityToken(Path configJson, String registry) throws IOException {
        try {
            JsonNode config = Json.readObject(Files.readAllBytes(configJson));
            for (String alias : RegistryAliasGroup.getAliasesGroup(registry)) {
                if (config.path("credHelpers").has(alias)) {
                    return Optional.empty();
                }
                for (String key :
                        List.of(alias, "https://" + alias, "https://" + alias + "/v1/", "https://" + alias + "/v2/")) {
                    String token =
                            config.path("auths").path(key).path("identitytoken").asText();
                    if (!token.isEmpty()) {
                        return Optional.of(token);
                    }
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException("Could not read " + configJson + ": " + e.getMessage() + ". Correct the file.", e);
        }
    }

    /**
     * Where docker keeps its configuration: {@code $DOCKER_CONFIG/config.json}, else {@code .docker/config.json} in the
     * home directory.
     *
     * @param environment the environment variables to look at
     */
    public static Path dockerConfig(Map<String, String> environment) {
        String directory = environment.getOrDefault("DOCKER_CONFIG", "");
        return (directory.isEmpty() ? Path.of(System.getProperty("user.home"), ".docker") : Path.of(directory))
                .resolve("config.json");
    }

    /** The same access, with one more registry that is reached by plain HTTP. */
    public RegistryAccess withInsecure(String registry) {
        Set<String> more = new HashSet<>(insecureRegistries);
        more.add(registry);
        return new RegistryAccess(more, credentials, authorities, registryAuthorities, mirrors, patience);
    }

    /** The same access, with this user name and password for this registry. */
    public RegistryAccess withCredential(String registry, String username, String password) {
        Map<String, RegistryCredential> more = new HashMap<>(credentials);
        more.put(registry, new RegistryCredential(username, password));
        return new RegistryAccess(insecureRegistries, more, authorities, registryAuthorities, mirrors, patience);
    }

    /**
     * The same access, with these certificate authorities trusted too, for registries whose certificate comes from one's
     * own.
     *
     * @param pem a file of one or more certificates in PEM
     * @throws IOException if it cannot be read or has no certificates; the message names it
     */
    public RegistryAccess withAuthorities(Path pem) throws IOException {
        List<X509Certificate> more = new ArrayList<>(authorities);
        more.addAll(Trust.read(pem));
        return new RegistryAccess(insecureRegistries, credentials, more, registryAuthorities, mirrors, patience);
    }

    /**
     * The same access, with these certificate authorities trusted too, for this registry alone.
     *
     * @param pem the text of one or more X.509 certificates in PEM
     * @throws IllegalArgumentException if it has no certificates; the message names the registry and the remedy
     */
    public RegistryAccess withAuthorities(String registry, String pem) {
        Map<String, List<X509Certificate>> more = new HashMap<>(registryAuthorities);
        List<X509Certificate> all = new ArrayList<>(more.getOrDefault(registry, List.of()));
        all.addAll(Trust.parse("The certificate authority of " + registry, pem));
        more.put(registry, all);
        return new RegistryAccess(insecureRegistries, credentials, authorities, more, mirrors, patience);
    }

    /** The same access, with this mirror for this registry instead of the one it has, if any. */
    public RegistryAccess withMirror(String registry, Mirror mirror) {
        Map<String, Mirror> more = new HashMap<>(mirrors);
        more.put(registry, mirror);
        return new RegistryAccess(insecureRegistries, credentials, authorities, registryAuthorities, more, patience);
    }

    /** The same access, but so patient. */
    public RegistryAccess withPatience(Patience other) {
        return new RegistryAccess(insecureRegistries, credentials, authorities, registryAuthorities, mirrors, other);
    }

    /** The mirror of this registry; empty if it has none. */
    public Optional<Mirror> mirror(String registry) {
        return Optional.ofNullable(mirrors.get(registry));
    }

    /** The certificate authorities that are trusted for this registry besides those of this Java. */
    List<X509Certificate> authorities(String registry) {
        List<X509Certificate> all = new ArrayList<>(authorities);
        all.addAll(registryAuthorities.getOrDefault(registry, List.of()));
        return all;
    }

    /** Whether this registry is reached by plain HTTP. */
    public boolean isInsecure(String registry) {
        if (insecureRegistries.contains(registry)) {
            return true;
        }
        String port = registry.replaceFirst("^.*(?=:[0-9]+$)", "");
        boolean hasPort = !port.equals(registry);
        String host = hasPort ? registry.substring(0, registry.length() - port.length()) : registry;
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches() && !(hasPort && port.equals(":443"));
    }

    /** The credential for this registry; empty for anonymous access. */
    public Optional<RegistryCredential> credential(String registry) {
        return Optional.ofNullable(credentials.get(registry));
    }

    /** Scheme and host that serve this registry's API, e.g. {@code https://registry-1.docker.io}; without a path. */
    String endpoint(String registry) {
        String host = registry.equals(DOCKER_HUB) ? RegistryAliasGroup.getHost(DOCKER_HUB) : registry;
        return (isInsecure(registry) ? "http://" : "https://") + host;
    }
}
