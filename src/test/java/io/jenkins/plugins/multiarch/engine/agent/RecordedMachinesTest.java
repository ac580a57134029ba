package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.agent.Requirement.State;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines of every kind, as an agent would describe them to the controller. */
class RecordedMachinesTest {

    private static final String DOCKER_VERSION = "docker version --format {{json .}}";
    private static final String DOCKER_INFO = "docker info --format {{json .}}";
    private static final String BUILDX = "github.com/docker/buildx v0.13.1 788433953af10f2a698f5c07611dddce2e08c7a0\n";

    @TempDir
    private Path nothing;

    private static Recorded tools() {
        return new Recorded().answer("uname -m", 0, "x86_64\n", "");
    }

    private static Recorded docker(String version) {
        return tools().answer("docker --version", 0, Recorded.text("docker-20.10.txt"), "")
                .answer(DOCKER_VERSION, 0, version, "")
                .answer(DOCKER_INFO, 0, Recorded.text("docker-20.10-info.json"), "");
    }

    /** Docker 20.10 on a machine with this kernel. */
    private static Recorded dockerHere(String kernel) {
        return docker(Recorded.text("docker-20.10.json").replace("6.18.44-fc-v595", kernel));
    }

    private static Recorded withBuilder(Recorded tools, String driver, String platforms) {
        return tools.answer("docker buildx version", 0, BUILDX, "")
                .answer(
                        "docker buildx inspect",
                        0,
                        "Name: ci\nDriver: " + driver + "\n\nNodes:\nName: ci0\nStatus: running\nPlatforms: "
                                + platforms + "\n",
                        "");
    }

    private static Recorded podman(String info) {
        return tools().answer("podman --version", 0, Recorded.text("podman-4.9.txt"), "")
                .answer("podman info --format json", 0, Recorded.text(info), "");
    }

    /** Inspects a machine and sends it to the controller. */
    private static Machine inspect(String platform, Path root, CommandRunner runner, String... wanted)
            throws Exception {
        Machine machine = Machine.inspect(
                Platform.parse(platform),
                root,
                runner,
                Stream.of(wanted).map(Platform::parse).toList());
        Machine received = MachineJson.read(MachineJson.write(machine));
        assertThat(MachineJson.write(received)).isEqualTo(MachineJson.write(machine));
        return received;
    }

    private static List<String> names(List<Platform> platforms) {
        return platforms.stream().map(Platform::toString).toList();
    }

    private static Requirement requirement(Machine machine, String id) {
        return machine.requirements().stream()
                .filter(requirement -> requirement.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " is not in " + machine.requirements()));
    }

    @Test
    void debianWithDocker() throws Exception {
        Machine machine = inspect("linux/amd64", Recorded.tree("debian-12"), dockerHere("6.18.44-fc-v595"));

        assertThat(machine.cpu()).isEqualTo("x86_64");
        assertThat(machine.memoryBytes()).isEqualTo(24684096L * 1024);
        assertThat(machine.storage().path()).isEqualTo("/var/lib/docker");
        assertThat(machine.tools().engine().platform()).hasToString("linux/amd64");
        assertThat(machine.nativePlatforms()).contains(Platform.parse("linux/386"), Platform.parse("linux/amd64/v2"));
        assertThat(AgentLabels.of(machine))
                .contains(
                        "multiarch-linux-amd64", "multiarch-qemu-linux-s390x", "multiarch-docker", "multiarch-builder")
                .doesNotContain("multiarch-podman", "multiarch-buildx");
    }

    @Test
    void theFreeSpaceIsThatOfTheDirectoryIfItCanBeSeen(@TempDir Path root) throws Exception {
        Files.createDirectories(root.resolve("var/lib/containers/storage"));
        Recorded buildah = tools().answer("buildah --version", 0, Recorded.text("buildah-1.28.txt"), "")
                .answer("buildah info", 0, Recorded.text("buildah-1.28-info.json"), "");

        Storage seen = inspect("linux/amd64", root, buildah).storage();
        assertThat(seen.path()).isEqualTo("/var/lib/containers/storage");
        assertThat(seen.freeBytes()).isPositive();
        assertThat(inspect("linux/amd64", nothing, buildah).storage())
                .isEqualTo(new Storage("/var/lib/containers/storage", -1));
    }

    @Test
    void rhel9WithPodman() throws Exception {
        String version = Recorded.text("podman-4.9.txt");
        Machine machine = inspect(
                "linux/amd64",
                Recorded.tree("rhel-9"),
                podman("podman-4.9-info.json")
                        .answer("docker --version", 0, version, "Emulate Docker CLI using podman.")
                        .answer("buildah --version", 0, Recorded.text("buildah-1.33.txt"), ""),
                "linux/arm64");

        assertThat(machine.os()).isEqualTo("Red Hat Enterprise Linux 9.4 (Plow)");
        assertThat(machine.tools().usable()).containsExactly(BuildTool.PODMAN, BuildTool.BUILDAH);
        assertThat(machine.tools().docker()).isNull();
        assertThat(machine.storage())
                .isEqualTo(new Storage("/home/jenkins/.local/share/containers/storage", 40_000_000_000L));
        assertThat(requirement(machine, "podman").found()).isEqualTo("4.9.4-rhel");
        assertThat(requirement(machine, "handlers").state()).isEqualTo(State.WARNING);
        assertThat(requirement(machine, "linux/arm64").state()).isEqualTo(State.MISSING);
        assertThat(requirement(machine, "linux/arm64").remedy())
                .isEqualTo("podman run --privileged --rm docker.io/tonistiigi/binfmt --install arm64");
    }

    @Test
    void suseWhoseHandlerLacksTheFlag() throws Exception {
        Machine machine = inspect("linux/amd64", Recorded.tree("sles-15"), dockerHere("5.14.21-150500.55.52-default"));

        assertThat(machine.emulatedPlatforms()).isEmpty();
        assertThat(requirement(machine, "enabled").state()).isEqualTo(State.OK);
        assertThat(requirement(machine, "flag F").found()).contains("qemu-s390x", "'P'", "/usr/bin/qemu-s390x-binfmt");
        assertThat(requirement(machine, "flag F").remedy())
                .isEqualTo("echo -1 > /proc/sys/fs/binfmt_misc/qemu-s390x && zypper install qemu-linux-user"
                        + " && systemctl restart systemd-binfmt");
    }

    @Test
    void ubuntuWithABuilderThatBringsItsOwnQemu() throws Exception {
        Recorded tools = withBuilder(
                dockerHere("6.8.0-31-generic"), "docker-container", "linux/amd64*, linux/amd64/v2, linux/arm64");

        Machine machine = inspect("linux/amd64", Recorded.tree("ubuntu-24.04"), tools, "linux/arm64", "linux/s390x");

        assertThat(names(machine.tools().buildx().platforms()))
                .containsExactly("linux/amd64", "linux/amd64/v2", "linux/arm64");
        assertThat(machine.emulatedPlatforms()).contains(Platform.parse("linux/arm64"));
        assertThat(requirement(machine, "linux/arm64").found()).isEqualTo("emulated by builder ci");
        assertThat(requirement(machine, "linux/s390x").state()).isEqualTo(State.MISSING);
        assertThat(AgentLabels.of(machine)).contains("multiarch-qemu-linux-arm64", "multiarch-buildx");
    }

    @Test
    void theEngineAsBuilderOnlyRepeatsWhatBinfmtMiscSays() throws Exception {
        Recorded tools = withBuilder(dockerHere("6.8.0-31-generic"), "docker", "linux/amd64, linux/arm64");

        Machine machine = inspect("linux/amd64", Recorded.tree("ubuntu-24.04"), tools);

        assertThat(machine.emulatedPlatforms()).as("no handler any more").isEmpty();
    }

    @Test
    void anAgentInAContainerBelievesTheEngineAsBuilder() throws Exception {
        Recorded tools = withBuilder(dockerHere("6.6.32-0-lts"), "docker", "linux/amd64, linux/386, linux/arm64");

        Machine machine = inspect("linux/amd64", Recorded.tree("alpine-3.20"), tools);

        assertThat(names(machine.emulatedPlatforms())).containsExactly("linux/arm64");
        assertThat(requirement(machine, "binfmt_misc").state()).isEqualTo(State.OK);
        assertThat(requirement(machine, "binfmt_misc").found()).contains("builder ci emulates linux/arm64");
    }

    @Test
    void aBuildWithOneToolCountsThatToolOnly() throws Exception {
        Recorded recorded = withBuilder(dockerHere("6.8.0-31-generic"), "docker-container", "linux/amd64, linux/arm64")
                .answer("podman --version", 0, Recorded.text("podman-4.9.txt"), "");
        BuildTools tools =
                inspect("linux/amd64", Recorded.tree("ubuntu-24.04"), recorded).tools();
        Platform arm64 = Platform.parse("linux/arm64");

        assertThat(tools.only(BuildTool.BUILDX).usable()).containsExactly(BuildTool.BUILDX, BuildTool.DOCKER);
        assertThat(tools.only(BuildTool.DOCKER).usable()).containsExactly(BuildTool.DOCKER);
        assertThat(tools.only(BuildTool.DOCKER).engine()).isEqualTo(tools.engine());
        assertThat(tools.only(BuildTool.PODMAN).usable()).containsExactly(BuildTool.PODMAN);
        assertThat(tools.only(BuildTool.PODMAN).engine()).isEqualTo(Engine.UNKNOWN);
        assertThat(tools.only(BuildTool.BUILDAH).usable()).isEmpty();
        assertThat(check(arm64, tools).possible()).isTrue();
        assertThat(check(arm64, tools.only(BuildTool.PODMAN)).possible()).isFalse();
    }

    private static EmulationCheck check(Platform platform, BuildTools tools) {
        return EmulationCheck.of(
                platform,
                HostEnvironment.read(
                        Platform.parse("linux/amd64"), Recorded.tree("ubuntu-24.04"), new Recorded(), tools));
    }

    @Test
    void wsl2() throws Exception {
        Machine machine = inspect(
                "linux/amd64", Recorded.tree("wsl2"), dockerHere("5.15.153.1-microsoft-standard-WSL2"), "linux/arm64");

        assertThat(machine.kernel()).isEqualTo("5.15.153.1-microsoft-standard-WSL2");
        assertThat(requirement(machine, "kernel").state()).isEqualTo(State.OK);
        assertThat(names(machine.emulatedPlatforms())).containsExactly("linux/arm64");
        assertThat(machine.complete()).isTrue();
    }

    @Test
    void kernel310() throws Exception {
        Machine machine = inspect("linux/amd64", Recorded.tree("centos-7"), dockerHere("3.10.0-1160.el7.x86_64"));

        assertThat(requirement(machine, "kernel").found())
                .contains("older than 4.8", "write /proc/sys/fs/binfmt_misc/register: invalid argument");
        assertThat(requirement(machine, "kernel").remedy()).contains("RHEL 8");
        assertThat(requirement(machine, "handlers").remedy())
                .isEqualTo(requirement(machine, "kernel").remedy());
    }

    @Test
    void aMacBuildsWhatDockerDesktopsMachineBuilds() throws Exception {
        Recorded tools = docker(Recorded.text("docker-desktop-26.1.json"))
                .answer("uname -m", 0, "arm64\n", "")
                .answer("docker buildx version", 0, BUILDX, "")
                .answer("docker buildx inspect", 0, Recorded.text("docker-desktop-inspect.txt"), "");

        Machine machine = inspect("darwin/arm64", nothing, tools, "linux/arm64", "linux/amd64", "linux/loong64");

        assertThat(machine.nativePlatform()).hasToString("darwin/arm64");
        assertThat(names(machine.nativePlatforms())).containsExactly("linux/arm64", "darwin/arm64");
        assertThat(names(machine.emulatedPlatforms()))
                .contains("linux/amd64", "linux/s390x", "linux/arm/v7")
                .doesNotContain("linux/arm64", "linux/loong64");
        assertThat(machine.memoryBytes()).isEqualTo(-1);
        assertThat(machine.storage()).isEqualTo(new Storage("/var/lib/docker", -1));
        assertThat(requirement(machine, "engine").found())
                .contains(
                        "buildx builds on another machine, a linux/arm64 with kernel 6.6.26-linuxkit",
                        "known to emulate linux/386, linux/amd64");
        assertThat(requirement(machine, "linux/arm64").found()).isEqualTo("native");
        assertThat(requirement(machine, "linux/amd64").found()).isEqualTo("emulated by builder desktop-linux");
        assertThat(requirement(machine, "linux/loong64").remedy())
                .isEqualTo("docker run --privileged --rm tonistiigi/binfmt --install loong64");
        assertThat(machine.requirements()).extracting(Requirement::id).doesNotContain("kernel", "binfmt_misc");
    }

    @Test
    void aMacWithPodmanBuildsWhatPodmansMachineBuilds() throws Exception {
        Machine machine = inspect("darwin/arm64", nothing, podman("podman-5.0-machine-info.json"), "linux/amd64");

        assertThat(names(machine.nativePlatforms())).containsExactly("linux/arm64", "darwin/arm64");
        assertThat(machine.storage()).isEqualTo(new Storage("/var/lib/containers/storage", 90_000_000_000L));
        assertThat(requirement(machine, "linux/amd64").remedy()).isEqualTo("Give linux/amd64 a native agent");
    }

    @Test
    void aMacWithoutToolsIsJustAMac() throws Exception {
        Machine machine = inspect("darwin/arm64", nothing, new Recorded());

        assertThat(names(machine.nativePlatforms())).containsExactly("darwin/arm64");
        assertThat(machine.cpu()).isEqualTo("arm64");
        assertThat(AgentLabels.of(machine)).containsExactly("multiarch-darwin-arm64");
        assertThat(requirement(machine, "build tool").remedy()).isEqualTo("Install Docker Desktop");
    }

    @Test
    void windowsBuildsWindowsImages() throws Exception {
        Machine machine = inspect(
                "windows/amd64",
                nothing,
                new Recorded()
                        .answer("docker --version", 0, Recorded.text("docker-20.10.txt"), "")
                        .answer(DOCKER_VERSION, 0, Recorded.text("docker-windows-26.1.json"), "")
                        .answer(DOCKER_INFO, 0, "{\"DockerRootDir\":\"C:\\\\ProgramData\\\\docker\"}", ""));

        assertThat(names(machine.nativePlatforms())).containsExactly("windows/amd64");
        assertThat(machine.emulatedPlatforms()).isEmpty();
        assertThat(machine.kernel()).isEmpty();
        assertThat(machine.cpu()).isEqualTo("amd64");
        assertThat(machine.storage()).isEqualTo(new Storage("C:\\ProgramData\\docker", -1));
        assertThat(machine.complete()).isTrue();
    }

    @Test
    void windowsWithDockerDesktopBuildsLinuxImages() throws Exception {
        Recorded tools = withBuilder(
                docker(Recorded.text("docker-desktop-26.1.json").replace("arm64", "amd64")),
                "docker",
                "linux/amd64, linux/amd64/v2, linux/arm64");

        Machine machine = inspect("windows/amd64", nothing, tools);

        assertThat(names(machine.nativePlatforms())).containsExactly("linux/amd64", "linux/amd64/v2", "linux/386");
        assertThat(names(machine.emulatedPlatforms())).containsExactly("linux/arm64");
    }

    @Test
    void aDockerHostOfAnotherArchitectureDecides() throws Exception {
        Recorded tools = docker("{\"Client\":{\"Version\":\"26.1\"},\"Server\":{\"Version\":\"26.1\",\"Os\":\"linux\","
                + "\"Arch\":\"arm64\",\"KernelVersion\":\"6.1.0-20-arm64\"}}");

        Machine machine = inspect("linux/amd64", Recorded.tree("debian-12"), tools, "linux/s390x");

        assertThat(names(machine.nativePlatforms())).containsExactly("linux/arm64");
        assertThat(machine.emulatedPlatforms())
                .as("this machine's QEMU does not help")
                .isEmpty();
        assertThat(requirement(machine, "linux/s390x").found())
                .isEqualTo(
                        "docker builds on another machine, a linux/arm64, which is not known to emulate linux/s390x");
    }

    @Test
    void aRemoteBuilderDecides() throws Exception {
        Recorded tools = withBuilder(
                tools().answer("docker --version", 0, Recorded.text("docker-28.2.txt"), "")
                        .answer(DOCKER_VERSION, 1, "", Recorded.text("docker-29-stopped.err")),
                "remote",
                "linux/riscv64, linux/amd64");

        Machine machine = inspect("linux/amd64", Recorded.tree("debian-12"), tools, "linux/amd64", "linux/arm64");

        assertThat(names(machine.nativePlatforms())).containsExactly("linux/riscv64");
        assertThat(names(machine.emulatedPlatforms())).containsExactly("linux/amd64");
        assertThat(requirement(machine, "linux/arm64").state()).isEqualTo(State.MISSING);
        assertThat(requirement(machine, "docker engine").state()).isEqualTo(State.WARNING);
    }

    /** Its JVM runs under QEMU and sees the host's {@code /proc}; its tools are those of its own root. */
    @Test
    void aForeignRootRunsWhatItsToolsRun() throws Exception {
        Recorded buildah = tools().answer("uname -m", 0, "aarch64\n", "")
                .answer("buildah --version", 0, Recorded.text("buildah-1.28.txt"), "")
                .answer(
                        "buildah info",
                        0,
                        Recorded.text("buildah-1.28-info.json").replace("\"amd64\"", "\"arm64\""),
                        "");

        Machine machine = inspect("linux/arm64", Recorded.tree("debian-12"), buildah);

        assertThat(names(machine.nativePlatforms())).containsExactly("linux/arm64");
        assertThat(machine.cpu()).isEqualTo("aarch64");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "debian-12   | docker-29-stopped.err     | systemctl start docker",
                "alpine-3.20 | docker-29-stopped.err     | rc-service docker start",
                "rhel-9      | docker-20.10-denied.err   | usermod -aG docker",
                "sles-15     | docker-20.10-denied.err   | usermod -aG docker",
                "alpine-3.20 | docker-20.10-denied.err   | addgroup",
                "debian-12   | docker-windows-denied.err | usermod -aG docker",
            })
    void theRemedyForAnEngineOutOfReachIsThatOfTheDistribution(String tree, String error, String remedy)
            throws Exception {
        Machine machine = inspect(
                "linux/amd64",
                Recorded.tree(tree),
                tools().answer("docker --version", 0, Recorded.text("docker-20.10.txt"), "")
                        .answer(DOCKER_VERSION, 1, "", Recorded.text(error)));

        assertThat(requirement(machine, "docker engine").state()).isEqualTo(State.MISSING);
        assertThat(requirement(machine, "docker engine").remedy()).startsWith(remedy);
    }

    @Test
    void aClassicDockerWithoutBuildxIsAWarning() throws Exception {
        Recorded tools = tools().answer("docker --version", 0, Recorded.text("docker-28.2.txt"), "")
                .answer(DOCKER_VERSION, 0, Recorded.text("docker-20.10.json").replace("20.10.24+dfsg1", "28.2.2"), "");

        Requirement buildx = requirement(inspect("linux/amd64", Recorded.tree("ubuntu-24.04"), tools), "buildx");

        assertThat(buildx.state()).isEqualTo(State.WARNING);
        assertThat(buildx.found()).contains("docker 28.2.2 has only its classic builder");
        assertThat(buildx.remedy()).contains("docker-buildx (Debian 13, Ubuntu)", "apt-get install buildah");
    }

    @Test
    void hostileFilesAreJustStrange() throws Exception {
        Machine machine = inspect("linux/amd64", Recorded.tree("hostile"), new Recorded());

        assertThat(machine.os()).startsWith("?[2J<script>alert(1)</script>?");
        assertThat(machine.kernel()).isEmpty();
        assertThat(machine.memoryBytes()).isEqualTo(-1);
        assertThat(machine.emulatedPlatforms()).isEmpty();
        assertThat(machine.toString()).doesNotContainPattern("\\p{Cntrl}");
        assertThat(requirement(machine, "flag F").found()).hasSize(UntrustedText.LONGEST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]",
                "null",
                "{\"Server\": []}",
                "{\"Server\": {\"Version\": {\"x\": 1}, \"Os\": 7, \"Arch\": null}}",
                "{\"Server\": {\"Version\": \"20.10\", \"Os\": \"linux/arm64\", \"Arch\": \"../../x\"}}",
                "{\"Server\": {\"Version\": \"20.10\", \"Os\": \"linux\", \"Arch\": \"amd64\", \"KernelVersion\": \"\\u0000\"}}",
                "{\"host\": 1, \"store\": {\"graphRoot\": \"\\u0000\", \"graphRootAllocated\": -99, \"graphRootUsed\": 7}}",
                "{\"DockerRootDir\": \"../../../etc\", \"store\": {\"graphRootAllocated\": \"lots\", \"graphRoot\": [1]}}",
                "{\"DockerRootDir\": \"/\\u0000\", \"store\": {\"graphRootAllocated\": 1e300}}",
            })
    void hostileToolsAreJustStrange(String answer) throws Exception {
        for (String name : List.of("docker version 20.10.24", "podman version 4.9")) {
            Recorded tools = tools().answer("uname -m", 0, "\u001b[31m" + "x".repeat(200_000), "")
                    .answer("docker --version", 0, name, "")
                    .answer(DOCKER_VERSION, 0, answer, "")
                    .answer(DOCKER_INFO, 0, answer, "")
                    .answer("docker buildx version", 0, BUILDX + "\u0000".repeat(100_000), "")
                    .answer(
                            "docker buildx inspect",
                            0,
                            "Name: \u001b[2J\nDriver: " + "d".repeat(100_000) + "\nPlatforms: "
                                    + "linux/arm64,a/b,".repeat(10_000) + "\u202e\n",
                            "")
                    .answer("podman --version", 0, "podman version 4.9", "")
                    .answer("podman info --format json", 0, answer, "");

            Machine machine = inspect("linux/amd64", Recorded.tree("rhel-9"), tools);

            assertThat(machine.cpu()).isEqualTo("amd64");
            assertThat(machine.storage().freeBytes()).isGreaterThanOrEqualTo(-1);
            assertThat(AgentLabels.of(machine)).allMatch(label -> label.matches("multiarch-[a-z0-9.-]+"));
        }
    }

    @Test
    void anAnswerWithoutEndIsNoAnswer() throws Exception {
        Recorded tools = docker("[".repeat(LocalCommandRunner.MOST_OUTPUT));

        assertThat(inspect("linux/amd64", Recorded.tree("rhel-9"), tools)
                        .tools()
                        .docker()
                        .reachable())
                .isFalse();
    }
}
