package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.jenkins.plugins.multiarch.engine.agent.Requirement.State;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MachineTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");

    private static Recorded withDocker(String json, int exitCode, String stderr) {
        return new Recorded()
                .answer("docker --version", 0, Recorded.text("docker-20.10.txt"), "")
                .answer("docker version --format {{json .}}", exitCode, json, stderr);
    }

    private static Machine inspect(String tree, CommandRunner runner, String... wanted) throws Exception {
        return Machine.inspect(
                AMD64,
                Recorded.tree(tree),
                runner,
                List.of(wanted).stream().map(Platform::parse).toList());
    }

    private static Map<String, State> states(Machine machine) {
        return machine.requirements().stream().collect(Collectors.toMap(Requirement::id, Requirement::state));
    }

    private static Requirement requirement(Machine machine, String id) {
        return machine.requirements().stream()
                .filter(requirement -> requirement.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aMachineThatHasEverything() throws Exception {
        Machine machine =
                inspect("debian-12", withDocker(Recorded.text("docker-20.10.json"), 0, ""), "linux/arm64", "linux/386");

        assertThat(machine.os()).isEqualTo("Debian GNU/Linux 12 (bookworm)");
        assertThat(machine.nativePlatform()).isEqualTo(AMD64);
        assertThat(machine.nativePlatforms()).contains(Platform.parse("linux/386"));
        assertThat(machine.emulatedPlatforms())
                .extracting(Platform::toString)
                .containsExactly(
                        "linux/arm/v5",
                        "linux/arm/v6",
                        "linux/arm/v7",
                        "linux/arm64",
                        "linux/loong64",
                        "linux/mips",
                        "linux/mips64",
                        "linux/mips64le",
                        "linux/mipsle",
                        "linux/ppc64",
                        "linux/ppc64le",
                        "linux/riscv64",
                        "linux/s390x");
        assertThat(machine.requirements())
                .extracting(Requirement::id, Requirement::state, Requirement::remedy)
                .containsExactly(
                        tuple("build tool", State.OK, ""),
                        tuple("docker engine", State.OK, ""),
                        tuple("docker version", State.OK, ""),
                        tuple("kernel", State.OK, ""),
                        tuple("binfmt_misc", State.OK, ""),
                        tuple("handlers", State.OK, ""),
                        tuple("enabled", State.OK, ""),
                        tuple("flag F", State.OK, ""),
                        tuple("linux/arm64", State.OK, ""),
                        tuple("linux/386", State.OK, ""));
        assertThat(machine.complete()).isTrue();
    }

    @Test
    void withoutABuildToolNothingWorks() throws Exception {
        Machine machine = inspect("debian-12", new Recorded());

        assertThat(machine.complete()).isFalse();
        assertThat(requirement(machine, "build tool").state()).isEqualTo(State.MISSING);
        assertThat(requirement(machine, "build tool").remedy()).isEqualTo("apt-get install buildah");
    }

    @Test
    void anEngineOutOfReachIsFatalOnlyIfThereIsNoOtherTool() throws Exception {
        Recorded docker = withDocker("", 1, Recorded.text("docker-20.10-denied.err"));

        Machine alone = inspect("debian-12", docker);
        assertThat(states(alone))
                .containsEntry("docker engine", State.MISSING)
                .containsEntry("build tool", State.MISSING);
        assertThat(alone.complete()).isFalse();

        Machine withBuildah =
                inspect("debian-12", docker.answer("buildah --version", 0, Recorded.text("buildah-1.28.txt"), ""));
        assertThat(states(withBuildah))
                .containsEntry("docker engine", State.WARNING)
                .containsEntry("build tool", State.OK);
        assertThat(withBuildah.complete()).isTrue();
    }

    @Test
    void anOldDockerIsAWarning() throws Exception {
        Machine machine = inspect(
                "debian-12",
                withDocker("{\"Client\":{\"Version\":\"20.10.24\"},\"Server\":{\"Version\":\"18.09.7\"}}", 0, ""));

        assertThat(requirement(machine, "docker version").state()).isEqualTo(State.WARNING);
        assertThat(requirement(machine, "docker version").found()).contains("18.09.7", "19.03");
    }

    @Test
    void whatOnlyEmulationNeedsIsAWarningUntilItIsAskedFor() throws Exception {
        Recorded podman = new Recorded().answer("podman --version", 0, "podman version 4.3.1", "");

        Machine machine = inspect("alpine-3.20", podman);
        assertThat(requirement(machine, "binfmt_misc").state()).isEqualTo(State.WARNING);
        assertThat(requirement(machine, "binfmt_misc").remedy()).startsWith("mount -t binfmt_misc");
        assertThat(machine.emulatedPlatforms()).isEmpty();
        assertThat(machine.complete()).isTrue();

        Machine asked = inspect("alpine-3.20", podman, "linux/amd64", "linux/arm64");
        assertThat(states(asked)).containsEntry("linux/amd64", State.OK).containsEntry("linux/arm64", State.MISSING);
        assertThat(asked.complete()).isFalse();
    }

    @Test
    void anOldKernelIsNamedOnceAndForAll() throws Exception {
        Machine machine = inspect("centos-7", new Recorded());

        assertThat(requirement(machine, "kernel").state()).isEqualTo(State.WARNING);
        assertThat(requirement(machine, "kernel").found()).contains("3.10.0-1160.el7.x86_64");
        assertThat(requirement(machine, "handlers").state()).isEqualTo(State.WARNING);
    }

    @Test
    void handlersThatDoNotWorkAreNamed() throws Exception {
        Requirement noFlag = requirement(inspect("ubuntu-18.04", new Recorded()), "flag F");
        assertThat(noFlag.state()).isEqualTo(State.WARNING);
        assertThat(noFlag.found()).contains("qemu-aarch64 lacks it");

        Machine disabled = inspect("debian-12-disabled", new Recorded());
        assertThat(requirement(disabled, "enabled").found()).isEqualTo("qemu-aarch64 is disabled");
        assertThat(requirement(disabled, "enabled").remedy()).isEqualTo("update-binfmts --enable qemu-aarch64");
        assertThat(disabled.emulatedPlatforms()).containsExactly(Platform.parse("linux/s390x"));
    }

    @Test
    void travelsFromTheAgentToTheController() throws Exception {
        Machine machine = inspect("debian-12", withDocker(Recorded.text("docker-20.10.json"), 0, ""), "linux/arm64");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(machine);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(machine);
        }
    }
}
