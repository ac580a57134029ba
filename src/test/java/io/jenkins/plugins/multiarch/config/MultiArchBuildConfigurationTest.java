package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.multiarch.engine.agent.EmulatorInstaller;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class MultiArchBuildConfigurationTest {

    private static final String YAML = """
            unclassified:
              multiArchBuild:
                credentialsId: "registry"
                dynamicLabels: false
                emulationLabel: "qemu"
                emulatorInstaller: "registry.internal:5000/binfmt"
                insecureRegistries:
                - "registry.internal:5000"
                installEmulators: true
                platformLabels:
                - label: "graviton && docker"
                  platform: "linux/arm64"
                platforms:
                - "linux/amd64"
                - "linux/s390x"
            """;

    @TempDir
    private Path temp;

    private static void assertConfigured(MultiArchBuildConfiguration configuration) {
        assertThat(configuration.getPlatforms()).containsExactly("linux/amd64", "linux/s390x");
        assertThat(configuration.getPlatformLabels()).singleElement().satisfies(row -> {
            assertThat(row.getPlatform()).isEqualTo("linux/arm64");
            assertThat(row.getLabel()).isEqualTo("graviton && docker");
        });
        assertThat(configuration.isDynamicLabels()).isFalse();
        assertThat(configuration.getEmulationLabel()).isEqualTo("qemu");
        assertThat(configuration.emulatorInstaller()).contains(new EmulatorInstaller("registry.internal:5000/binfmt"));
        assertThat(configuration.getInsecureRegistries()).containsExactly("registry.internal:5000");
        assertThat(configuration.getCredentialsId()).isEqualTo("registry");
    }

    @Test
    void importsAndExportsAsCode(JenkinsRule jenkins) throws Exception {
        Path file = Files.writeString(temp.resolve("jenkins.yaml"), YAML);
        ConfigurationAsCode.get().configure(file.toString());
        assertConfigured(MultiArchBuildConfiguration.get());

        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(exported);

        assertThat(exported.toString(StandardCharsets.UTF_8)).contains(YAML.substring(YAML.indexOf('\n') + 1));
    }

    @Test
    void theFormRoundTrips(JenkinsRule jenkins) throws Exception {
        MultiArchBuildConfiguration configuration = MultiArchBuildConfiguration.get();
        configuration.setPlatforms(List.of("linux/amd64", "linux/s390x"));
        configuration.setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "graviton && docker")));
        configuration.setDynamicLabels(false);
        configuration.setEmulationLabel("qemu");
        configuration.setInstallEmulators(true);
        configuration.setEmulatorInstaller("registry.internal:5000/binfmt");
        configuration.setInsecureRegistries(List.of("registry.internal:5000"));
        configuration.setCredentialsId("registry");

        jenkins.configRoundtrip();

        assertConfigured(MultiArchBuildConfiguration.get());
        MultiArchBuildConfiguration.get().load();
        assertConfigured(MultiArchBuildConfiguration.get());
    }

    @Test
    void removingTheLastRowRemovesIt(JenkinsRule jenkins) throws Exception {
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of());
        jenkins.configRoundtrip();
        assertThat(MultiArchBuildConfiguration.get().getPlatformLabels()).isEmpty();
    }

    @Test
    void aFreshJenkinsFollowsTheConventions(JenkinsRule jenkins) {
        MultiArchBuildConfiguration configuration = MultiArchBuildConfiguration.get();
        assertThat(configuration.getPlatforms()).containsExactly("linux/amd64", "linux/arm64");
        assertThat(configuration.labelRules("multiarch-podman").nativeLabels(Platform.parse("linux/arm64")))
                .containsExactly("multiarch-linux-arm64 && multiarch-podman", "arm64 && docker");
        configuration.setDynamicLabels(false);
        assertThat(configuration.labelRules("multiarch-podman").nativeLabels(Platform.parse("linux/arm64")))
                .containsExactly("arm64 && docker");
        assertThat(configuration.emulatorInstaller()).isEmpty();
        assertThat(configuration.getEmulatorInstaller()).isEqualTo("tonistiigi/binfmt");
        assertThat(configuration.registryAccess().isInsecure("registry.internal:5000"))
                .isFalse();
        assertThat(configuration.registryAccess().isInsecure("localhost:5000")).isTrue();
    }
}
