package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulatorInstallerTest {

    @Test
    void runsPrivilegedForOneArchitecture() throws Exception {
        EmulatorInstaller installer = new EmulatorInstaller("registry.example.com/binfmt@sha256:abc");
        Recorded machine = new Recorded()
                .answer(
                        "podman run --privileged --rm registry.example.com/binfmt@sha256:abc --install arm",
                        0,
                        "installed",
                        "");

        assertThat(installer
                        .run(machine, BuildTool.PODMAN, Platform.parse("linux/arm/v7"))
                        .stdout())
                .isEqualTo("installed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "--volume=/:/host", "binfmt --install"})
    void refusesWhatIsNoImage(String image) {
        assertThatThrownBy(() -> new EmulatorInstaller(image))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + image + "' is not an image");
    }
}
