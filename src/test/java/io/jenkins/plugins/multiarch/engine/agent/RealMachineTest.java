package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** This very machine, which must have been set up to emulate; the failures say how. */
@Tag("integration")
class RealMachineTest {

    @Test
    void emulatesWhatTheOtherTestsBuild() {
        List<EmulationCheck> checks = Stream.of(
                        "linux/amd64", "linux/arm64", "linux/arm/v7", "linux/s390x", "linux/ppc64le")
                .map(Platform::parse)
                .map(EmulationCheck::of)
                .toList();

        assertThat(checks)
                .as("Install qemu-user-static and binfmt-support, and mount binfmt_misc")
                .allMatch(EmulationCheck::possible);
        assertThat(checks).anyMatch(check -> check.state() == EmulationCheck.State.EMULATED);
    }

    @Test
    void hasTheToolsThatTheOtherTestsBuildWith() throws Exception {
        Machine machine = Machine.inspect(List.of(Platform.parse("linux/arm64")));

        assertThat(machine.nativePlatform()).isEqualTo(Platform.current());
        assertThat(machine.tools().buildah()).as("Install buildah").isNotNull();
        assertThat(machine.tools().podman()).as("Install podman").isNotNull();
        assertThat(machine.tools().docker()).as("Install docker.io").isNotNull();
        assertThat(machine.tools().docker().problem())
                .as("Start the Docker engine")
                .isEmpty();
        assertThat(machine.complete()).as(machine.requirements().toString()).isTrue();
    }
}
