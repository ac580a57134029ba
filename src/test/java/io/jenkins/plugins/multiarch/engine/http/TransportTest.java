package io.jenkins.plugins.multiarch.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.cli.DemoRegistry;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCheck;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry;
import io.jenkins.plugins.multiarch.engine.registry.TlsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That there is no way around TLS. */
@Timeout(60)
class TransportTest {

    @Test
    void plainHttpIsSpokenOnlyWhereItIsNamed() throws IOException {
        try (DemoRegistry demo = DemoRegistry.start()) {
            String address = TlsServer.THIS_HOST + demo.address().replaceFirst("[^:]*", "");
            ImageReference image = ImageReference.parse(address + "/demo/hello:1");
            assertThatThrownBy(() -> new Registry(RegistryAccess.anonymous()).pull(image))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("does not speak TLS")
                    .hasMessageContaining("name " + address + " as insecure");
            assertThatThrownBy(() -> RegistryCheck.of(
                            RegistryAccess.anonymous().withCredential(address, "bob", "s3cret"),
                            address,
                            "",
                            Duration.ofSeconds(20)))
                    .hasMessageContaining("does not speak TLS")
                    .hasMessageContaining("name " + address + " as insecure");
            assertThat(demo.requests()).isZero();
            RegistryAccess named = RegistryAccess.anonymous().withInsecure(address);
            assertThatThrownBy(() -> new Registry(named).pull(image)).isInstanceOf(RegistryException.NotFound.class);
            assertThat(demo.requests()).isEqualTo(1);
        }
    }

    @Test
    void anUploadOfWhichAllIsSentGetsMinutesToBeCommitted() {
        AtomicLong moved = new AtomicLong(9);
        Body body = Body.of(InputStream.nullInputStream(), 10, moved::get);
        URI uri = URI.create("https://registry.example/v2/x/blobs/uploads/1");
        Request upload = new Request("registry.example", "PUT", uri, null, List.of(), body, Deadline.none());

        assertThat(upload.answerTime()).isEqualTo(Duration.ofMinutes(1));
        moved.set(10);
        assertThat(upload.answerTime()).isEqualTo(Duration.ofMinutes(10));
        Request lastOfSeveral = new Request("registry.example", "PUT", uri, null, List.of(), null, Deadline.none());
        assertThat(lastOfSeveral.answerTime()).isEqualTo(Duration.ofMinutes(10));
        Request manifest = new Request(
                "registry.example",
                "PUT",
                uri,
                null,
                List.of(),
                Body.of("application/json", new byte[2]),
                Deadline.none());
        assertThat(manifest.answerTime()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aRedirectNeverLeavesTls() throws IOException {
        URI from = URI.create("https://registry.example/v2/x/manifests/1");
        assertThatThrownBy(() -> Transport.target(from, "http://registry.example/x"))
                .hasMessageContaining("plain HTTP");
        for (String nowhere : List.of("ftp://registry.example/x", "https:///x", "::", "file:///etc/passwd")) {
            assertThatThrownBy(() -> Transport.target(from, nowhere)).isInstanceOf(IOException.class);
        }
        assertThat(Transport.target(from, "/y")).hasToString("https://registry.example/y");
        assertThat(Transport.sameOrigin(from, URI.create("https://registry.example:443/z")))
                .isTrue();
        assertThat(Transport.sameOrigin(from, URI.create("https://registry.example:444/z")))
                .isFalse();
        assertThat(Transport.sameOrigin(from, URI.create("https://cdn.example/z")))
                .isFalse();
    }

    @Test
    void endlessAnswersAreCutOff() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(
                asked -> ScriptedRegistry.Reply.of(asked.path().endsWith("1") ? 200 : 500, new byte[50_000_000]))) {
            ImageReference image = ImageReference.parse(server.address() + "/demo/hello:1");
            Transport transport = new Transport(RegistryAccess.anonymous());
            URI uri = URI.create("http://" + server.address() + "/2");
            Request request = new Request(server.address(), "GET", uri, null, List.of(), null, Deadline.none());
            for (Answer answer : List.of(transport.send(request, 100_000_000), transport.open(request))) {
                assertThat(answer.status()).isEqualTo(500);
                assertThat(answer.body()).hasSize(Transport.MAX_ERROR_BYTES);
            }
            assertThatThrownBy(() -> new Registry(RegistryAccess.anonymous()).pull(image))
                    .hasMessageContaining("larger than");
        }
    }

    @Test
    void anUntrustedCertificateIsRefusedAtOnce(@TempDir Path directory) throws Exception {
        try (TlsServer server = TlsServer.start(directory)) {
            ImageReference image = ImageReference.parse(server.address() + "/demo/hello:1");
            assertThatThrownBy(() -> new Registry(RegistryAccess.anonymous()).pull(image))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("certificate that this Java trusts");
            assertThat(server.requests()).isZero();

            Path pem = Files.writeString(directory.resolve("ca.pem"), server.pem());
            Registry trusting = new Registry(RegistryAccess.anonymous().withAuthorities(pem));
            assertThatThrownBy(() -> trusting.pull(image)).isInstanceOf(RegistryException.NotFound.class);
            assertThat(server.requests()).isEqualTo(1);

            Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing");
            assertThatThrownBy(() -> RegistryAccess.anonymous().withAuthorities(empty))
                    .hasMessageContaining(empty.toString())
                    .hasMessageContaining("PEM");
        }
    }

    @Test
    void theAuthorityOfOneRegistryIsTrustedForNoOther(@TempDir Path directory) throws Exception {
        try (TlsServer server = TlsServer.start(directory)) {
            ImageReference image = ImageReference.parse(server.address() + "/demo/hello:1");
            RegistryAccess access = RegistryAccess.anonymous();
            Registry other = new Registry(access.withAuthorities("registry.example.com", server.pem()));
            assertThatThrownBy(() -> other.pull(image)).hasMessageContaining("certificate that this Java trusts");
            Registry trusting = new Registry(access.withAuthorities(server.address(), server.pem()));
            assertThatThrownBy(() -> trusting.pull(image)).isInstanceOf(RegistryException.NotFound.class);
        }
    }

    @Test
    void whatIsNoAuthorityIsNamed(@TempDir Path directory) throws Exception {
        RegistryAccess access = RegistryAccess.anonymous();
        for (String text : List.of("", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
            assertThatThrownBy(() -> access.withAuthorities("registry.example.com", text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("registry.example.com has no certificates")
                    .hasMessageContaining("BEGIN CERTIFICATE");
        }
        String key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assertThatThrownBy(() -> access.withAuthorities("registry.example.com", key))
                .hasMessageContaining("private key")
                .hasMessageNotContaining("AAAA");
    }
}
