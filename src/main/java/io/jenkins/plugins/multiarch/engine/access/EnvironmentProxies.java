package io.jenkins.plugins.multiarch.engine.access;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} name, in upper or lower case, as docker,
 * podman and skopeo read them. This machine itself is never reached by a proxy.
 */
public final class EnvironmentProxies extends ProxySelector {

    private static final int USUAL_PORT = 80;

    private final Optional<Proxy> https;
    private final Optional<Proxy> http;
    private final ProxyExceptions exceptions;

    private EnvironmentProxies(Optional<Proxy> https, Optional<Proxy> http, ProxyExceptions exceptions) {
        this.https = https;
        this.http = http;
        this.exceptions = exceptions;
    }

    /**
     * Reads the variables.
     *
     * @return empty if they name no proxy
     * @throws IllegalArgumentException if one is no address of a proxy; the message names the variable, not its password
     */
    public static Optional<Proxies> of(Map<String, String> environment) {
        Map<String, RegistryCredential> credentials = new HashMap<>();
        Optional<Proxy> https = proxy(environment, "HTTPS_PROXY", credentials);
        // A request to a CGI program sets this variable from a header of its own.
        boolean isCgi = environment.containsKey("REQUEST_METHOD");
        Optional<Proxy> http = isCgi ? Optional.empty() : proxy(environment, "HTTP_PROXY", credentials);
        if (https.isEmpty() && http.isEmpty()) {
            return Optional.empty();
        }
        ProxyExceptions exceptions = ProxyExceptions.parse(value(environment, "NO_PROXY"));
        return Optional.of(new Proxies(new EnvironmentProxies(https, http, exceptions), credentials));
    }

    private static String value(Map<String, String> environment, String variable) {
        String upper = environment.getOrDefault(variable, "").strip();
        return upper.isEmpty()
                ? environment
                        .getOrDefault(variable.toLowerCase(java.util.Locale.ROOT), "")
                        .strip()
                : upper;
    }

    private static Optional<Proxy> proxy(
            Map<String, String> environment, String variable, Map<String, RegistryCredential> credentials) {
        String text = value(environment, variable);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        URI address;
        try {
            address = URI.create(text.contains("://") ? text : "http://" + text);
        } catch (IllegalArgumentException e) {
            throw malformed(variable); // The cause would quote a password.
        }
        if (address.getHost() == null || !"http".equalsIgnoreCase(address.getScheme())) {
            throw malformed(variable);
        }
        int port = address.getPort() < 0 ? USUAL_PORT : address.getPort();
        String user = address.getRawUserInfo();
        if (user != null && !user.isEmpty()) {
            String[] pair = user.split(":", 2);
            credentials.put(
                    address.getHost() + ":" + port,
                    new RegistryCredential(decoded(pair[0]), pair.length == 2 ? decoded(pair[1]) : ""));
        }
        return Optional.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), port)));
    }

    /** In this part of an address a plus sign stands for itself. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException malformed(String variable) {
        return new IllegalArgumentException("The environment variable " + variable
                + " names no proxy that can be used. Write http://host:port, or http://user:password@host:port.");
    }

    @Override
    public List<Proxy> select(URI target) {
        boolean isTls = "https".equalsIgnoreCase(target.getScheme());
        int port = target.getPort() >= 0 ? target.getPort() : isTls ? 443 : 80;
        Optional<Proxy> proxy = isTls ? https : http;
        boolean isDirect = proxy.isEmpty() || exceptions.contain(target.getHost(), port);
        return List.of(isDirect ? Proxy.NO_PROXY : proxy.get());
    }

    /** The request that fails says so itself. */
    @Override
    public void connectFailed(URI target, SocketAddress proxy, IOException failure) {}
}
