package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AgentLabelsTest {

    private static List<Platform> platforms(String... names) {
        return Stream.of(names).map(Platform::parse).toList();
    }

    private static Machine machine(List<Platform> own, List<Platform> emulated, BuildTools tools) {
        return new Machine(Platform.parse("linux/arm64"), own, emulated, "", "", "", -1, tools, List.of());
    }

    @Test
    void namesPlatformsAndTools() {
        BuildTools tools = new BuildTools(
                new Docker(new Version("26.1", 26, 1), new Version("26.1", 26, 1), "", ""),
                new Buildx(new Version("0.13", 0, 13), "b", "docker", List.of(), "the builder does not answer"),
                new Version("4.3", 4, 3),
                null);

        assertThat(AgentLabels.of(machine(
                        platforms("linux/arm64", "linux/arm/v7"), platforms("linux/amd64", "linux/386"), tools)))
                .containsExactly(
                        "multiarch-linux-arm64",
                        "multiarch-linux-arm-v7",
                        "multiarch-qemu-linux-amd64",
                        "multiarch-qemu-linux-386",
                        "multiarch-docker",
                        "multiarch-podman",
                        "multiarch-builder");
    }

    @Test
    void aMachineWithoutToolIsNoBuilder() {
        assertThat(AgentLabels.of(machine(platforms("linux/arm64"), List.of(), new BuildTools(null, null, null, null))))
                .containsExactly("multiarch-linux-arm64");
    }

    @Test
    void whatWouldBreakALabelExpressionIsNoLabel() {
        List<Platform> hostile = List.of(
                new Platform("linux", "a b", ""),
                new Platform("linux", "a||b", ""),
                new Platform("linux", "arm", "v7\""),
                new Platform("linux", "a->b", ""),
                new Platform("", "", ""),
                new Platform("linux", "!x", "(y)"));

        assertThat(AgentLabels.of(machine(hostile, hostile, new BuildTools(null, null, null, null))))
                .isEmpty();
        assertThat(hostile)
                .allSatisfy(platform -> assertThatThrownBy(() -> AgentLabels.nativeLabel(platform))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(platform.toString()));
    }

    @Test
    void everyPlatformThatCanBeAskedForHasLabels() {
        for (Platform platform : platforms("linux/arm64/v8.2", "linux/riscv64/rva22u64", "windows/amd64", "armhf")) {
            assertThat(AgentLabels.nativeLabel(platform)).matches("multiarch-[a-z0-9.-]+");
            assertThat(AgentLabels.emulatedLabel(platform)).matches("multiarch-qemu-[a-z0-9.-]+");
        }
        assertThat(AgentLabels.toolLabel(BuildTool.BUILDX)).isEqualTo("multiarch-buildx");
    }
}
