package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
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
        HttpClient one = connections.to("one.example", List.of(), null);
        assertThat(connections.to("one.example", List.of(), null)).isSameAs(one);
        assertThat(connections.to("other.example", List.of(), null)).isNotSameAs(one);
    }

    @Test
    void whoTrustsOthersHasConnectionsOfHisOwn(@TempDir Path keys) throws Exception {
        try (TlsServer server = TlsServer.start(keys)) {
            RegistryAccess access = RegistryAccess.anonymous().withAuthorities(server.address(), server.pem());
            HttpClient trusting = connections.to(server.address(), access.authorities(server.address()), null);
            assertThat(connections.to(server.address(), List.of(), null)).isNotSameAs(trusting);
            assertThat(connections.to(server.address(), access.authorities(server.address()), null))
                    .isSameAs(trusting);
        }
    }

    @Test
    void whatHasRestedForLongIsNotUsedAgain() {
        HttpClient busy = connections.to("busy.example", List.of(), null);
        HttpClient resting = connections.to("resting.example", List.of(), null);
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofSeconds(11));
            assertThat(connections.to("busy.example", List.of(), null)).isSameAs(busy);
        }
        assertThat(connections.to("resting.example", List.of(), null)).isNotSameAs(resting);
    }
}
