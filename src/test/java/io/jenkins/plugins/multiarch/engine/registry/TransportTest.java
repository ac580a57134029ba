package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.jenkins.plugins.multiarch.engine.cli.DemoRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That there is no way around TLS. */
@Timeout(60)
class TransportTest {

    /** 127.0.0.1 in a spelling that does not count as loopback, so that it stands for any other host. */
    private static final String THIS_HOST = "[::ffff:7f00:1]";

    @Test
    void plainHttpIsSpokenOnlyWhereItIsNamed() throws IOException {
        try (DemoRegistry demo = DemoRegistry.start()) {
            String address = THIS_HOST + demo.address().replaceFirst("[^:]*", "");
            ImageReference image = ImageReference.parse(address + "/demo/hello:1");
            assertThatThrownBy(() -> new Registry(RegistryAccess.anonymous()).pull(image))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("does not speak TLS")
                    .hasMessageContaining("name " + address + " as insecure");
            assertThat(demo.requests()).isZero();
            RegistryAccess named = RegistryAccess.anonymous().withInsecure(address);
            assertThatThrownBy(() -> new Registry(named).pull(image)).isInstanceOf(RegistryException.NotFound.class);
            assertThat(demo.requests()).isEqualTo(1);
        }
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
                request -> ScriptedRegistry.Reply.of(request.path().endsWith("1") ? 200 : 500, new byte[50_000_000]))) {
            ImageReference image = ImageReference.parse(server.address() + "/demo/hello:1");
            Transport transport = new Transport(RegistryAccess.anonymous());
            URI uri = URI.create("http://" + server.address() + "/2");
            Transport.Answer answer = transport.send(
                    new Transport.Request("GET", uri, null, List.of(), null, Deadline.none()), 100_000_000);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).hasSize(Transport.MAX_ERROR_BYTES);
            assertThatThrownBy(() -> new Registry(RegistryAccess.anonymous()).pull(image))
                    .hasMessageContaining("larger than");
        }
    }

    @Test
    void anUntrustedCertificateIsRefusedAtOnce(@TempDir Path directory) throws Exception {
        Path keys = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        keys.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        AtomicInteger requests = new AtomicInteger();
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
        try {
            ImageReference image =
                    ImageReference.parse(THIS_HOST + ":" + server.getAddress().getPort() + "/demo/hello:1");
            assertThatThrownBy(() -> new Registry(RegistryAccess.anonymous()).pull(image))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("certificate that this Java trusts");
            assertThat(requests).hasValue(0);

            Certificate certificate = store.getCertificate(store.aliases().nextElement());
            Path pem = Files.writeString(
                    directory.resolve("ca.pem"),
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                            + "\n-----END CERTIFICATE-----\n");
            Registry trusting = new Registry(RegistryAccess.anonymous().withAuthorities(pem));
            assertThatThrownBy(() -> trusting.pull(image)).isInstanceOf(RegistryException.NotFound.class);
            assertThat(requests).hasValue(1);

            Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing");
            assertThatThrownBy(() -> RegistryAccess.anonymous().withAuthorities(empty))
                    .hasMessageContaining(empty.toString())
                    .hasMessageContaining("PEM");
        } finally {
            server.stop(0);
        }
    }
}
