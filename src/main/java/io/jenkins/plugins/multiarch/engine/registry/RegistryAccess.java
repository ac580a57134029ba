package io.jenkins.plugins.multiarch.engine.registry;

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
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How registries may be reached: TLS always, except for those named as insecure, and with whose credential.
 *
 * <p>A registry is named as in {@link ImageReference#registry}: {@code host} or {@code host:port}.
 *
 * @param insecureRegistries registries that are reached by plain HTTP; loopback addresses count as such by themselves
 *     unless their port is 443
 * @param credentials registry to credential; a registry that is missing here is accessed anonymously
 * @param authorities certificate authorities to trust besides those of this Java
 */
public record RegistryAccess(
        Set<String> insecureRegistries,
        Map<String, RegistryCredential> credentials,
        List<X509Certificate> authorities) {

    private static final String DOCKER_HUB = "docker.io";
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]", Pattern.CASE_INSENSITIVE);

    public RegistryAccess {
        insecureRegistries = Set.copyOf(insecureRegistries);
        credentials = Map.copyOf(credentials);
        authorities = List.copyOf(authorities);
    }

    /** TLS everywhere but on this machine, and no credentials. */
    public static RegistryAccess anonymous() {
        return new RegistryAccess(Set.of(), Map.of(), List.of());
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
            if (found.isPresent()) {
                Credential credential = found.get();
                access = access.withCredential(registry, credential.getUsername(), credential.getPassword());
            }
        }
        return access;
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
        return new RegistryAccess(more, credentials, authorities);
    }

    /** The same access, with this user name and password for this registry. */
    public RegistryAccess withCredential(String registry, String username, String password) {
        Map<String, RegistryCredential> more = new HashMap<>(credentials);
        more.put(registry, new RegistryCredential(username, password));
        return new RegistryAccess(insecureRegistries, more, authorities);
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
        return new RegistryAccess(insecureRegistries, credentials, more);
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
