package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoProgramTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"linux/amd64, 62", "linux/arm64, 183", "linux/riscv64, 243"})
    void isAnExecutableOfItsMachine(Platform platform, int machine) {
        DemoProgram program = new DemoProgram(platform);
        ByteBuffer file = ByteBuffer.wrap(program.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(file.getInt(0)).isEqualTo(0x464c457f);
        assertThat(file.getShort(18)).isEqualTo((short) machine);
        assertThat(file.getLong(96)).as("size in the file").isEqualTo(file.capacity());
        assertThat(new String(program.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .endsWith(program.output());
    }

    @Test
    void refusesOtherPlatforms() {
        assertThatThrownBy(() -> new DemoProgram(Platform.parse("linux/s390x")))
                .hasMessageContaining("linux/s390x")
                .hasMessageContaining("linux/riscv64");
    }

    @Test
    void runsWhereTheMachineRunsThePlatform() throws IOException {
        for (Platform platform : DemoProgram.PLATFORMS) {
            if (EmulationCheck.of(platform, BuildTools.NONE).possible()) {
                assertThat(run(platform).stdout()).isEqualTo(new DemoProgram(platform).output());
            }
        }
    }

    /** QEMU runs a program that it is told to, without a handler. */
    @Tag("integration")
    @ParameterizedTest
    @CsvSource({
        "linux/amd64, qemu-x86_64-static",
        "linux/arm64, qemu-aarch64-static",
        "linux/riscv64, qemu-riscv64-static"
    })
    void runsUnderQemu(Platform platform, String qemu) throws IOException {
        CommandResult result = run(platform, qemu);
        assertThat(result.stdout()).as(result.stderr()).isEqualTo("hello from " + platform + "\n");
        assertThat(result.exitCode()).isZero();
    }

    private CommandResult run(Platform platform, String... before) throws IOException {
        Path file = Files.write(directory.resolve(platform.tagSuffix()), new DemoProgram(platform).bytes());
        assertThat(file.toFile().setExecutable(true)).isTrue();
        List<String> command = new java.util.ArrayList<>(List.of(before));
        command.add(file.toString());
        return new LocalCommandRunner().run(command, Duration.ofMinutes(1));
    }
}
