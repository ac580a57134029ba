package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.registry.TlsServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line behind proxies, as a process of its own: Java and the environment are asked only once in each. */
@Timeout(120)
class ProxyTest {

    @TempDir
    private Path temp;

    private String inspect(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "inspect",
                "--retries=0",
                "--config=" + temp));
        command.addAll(List.of(arguments));
        Path output = temp.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(?i)(https?|no)_proxy"));
        builder.environment().putAll(environment);
        assertThat(builder.start().waitFor(100, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }

    @Test
    void registriesWithTlsAreReachedThroughTheProxyWithItsPassword() throws Exception {
        Path keys = Files.createDirectory(temp.resolve("keys"));
        try (TlsServer registry = TlsServer.start(keys, "-ext", "san=dns:registry.corp.invalid");
                RecordingProxy proxy = new RecordingProxy(registry.port())) {
            Path authority = Files.writeString(temp.resolve("ca.pem"), registry.pem());
            String output = inspect(
                    Map.of("HTTPS_PROXY", "http://bob:p%40ss@" + proxy.address()),
                    "--ca=" + authority,
                    "registry.corp.invalid/x:1");
            assertThat(output).contains("the registry answered 404");
            assertThat(proxy.requests()).containsOnly("CONNECT registry.corp.invalid:443 HTTP/1.1");
            assertThat(proxy.users()).containsOnly("bob:p@ss");
        }
    }

    @Test
    void registriesWithoutTlsAreReachedThroughTheOtherOne() throws Exception {
        try (RecordingProxy proxy = new RecordingProxy(0)) {
            Map<String, String> environment = Map.of("http_proxy", "http://bob:p%40ss@" + proxy.address());
            String output = inspect(environment, "--insecure=lab.invalid:5000", "lab.invalid:5000/x:1");
            assertThat(output).contains("Digest     sha256:");
            assertThat(proxy.requests()).containsExactly("GET http://lab.invalid:5000/v2/x/manifests/1 HTTP/1.1");
            assertThat(proxy.users()).containsExactly("bob:p@ss");
        }
    }

    @Test
    void whatIsExceptedIsReachedDirectly() throws Exception {
        try (RecordingProxy proxy = new RecordingProxy(0)) {
            String output = inspect(
                    Map.of("HTTPS_PROXY", proxy.address(), "no_proxy", ".corp.invalid"), "registry.corp.invalid/x:1");
            assertThat(output).contains("Check the name of the registry.");
            assertThat(proxy.requests()).isEmpty();
        }
    }

    /** Only the registry that is named leaves TLS: the proxy is asked for a tunnel to the other one. */
    @Test
    void insecureIsOneRegistryAndNoOther() throws Exception {
        try (RecordingProxy proxy = new RecordingProxy(0)) {
            inspect(
                    Map.of("HTTPS_PROXY", proxy.address(), "HTTP_PROXY", proxy.address()),
                    "--insecure=lab.invalid:5000,other.invalid",
                    "source.corp.invalid/x:1");
            assertThat(proxy.requests()).containsOnly("CONNECT source.corp.invalid:443 HTTP/1.1");
        }
    }
}
