package io.jenkins.plugins.multiarch.engine.access;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * How registries may be reached: TLS always, except for those named as insecure, with whose credential, whom to trust, by
 * which mirror, and how patiently.
 *
 * <p>A registry is named as in {@link ImageReference#registry}: {@code host} or {@code host:port}; {@code docker.io} is
 * Docker Hub. Start with {@link #anonymous} and add:
 *
 * <ul>
 *   <li>{@link #withCredential}: user and password of one registry, or of a path in it;
 *   <li>{@link #withInsecure}, {@link #withAuthorities(String, String)}, {@link #withMirror} and {@link #inPieces}: the
 *       {@link Route} to one registry. A mirror gets no credential of the registry that it mirrors; how it is reached is set
 *       under its own name;
 *   <li>{@link #withAuthorities(Path)}, {@link #withLimits} and {@link #withProxies}: what is the same for all registries.
 * </ul>
 *
 * @param routes registry to the way to it; {@link Route#USUAL} for those that are not there
 * @param plainLoopback whether loopback addresses are reached by plain HTTP by themselves, unless their port is 443
 * @param credentials registry, or {@code registry/path}, to credential; what is missing here is accessed anonymously
 * @param authorities certificate authorities to trust besides those of this Java, for every registry
 * @param limits how long and how often they are asked
 * @param proxies through which proxies they are reached
 */
public record RegistryAccess(
        Map<String, Route> routes,
        boolean plainLoopback,
        Map<String, RegistryCredential> credentials,
        List<X509Certificate> authorities,
        RequestLimits limits,
        Proxies proxies) {

    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_HOST = "registry-1.docker.io";
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]", Pattern.CASE_INSENSITIVE);

    public RegistryAccess {
        routes = Map.copyOf(routes);
        credentials = Map.copyOf(credentials);
        authorities = List.copyOf(authorities);
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(proxies, "proxies");
    }

    /** TLS everywhere but on this machine, and no credentials. */
    public static RegistryAccess anonymous() {
        return new RegistryAccess(Map.of(), true, Map.of(), List.of(), RequestLimits.USUAL, Proxies.ofJava());
    }

    /** The same access, with these ways to some registries instead of those it has to them. */
    public RegistryAccess withRoutes(Map<String, Route> others) {
        Map<String, Route> more = new HashMap<>(routes);
        more.putAll(others);
        return new RegistryAccess(more, plainLoopback, credentials, authorities, limits, proxies);
    }

    private RegistryAccess withRoute(String registry, UnaryOperator<Route> change) {
        return withRoutes(Map.of(registry, change.apply(route(registry))));
    }

    private Route route(String registry) {
        return routes.getOrDefault(registry, Route.USUAL);
    }

    /** The same access, with one more registry that is reached by plain HTTP. */
    public RegistryAccess withInsecure(String registry) {
        return withRoute(registry, Route::byPlainHttp);
    }

    /** The same access, with TLS on this machine too: for a server whose users must not reach what else runs there. */
    public RegistryAccess withTlsOnLoopback() {
        return new RegistryAccess(routes, false, credentials, authorities, limits, proxies);
    }

    /**
     * The same access, with this user name and password.
     *
     * @param place a registry, or {@code registry/path} for what is below that path alone
     */
    public RegistryAccess withCredential(String place, String username, String password) {
        Map<String, RegistryCredential> more = new HashMap<>(credentials);
        more.put(place, new RegistryCredential(username, password));
        return new RegistryAccess(routes, plainLoopback, more, authorities, limits, proxies);
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
        return new RegistryAccess(routes, plainLoopback, credentials, more, limits, proxies);
    }

    /**
     * The same access, with these certificate authorities trusted too, for this registry alone: for it, its token server and
     * where it redirects to.
     *
     * @param pem the text of one or more X.509 certificates in PEM
     * @throws IllegalArgumentException if it has no certificates; the message names the registry and the remedy
     */
    public RegistryAccess withAuthorities(String registry, String pem) {
        List<X509Certificate> more = CertificateAuthorities.parse("The certificate authority of " + registry, pem);
        return withRoute(registry, route -> route.trusting(more));
    }

    /** The same access, with this mirror for this registry instead of the one it has, if any. */
    public RegistryAccess withMirror(String registry, Mirror mirror) {
        return withRoute(registry, route -> route.by(mirror));
    }

    /** The same access, with large blobs sent to this registry in several requests. */
    public RegistryAccess inPieces(String registry) {
        return withRoute(registry, Route::withPieces);
    }

    /** The same access, but so patient. */
    public RegistryAccess withLimits(RequestLimits other) {
        return new RegistryAccess(routes, plainLoopback, credentials, authorities, other, proxies);
    }

    /** The same access, through these proxies instead of those that this Java is set up with. */
    public RegistryAccess withProxies(Proxies other) {
        return new RegistryAccess(routes, plainLoopback, credentials, authorities, limits, other);
    }

    /** The mirror of this registry; empty if it has none. */
    public Optional<Mirror> mirror(String registry) {
        return Optional.ofNullable(route(registry).mirror());
    }

    /** Whether large blobs go to this registry in several requests. */
    public boolean isInPieces(String registry) {
        return route(registry).inPieces();
    }

    /** The certificate authorities that are trusted for this registry besides those of this Java. */
    public List<X509Certificate> authorities(String registry) {
        List<X509Certificate> all = new ArrayList<>(authorities);
        all.addAll(route(registry).authorities());
        return all;
    }

    /** Whether this registry is named as one that is reached by plain HTTP. */
    public boolean isNamedInsecure(String registry) {
        return route(registry).plainHttp();
    }

    /** Whether this registry is reached by plain HTTP. */
    public boolean isInsecure(String registry) {
        return isNamedInsecure(registry) || plainLoopback && isLoopback(registry);
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
    public String endpoint(String registry) {
        String host = registry.equals(DOCKER_HUB) ? DOCKER_HUB_HOST : registry;
        return (isInsecure(registry) ? "http://" : "https://") + host;
    }
}
