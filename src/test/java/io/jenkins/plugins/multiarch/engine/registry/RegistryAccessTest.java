package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryAccessTest {

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "localhost:5000, true",
        "127.0.0.1:5000, true",
        "127.1.2.3, true",
        "[::1]:5000, true",
        "[::1], true",
        "localhost:443, false",
        "127.0.0.1:443, false",
        "registry.example.com, false",
        "registry.example.com:5000, false",
        "localhost.example.com, false",
        "127.0.0.1.example.com, false",
        "docker.io, false",
    })
    void onlyLoopbackIsInsecureByItself(String registry, boolean insecure) {
        assertThat(RegistryAccess.anonymous().isInsecure(registry)).isEqualTo(insecure);
    }

    @Test
    void anInsecureRegistryMustBeNamedWithItsPort() {
        RegistryAccess access = RegistryAccess.anonymous().withInsecure("registry.example.com:5000");
        assertThat(access.endpoint("registry.example.com:5000")).isEqualTo("http://registry.example.com:5000");
        assertThat(access.endpoint("registry.example.com")).isEqualTo("https://registry.example.com");
    }

    @Test
    void dockerHubIsServedElsewhere() {
        assertThat(RegistryAccess.anonymous().endpoint("docker.io")).isEqualTo("https://registry-1.docker.io");
    }

    @Test
    void neverPrintsAPassword() {
        RegistryAccess access = RegistryAccess.anonymous().withCredential("localhost:5000", "bob", "s3cret");
        assertThat(access.credential("localhost:5000")).contains(new RegistryCredential("bob", "s3cret"));
        assertThat(access.toString()).contains("bob").doesNotContain("s3cret");
    }

    @Test
    void readsDockersConfiguration(@TempDir Path directory) throws IOException {
        Path config = directory.resolve("config.json");
        Files.writeString(
                config,
                "{\"auths\":{\"localhost:5000\":{\"auth\":\"Ym9iOnMzOmNyZXQ=\"},"
                        + "\"https://index.docker.io/v1/\":{\"auth\":\"aHViOnB3\"}}}");
        RegistryAccess access =
                RegistryAccess.fromDockerConfig(config, List.of("localhost:5000", "docker.io", "other.example"));
        assertThat(access.credential("localhost:5000")).contains(new RegistryCredential("bob", "s3:cret"));
        assertThat(access.credential("docker.io")).contains(new RegistryCredential("hub", "pw"));
        assertThat(access.credential("other.example")).isEmpty();
    }

    @Test
    void readsAnIdentityTokenThatDockerHasStored(@TempDir Path directory) throws IOException {
        Path config = Files.writeString(
                directory.resolve("config.json"),
                "{\"auths\":{\"registry.example\":{\"auth\":\"MDAwMDo=\",\"identitytoken\":\"identity/1\"}}}");
        RegistryCredential credential = RegistryAccess.fromDockerConfig(config, List.of("registry.example"))
                .credential("registry.example")
                .orElseThrow();
        assertThat(credential.isRefreshToken()).isTrue();
        assertThat(credential.password()).isEqualTo("identity/1");
    }

    @Test
    void withoutDockersConfigurationAccessIsAnonymous(@TempDir Path directory) throws IOException {
        assertThat(RegistryAccess.fromDockerConfig(directory.resolve("config.json"), List.of("localhost:5000")))
                .isEqualTo(RegistryAccess.anonymous());
    }

    @Test
    void namesAConfigurationThatCannotBeRead(@TempDir Path directory) throws IOException {
        Path config = Files.writeString(directory.resolve("config.json"), "nonsense");
        assertThatThrownBy(() -> RegistryAccess.fromDockerConfig(config, List.of("localhost:5000")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(config.toString())
                .hasMessageContaining("docker login localhost:5000");
    }

    @Test
    void findsDockersConfiguration() {
        assertThat(RegistryAccess.dockerConfig(Map.of("DOCKER_CONFIG", "/conf")))
                .isEqualTo(Path.of("/conf/config.json"));
        assertThat(RegistryAccess.dockerConfig(Map.of()))
                .isEqualTo(Path.of(System.getProperty("user.home"), ".docker", "config.json"));
    }
}
