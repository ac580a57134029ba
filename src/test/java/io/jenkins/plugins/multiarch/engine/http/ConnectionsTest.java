package io.jenkins.plugins.multiarch.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import io.jenkins.plugins.multiarch.engine.registry.TlsServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who shares connections with whom, and for how long. */
@Timeout(60)
class ConnectionsTest {

    private final AtomicLong now = new AtomicLong();
    private final Connections connections = new Connections(now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void everyoneUsesTheConnectionsThatAreThere() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(
                request -> Reply.of(200, "{\"schemaVersion\":2}", "Content-Type", Manifest.OCI_MANIFEST))) {
            ImageReference image = ImageReference.parse(server.address() + "/demo/hello:1");
            for (int i = 0; i < 5; i++) {
                new Registry(RegistryAccess.anonymous()).pull(image);
            }
            assertThat(server.asked).hasSize(5);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void whatIsSharedWithOneRegistryIsNotSharedWithAnother() {
        HttpClient one = connections.to("one.example", true, List.of(), null);
        assertThat(connections.to("one.example", true, List.of(), null)).isSameAs(one);
        assertThat(connections.to("other.example", true, List.of(), null)).isNotSameAs(one);
    }

    @Test
    void whoTrustsOthersHasConnectionsOfHisOwn(@TempDir Path keys) throws Exception {
        try (TlsServer server = TlsServer.start(keys)) {
            RegistryAccess access = RegistryAccess.anonymous().withAuthorities(server.address(), server.pem());
            HttpClient trusting = connections.to(server.address(), true, access.authorities(server.address()), null);
            assertThat(connections.to(server.address(), true, List.of(), null)).isNotSameAs(trusting);
            assertThat(connections.to(server.address(), true, access.authorities(server.address()), null))
                    .isSameAs(trusting);
        }
    }

    @Test
    void aRegistryOfPlainHttpMayRedirectToTls(@TempDir Path keys) throws Exception {
        try (TlsServer storage = TlsServer.start(keys);
                FaultyRegistry behind = new FaultyRegistry();
                ScriptedRegistry server = new ScriptedRegistry(request ->
                        Reply.of(307, "", "Location", "https://127.0.0.1:" + storage.port() + request.path()))) {
            storage.serve(behind);
            RegistryAccess access = RegistryAccess.anonymous().withAuthorities(server.address(), storage.pem());
            ImageReference missing = ImageReference.parse(server.address() + "/demo/missing:1");
            assertThatThrownBy(() -> new Registry(access).pull(missing)).hasMessageContaining("404");
            assertThat(storage.requests()).isEqualTo(1);
        }
    }

    @Test
    void plainHttpAndTlsShareNoConnections() {
        HttpClient tls = connections.to("one.example", true, List.of(), null);
        assertThat(connections.to("one.example", false, List.of(), null)).isNotSameAs(tls);
    }

    @Test
    void whatHasRestedForLongIsNotUsedAgain() {
        HttpClient busy = connections.to("busy.example", true, List.of(), null);
        HttpClient resting = connections.to("resting.example", true, List.of(), null);
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofSeconds(11));
            assertThat(connections.to("busy.example", true, List.of(), null)).isSameAs(busy);
        }
        assertThat(connections.to("resting.example", true, List.of(), null)).isNotSameAs(resting);
    }
}
