package io.jenkins.plugins.multiarch.engine.access;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Through which proxies registries are reached.
 *
 * @param selector says for each address whether there is a proxy; null for what this Java is set up with
 * @param credentials what the proxies want to know, by {@code host:port}. Java shows a user name and password to a proxy
 *     before TLS only if its system property {@code jdk.http.auth.tunneling.disabledSchemes} is empty.
 */
public record Proxies(ProxySelector selector, Map<String, RegistryCredential> credentials) {

    public Proxies {
        credentials = Map.copyOf(credentials);
    }

    /** Those that this Java is set up with, without a credential. */
    static Proxies ofJava() {
        return new Proxies(null, Map.of());
    }

    /** What the proxy for this address wants to know; empty if there is no proxy, or it wants nothing. */
    public Optional<RegistryCredential> credential(URI target) {
        if (selector == null || credentials.isEmpty()) {
            return Optional.empty();
        }
        return selector.select(target).stream()
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                .map(proxy -> (InetSocketAddress) proxy.address())
                .map(address -> credentials.get(address.getHostString() + ":" + address.getPort()))
                .filter(credential -> credential != null)
                .findFirst();
    }
}
