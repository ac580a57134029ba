package io.jenkins.plugins.multiarch.engine.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What docker, podman and skopeo send with the same files is what we send. */
@Tag("integration")
@Timeout(120)
class LoginsIntegrationTest {

    private static final String DOCKER =
            Path.of("target/docker-cli/docker").toAbsolutePath().toString();

    @TempDir
    private Path root;

    static Stream<Arguments> casesByTool() {
        return LoginCase.all().stream().flatMap(login -> login.tools().stream().map(tool -> Arguments.of(tool, login)));
    }

    private static List<String> command(String tool, String image) {
        return switch (tool) {
            case "skopeo" -> List.of(tool, "inspect", "--tls-verify=false", "docker://" + image);
            case "podman" -> List.of(tool, "pull", "--tls-verify=false", image);
            // Debian 12's docker sends no login for a manifest.
            default -> List.of(DOCKER, "manifest", "inspect", "--insecure", image);
        };
    }

    @ParameterizedTest
    @MethodSource("casesByTool")
    void theToolSendsTheSame(String tool, LoginCase login) throws Exception {
        try (LoginRecorder registry = new LoginRecorder()) {
            Map<String, String> environment = login.write(root, registry.address());
            run(command(tool, registry.address() + "/" + login.repository() + ":1"), environment);
            assertThat(registry.requests()).isNotEmpty();
            assertThat(registry.user()).isEqualTo(login.user());
        }
    }

    private void run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("output").toFile());
        builder.environment().keySet().removeAll(List.of("REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    }
}
