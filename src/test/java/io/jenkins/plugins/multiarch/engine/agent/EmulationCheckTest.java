package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck.State;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmulationCheckTest {

    private static EmulationCheck check(String platform, String machine, Path root, CommandRunner runner) {
        return EmulationCheck.of(
                Platform.parse(platform), NativePlatforms.read(Platform.parse(machine), root, runner), root);
    }

    private static EmulationCheck check(String platform, String tree) {
        return check(platform, "linux/amd64", Recorded.tree(tree), new Recorded());
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux/amd64", "linux/386", "linux/amd64/v2", "linux/amd64/v3"})
    void anAmd64MachineRunsItsOwnKind(String platform) {
        assertThat(check(platform, "debian-12")).hasToString(platform + ": native");
    }

    @Test
    void aLevelThatTheCpuLacksIsNotNative() {
        assertThat(check("linux/amd64/v4", "debian-12").problem()).contains("linux/amd64/v4");
        assertThat(check("linux/amd64/v2", "ubuntu-18.04").possible()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "linux/arm64, qemu-aarch64",
        "linux/arm/v7, qemu-arm",
        "linux/arm/v6, qemu-arm",
        "linux/s390x, qemu-s390x",
        "linux/ppc64le, qemu-ppc64le",
        "linux/riscv64, qemu-riscv64",
        "linux/loong64, qemu-loongarch64",
        "linux/mips64le, qemu-mips64el",
    })
    void debianEmulatesTheRest(String platform, String handler) {
        EmulationCheck check = check(platform, "debian-12");

        assertThat(check.state()).isEqualTo(State.EMULATED);
        assertThat(check.handler()).isEqualTo(handler);
        assertThat(check).hasToString(platform + ": emulated by " + handler);
    }

    @Test
    void anArm64MachineRunsArmItselfOnlyIfItsCpuSaysSo() {
        Path root = Recorded.tree("debian-12");
        CommandRunner graviton2 = new Recorded()
                .answer("lscpu", 0, "Architecture:        aarch64\nCPU op-mode(s):      32-bit, 64-bit\n", "");
        CommandRunner altra =
                new Recorded().answer("lscpu", 0, "Architecture:        aarch64\nCPU op-mode(s):      64-bit\n", "");

        assertThat(check("linux/arm/v7", "linux/arm64", root, graviton2).state())
                .isEqualTo(State.NATIVE);
        assertThat(check("linux/arm/v6", "linux/arm64", root, graviton2).state())
                .isEqualTo(State.NATIVE);
        assertThat(check("linux/arm/v7", "linux/arm64", root, altra).state()).isEqualTo(State.EMULATED);
        assertThat(check("linux/arm/v7", "linux/arm64", root, new Recorded()).state())
                .isEqualTo(State.EMULATED);
        assertThat(check("linux/386", "linux/arm64", root, graviton2).possible())
                .isFalse();
    }

    @Test
    void anArmMachineRunsOlderArm() {
        Path root = Recorded.tree("alpine-3.20");
        assertThat(check("linux/arm/v6", "linux/arm/v7", root, new Recorded()).state())
                .isEqualTo(State.NATIVE);
        assertThat(check("linux/arm/v7", "linux/arm/v6", root, new Recorded()).possible())
                .isFalse();
    }

    @Test
    void onKernel310NothingHelpsButANewerKernel() {
        EmulationCheck check = check("linux/arm64", "centos-7");

        assertThat(check.problem()).contains("3.10.0-1160.el7.x86_64", "older than 4.8", "register: invalid argument");
        assertThat(check.remedy()).contains("Linux 4.8 or later");
    }

    @Test
    void withoutTheFixBinaryFlagTheInterpreterIsNotFoundInContainers() {
        EmulationCheck check = check("linux/arm64", "ubuntu-18.04");

        assertThat(check.problem()).contains("qemu-aarch64", "flag F", "'OC'", "/usr/bin/qemu-aarch64-static");
        assertThat(check.remedy())
                .isEqualTo("echo -1 > /proc/sys/fs/binfmt_misc/qemu-aarch64"
                        + " && apt-get install --reinstall qemu-user-static binfmt-support");
    }

    @Test
    void aDisabledHandlerIsToBeEnabled() {
        EmulationCheck check = check("linux/arm64", "debian-12-disabled");

        assertThat(check.problem()).isEqualTo("the handler qemu-aarch64 is disabled");
        assertThat(check.remedy()).isEqualTo("update-binfmts --enable qemu-aarch64");
        assertThat(check)
                .hasToString("linux/arm64: the handler qemu-aarch64 is disabled."
                        + " Remedy: update-binfmts --enable qemu-aarch64");
        assertThat(check("linux/s390x", "debian-12-disabled").state()).isEqualTo(State.EMULATED);
    }

    @Test
    void binfmtMiscMustBeMounted() {
        EmulationCheck check = check("linux/arm64", "alpine-3.20");

        assertThat(check.problem()).contains("not mounted");
        assertThat(check.remedy()).isEqualTo("mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ID=debian                      | apt-get install qemu-user-static binfmt-support && update-binfmts --enable qemu-aarch64",
                "ID=linuxmint,ID_LIKE=ubuntu    | apt-get install qemu-user-static binfmt-support && update-binfmts --enable qemu-aarch64",
                "ID=fedora                      | dnf install qemu-user-static && systemctl restart systemd-binfmt",
                "ID='rocky',ID_LIKE='rhel fedora' | podman run --privileged --rm docker.io/tonistiigi/binfmt --install arm64",
                "ID='amzn',VERSION_ID='2023',ID_LIKE='fedora' | docker run --privileged --rm tonistiigi/binfmt --install arm64",
                "ID='amzn',VERSION_ID='2',ID_LIKE='centos rhel fedora' | docker run --privileged --rm tonistiigi/binfmt --install arm64",
                "ID=opensuse-leap               | zypper install qemu-linux-user && systemctl restart systemd-binfmt",
                "ID=alpine                      | apk add qemu-aarch64 qemu-openrc && rc-service qemu-binfmt restart",
                "ID=nixos                       | docker run --privileged --rm tonistiigi/binfmt --install arm64",
                "                               | docker run --privileged --rm tonistiigi/binfmt --install arm64",
            })
    void theRemedyIsThatOfTheDistribution(String release, String remedy, @TempDir Path root) throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/os-release"), release == null ? "" : release.replace(',', '\n'));
        Path directory = Files.createDirectories(root.resolve("proc/sys/fs/binfmt_misc"));
        Files.writeString(directory.resolve("status"), "enabled\n");

        EmulationCheck check = check("linux/arm64", "linux/amd64", root, new Recorded());

        assertThat(check.problem()).contains("no handler for linux/arm64", "qemu-aarch64");
        assertThat(check.remedy()).isEqualTo(remedy);
    }

    @Test
    void allOfBinfmtMiscMayBeSwitchedOff(@TempDir Path root) throws IOException {
        Path directory = Files.createDirectories(root.resolve("proc/sys/fs/binfmt_misc"));
        Files.writeString(directory.resolve("status"), "disabled\n");
        Files.writeString(directory.resolve("qemu-aarch64"), "enabled\nflags: F\n");

        EmulationCheck check = check("linux/arm64", "linux/amd64", root, new Recorded());

        assertThat(check.remedy()).isEqualTo("echo 1 > /proc/sys/fs/binfmt_misc/status");
        assertThat(BinfmtHandlers.read(root).platforms()).isEmpty();
    }

    @Test
    void otherOperatingSystemsAreNotEmulated() {
        assertThat(check("windows/amd64", "debian-12").problem()).contains("windows/amd64");
        assertThat(check("linux/arm64", "windows/amd64", Recorded.tree("debian-12"), new Recorded())
                        .possible())
                .isFalse();
    }
}
