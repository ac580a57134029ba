package io.jenkins.plugins.multiarch.engine.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
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
 * <p>Everything but {@link #authorities}, {@link #limits} and {@link #proxies} is set for one registry, named as in
 * {@link ImageReference#registry}: {@code host} or {@code host:port}; {@code docker.io} is Docker Hub. Start with
 * {@link #anonymous} and add:
 *
 * <ul>
 *   <li>{@link #withCredential} and {@link #withInsecure}: user and password, and plain HTTP, of one registry;
 *   <li>{@link #withAuthorities(String, String)}: certificate authorities, as PEM text, that are trusted for one registry
 *       alone: for it, its token server and where it redirects to; {@link #withAuthorities(Path)} is for all registries;
 *   <li>{@link #withMirror}: where manifests and blobs of one registry are read first. How the mirror itself is reached is
 *       set under the mirror's own name: it gets no credential of the registry that it mirrors;
 *   <li>{@link #withLimits}: time limit and retries, the same for all;
 *   <li>{@link #withProxies}: the proxies, the same for all.
 * </ul>
 *
 * @param insecureRegistries registries that are reached by plain HTTP
 * @param plainLoopback whether loopback addresses count as such by themselves, unless their port is 443
 * @param credentials registry, or {@code registry/path}, to credential; what is missing here is accessed anonymously
 * @param authorities certificate authorities to trust besides those of this Java, for every registry
 * @param registryAuthorities registry to the certificate authorities that are trusted for it besides
 * @param mirrors registry to its mirror. It is asked first for what is read only, and the registry itself if the mirror
 *     does not have it or fails; what is being changed is read where it is written, in the registry itself
 * @param limits how long and how often they are asked
 * @param proxies through which proxies they are reached
 */
public record RegistryAccess(
        Set<String> insecureRegistries,
        boolean plainLoopback,
        Map<String, RegistryCredential> credentials,
        List<X509Certificate> authorities,
        Map<String, List<X509Certificate>> registryAuthorities,
        Map<String, Mirror> mirrors,
        RequestLimits limits,
        Proxies proxies) {

    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_HOST = "registry-1.docker.io";
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]", Pattern.CASE_INSENSITIVE);

    public RegistryAccess {
        insecureRegistries = Set.copyOf(insecureRegistries);
        credentials = Map.copyOf(credentials);
        authorities = List.copyOf(authorities);
        registryAuthorities = registryAuthorities.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
        mirrors = Map.copyOf(mirrors);
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(proxies, "proxies");
    }

    /** TLS everywhere but on this machine, and no credentials. */
    public static RegistryAccess anonymous() {
        return new RegistryAccess(
                Set.of(), true, Map.of(), List.of(), Map.of(), Map.of(), RequestLimits.USUAL, Proxies.ofJava());
    }

    /** The same access, with one more registry that is reached by plain HTTP. */
    public RegistryAccess withInsecure(String registry) {
        Set<String> more = new HashSet<>(insecureRegistries);
        more.add(registry);
        return new RegistryAccess(
                more, plainLoopback, credentials, authorities, registryAuthorities, mirrors, limits, proxies);
    }

    /** The same access, with TLS on this machine too: for a server whose users must not reach what else runs there. */
    public RegistryAccess withTlsOnLoopback() {
        return new RegistryAccess(
                insecureRegistries, false, credentials, authorities, registryAuthorities, mirrors, limits, proxies);
    }

    /**
     * The same access, with this user name and password.
     *
     * @param place a registry, or {@code registry/path} for what is below that path alone
     */
    public RegistryAccess withCredential(String place, String username, String password) {
        Map<String, RegistryCredential> more = new HashMap<>(credentials);
        more.put(place, new RegistryCredential(username, password));
        return new RegistryAccess(
                insecureRegistries, plainLoopback, more, authorities, registryAuthorities, mirrors, limits, proxies);
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
        more.addAll(CertificateAuthorities.read(pem));
        return new RegistryAccess(
                insecureRegistries, plainLoopback, credentials, more, registryAuthorities, mirrors, limits, proxies);
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
        all.addAll(CertificateAuthorities.parse("The certificate authority of " + registry, pem));
        more.put(registry, all);
        return new RegistryAccess(
                insecureRegistries, plainLoopback, credentials, authorities, more, mirrors, limits, proxies);
    }

    /** The same access, with this mirror for this registry instead of the one it has, if any. */
    public RegistryAccess withMirror(String registry, Mirror mirror) {
        Map<String, Mirror> more = new HashMap<>(mirrors);
        more.put(registry, mirror);
        return new RegistryAccess(
                insecureRegistries,
                plainLoopback,
                credentials,
                authorities,
                registryAuthorities,
                more,
                limits,
                proxies);
    }

    /** The same access, but so patient. */
    public RegistryAccess withLimits(RequestLimits other) {
        return new RegistryAccess(
                insecureRegistries,
                plainLoopback,
                credentials,
                authorities,
                registryAuthorities,
                mirrors,
                other,
                proxies);
    }

    /** The same access, through these proxies instead of those that this Java is set up with. */
    public RegistryAccess withProxies(Proxies other) {
        return new RegistryAccess(
                insecureRegistries,
                plainLoopback,
                credentials,
                authorities,
                registryAuthorities,
                mirrors,
                limits,
                other);
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
        return plainLoopback && isLoopback(registry);
    }

    private static boolean isLoopback(String registry) {
        String port = registry.replaceFirst("^.*(?=:[0-9]+$)", "");
        boolean hasPort = !port.equals(registry);
        String host = hasPort ? registry.substring(0, registry.length() - port.length()) : registry;
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches() && !(hasPort && port.equals(":443"));
    }

    /** The credential for this image, by the longest place that it is in; empty for anonymous access. */
    public Optional<RegistryCredential> credential(ImageReference image) {
        for (String place = image.name(); ; place = place.substring(0, place.lastIndexOf('/'))) {
            RegistryCredential credential = credentials.get(place);
            if (credential != null || place.equals(image.registry())) {
                return Optional.ofNullable(credential);
            }
        }
    }

    /** The credential for all of this registry; empty for anonymous access. */
    public Optional<RegistryCredential> credential(String registry) {
        return Optional.ofNullable(credentials.get(registry));
    }

    /** Scheme and host that serve this registry's API, e.g. {@code https://registry-1.docker.io}; without a path. */
    String endpoint(String registry) {
        String host = registry.equals(DOCKER_HUB) ? DOCKER_HUB_HOST : registry;
        return (isInsecure(registry) ? "http://" : "https://") + host;
    }
}
