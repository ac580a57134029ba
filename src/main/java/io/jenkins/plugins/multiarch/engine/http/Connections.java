package io.jenkins.plugins.multiarch.engine.http;

import io.jenkins.plugins.multiarch.engine.access.CertificateAuthorities;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The connections of this JVM to registries, shared by everyone who asks the same registry and trusts the same
 * authorities: nobody pays for a new one, or for threads of its own, while others have just been there.
 *
 * <p>Who asks is said in each request, never by a connection, so that sharing gives nothing away. A connection that was
 * trusted for one registry serves no other.
 *
 * <p>What has not been used for half a minute is not used again: routers between here and the registry may have
 * forgotten it without a word, and the next request on it would be lost.
 */
public final class Connections {

    private static final Connections OF_THIS_JVM = new Connections(System::nanoTime);

    private static final Duration LONGEST_REST = Duration.ofSeconds(30);
    private static final Duration CONNECT_TIME = Duration.ofSeconds(15);

    private final LongSupplier nanoTime;
    private final Map<Peer, Client> clients = new HashMap<>();

    /** The registry, the trusted authorities and the proxies of a connection pool. */
    private record Peer(String registry, boolean tls, List<X509Certificate> authorities, ProxySelector proxies) {}

    private record Client(HttpClient http, long lastUsed) {}

    Connections(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    static Connections ofThisJvm() {
        return OF_THIS_JVM;
    }

    /** Loads the classes that every connection needs, for a program that will soon make its first one. */
    public static void prepare() {
        new Connections(System::nanoTime).to("", false, List.of(), null);
    }

    /**
     * What sends the requests for a registry.
     *
     * @param registry its host and port
     * @param tls whether the request is for TLS; what is sent by plain HTTP does not wait until Java has read the
     *     authorities that it trusts
     * @param authorities whom to trust beside those that Java trusts; empty for no others
     * @param proxies null for those that Java is set up with
     */
    synchronized HttpClient to(String registry, boolean tls, List<X509Certificate> authorities, ProxySelector proxies) {
        long now = nanoTime.getAsLong();
        // Requests under way keep their client alive until they are over.
        clients.values().removeIf(client -> now - client.lastUsed() > LONGEST_REST.toNanos());
        return clients.compute(
                        new Peer(registry, tls, authorities, proxies),
                        (peer, known) -> new Client(known == null ? client(peer) : known.http(), now))
                .http();
    }

    private static HttpClient client(Peer peer) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIME);
        if (!peer.tls()) {
            builder.sslContext(WithoutTls.context());
        } else if (!peer.authorities().isEmpty()) {
            builder.sslContext(CertificateAuthorities.of(peer.authorities()));
        }
        if (peer.proxies() != null) {
            builder.proxy(peer.proxies());
        }
        return builder.build();
    }
}
