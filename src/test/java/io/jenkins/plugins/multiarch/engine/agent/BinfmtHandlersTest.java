package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinfmtHandlersTest {

    @TempDir
    Path root;

    private BinfmtHandlers handlers(String name, String text) throws IOException {
        Path directory = Files.createDirectories(root.resolve("proc/sys/fs/binfmt_misc"));
        Files.writeString(directory.resolve("status"), "enabled\n");
        Files.writeString(directory.resolve(name), text);
        return BinfmtHandlers.read(root);
    }

    @Test
    void readsAHandlerAsTheKernelDescribesIt() {
        BinfmtHandlers binfmt = BinfmtHandlers.read(Recorded.tree("debian-12"));

        assertThat(binfmt.mounted()).isTrue();
        assertThat(binfmt.enabled()).isTrue();
        assertThat(binfmt.handlers())
                .contains(new BinfmtHandler(
                        "qemu-aarch64",
                        true,
                        "/usr/libexec/qemu-binfmt/aarch64-binfmt-P",
                        "PF",
                        "7f454c460201010000000000000000000200b700",
                        "ffffffffffffff00fffffffffffffffffeffffff",
                        0));
        assertThat(binfmt.handlers()).extracting(BinfmtHandler::name).doesNotContain("status", "register");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "qemu-aarch64, linux/arm64",
                "qemu-arm, linux/arm/v5 linux/arm/v6 linux/arm/v7",
                "qemu-s390x, linux/s390x",
                "qemu-ppc64le, linux/ppc64le",
                "qemu-ppc64, linux/ppc64",
                "qemu-riscv64, linux/riscv64",
                "qemu-loongarch64, linux/loong64",
                "qemu-mips64el, linux/mips64le",
                "qemu-mips64, linux/mips64",
                "qemu-mipsel, linux/mipsle",
                "qemu-mips, linux/mips",
                "qemu-mipsn32, none",
                "qemu-mipsn32el, none",
                "qemu-riscv32, none",
                "qemu-ppc, none",
                "qemu-armeb, none",
                "qemu-sparc64, none",
                "python3.11, none",
                "jar, none",
            })
    void tellsThePlatformsByTheMachineInTheMagic(String name, String platforms) {
        BinfmtHandler handler = BinfmtHandlers.read(Recorded.tree("debian-12")).handlers().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();

        assertThat(handler.platforms())
                .extracting(Platform::toString)
                .containsExactly(platforms == null ? new String[0] : platforms.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "FEX-x86_64, 7f454c4602010100000000000000000002003e00, linux/amd64",
        "DOSWin-386, 7f454c4601010100000000000000000002000300, linux/386",
        "qemu-arm, 7f454c460201010000000000000000000200b700, linux/arm64",
    })
    void theMagicCountsMoreThanTheName(String name, String magic, String platform) {
        assertThat(BinfmtHandler.parse(name, "enabled\noffset 0\nmagic " + magic)
                        .platforms())
                .containsExactly(Platform.parse(platform));
    }

    @ParameterizedTest
    @CsvSource({
        "qemu-x86_64, linux/amd64",
        "qemu-i386, linux/386",
        "qemu-aarch64-static, linux/arm64",
        "qemu-mips64el, linux/mips64le",
    })
    void withoutAMagicTheNameTells(String name, String platform) {
        assertThat(BinfmtHandler.parse(name, "enabled\n").platforms()).containsExactly(Platform.parse(platform));
        assertThat(BinfmtHandler.parse("x" + name, "enabled\n").platforms()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\0\0\0",
                "enabled\nmagic",
                "enabled\nmagic 7f4",
                "enabled\nmagic zz",
                "enabled\nmagic 7f454c46",
                "enabled\noffset 99999999999999999999\nmagic 7f454c460201010000000000000000000200b700",
                "enabled\noffset -1\nmagic 7f454c460201010000000000000000000200b700",
                "enabled\noffset 4\nmagic 7f454c460201010000000000000000000200b700",
            })
    void whateverAFileSaysItIsRead(String text) throws IOException {
        BinfmtHandlers binfmt = handlers("other", text);

        assertThat(binfmt.handlers()).hasSize(1);
        assertThat(binfmt.platforms()).isEmpty();
    }

    @Test
    void readsNoMoreThanTheLimitOfAFile() throws IOException {
        String filler = "x".repeat(SystemFile.MOST_BYTES);

        assertThat(handlers("qemu-aarch64", filler + "\nenabled\nflags: F\n").platforms())
                .isEmpty();
        assertThat(handlers("qemu-aarch64", "enabled\nflags: F\n" + filler).platforms())
                .containsExactly(Platform.parse("linux/arm64"));
    }

    @Test
    void aHandlerThatIsADirectoryIsNone() throws IOException {
        handlers("qemu-arm", "enabled\nflags: F\n");
        Files.createDirectories(root.resolve("proc/sys/fs/binfmt_misc/qemu-s390x"));

        assertThat(BinfmtHandlers.read(root).handlers())
                .extracting(BinfmtHandler::name)
                .containsExactly("qemu-arm");
    }

    @Test
    void ofTwoHandlersTheUsableOneIsTaken() throws IOException {
        handlers("a-broken", "enabled\nflags: OC\noffset 0\nmagic 7f454c460201010000000000000000000200b700");
        handlers("qemu-aarch64", "enabled\nflags: F\noffset 0\nmagic 7f454c460201010000000000000000000200b700");

        assertThat(BinfmtHandlers.read(root).handlerFor(Platform.parse("linux/arm64")))
                .map(BinfmtHandler::name)
                .contains("qemu-aarch64");
    }

    @Test
    void notMountedIsNotTheSameAsEmpty() {
        assertThat(BinfmtHandlers.read(Recorded.tree("alpine-3.20")))
                .isEqualTo(new BinfmtHandlers(false, false, List.of()));
        assertThat(BinfmtHandlers.read(Recorded.tree("centos-7"))).isEqualTo(new BinfmtHandlers(true, true, List.of()));
    }
}
