package io.jenkins.plugins.multiarch.config;

import hudson.ProxyConfiguration;
import io.jenkins.plugins.multiarch.engine.access.Proxies;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jenkins.model.Jenkins;

/**
 * The proxy of Manage Jenkins » System » HTTP Proxy Configuration, and the hosts that are reached without it. Two of the same
 * configuration are equal, so that they share connections.
 */
final class ControllerProxies extends ProxySelector {

    private final String host;
    private final int port;
    private final String noProxyHost;

    private ControllerProxies(ProxyConfiguration configuration) {
        this.host = configuration.getName();
        this.port = configuration.getPort();
        this.noProxyHost = configuration.getNoProxyHost();
    }

    /** The same access by way of the configured proxy, if there is one. */
    static RegistryAccess addTo(RegistryAccess access) {
        ProxyConfiguration configuration = Jenkins.get().getProxy();
        if (configuration == null
                || configuration.getName() == null
                || configuration.getName().isBlank()) {
            return access;
        }
        ControllerProxies selector = new ControllerProxies(configuration);
        String user = configuration.getUserName();
        return access.withProxies(new Proxies(
                selector,
                user == null || user.isEmpty()
                        ? Map.of()
                        : Map.of(
                                selector.host + ":" + selector.port,
                                new RegistryCredential(
                                        user, configuration.getSecretPassword().getPlainText()))));
    }

    @Override
    public List<Proxy> select(URI target) {
        return List.of(ProxyConfiguration.createProxy(target.getHost(), host, port, noProxyHost));
    }

    /** The request that fails says so itself. */
    @Override
    public void connectFailed(URI target, SocketAddress proxy, IOException failure) {}

    @Override
    public boolean equals(Object other) {
        return other instanceof ControllerProxies that
                && host.equals(that.host)
                && port == that.port
                && Objects.equals(noProxyHost, that.noProxyHost);
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, port, noProxyHost);
    }
}
