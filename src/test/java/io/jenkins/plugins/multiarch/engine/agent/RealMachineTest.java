package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** This very machine, which must have been set up to emulate; the failures say how. */
@Tag("integration")
class RealMachineTest {

    @Test
    void emulatesWhatTheOtherTestsBuild() {
        List<EmulationCheck> checks = EmulationCheck.of(
                Stream.of("linux/amd64", "linux/arm64", "linux/arm/v7", "linux/s390x", "linux/ppc64le")
                        .map(Platform::parse)
                        .toList(),
                BuildTools.NONE);

        assertThat(checks)
                .as("Install qemu-user-static and binfmt-support, and mount binfmt_misc")
                .allMatch(EmulationCheck::possible);
        assertThat(checks).anyMatch(check -> check.state() == EmulationCheck.State.EMULATED);
    }

    /**
     * With the limits as they are for agents, and the least favourable order of what hangs: at most 10 seconds, where one
     * command that hangs takes 8. A busy machine makes both longer.
     */
    @Test
    void isInspectedWithinTenSecondsWhateverHangs() throws Exception {
        LocalCommandRunner local = new LocalCommandRunner();
        Callable<Long> hangingCommand = () -> {
            long start = System.nanoTime();
            assertThat(local.run(List.of("sleep", "60"), Duration.ofSeconds(8)).timedOut())
                    .isTrue();
            return System.nanoTime() - start;
        };
        FutureTask<Long> oneCommand = new FutureTask<>(hangingCommand);
        new Thread(oneCommand).start();
        CommandRunner hanging = (command, timeout) -> local.run(
                command.equals(List.of("docker", "--version"))
                                || command.subList(0, 2).equals(List.of("docker", "version"))
                        ? command
                        : List.of("sleep", "60"),
                timeout);
        long start = System.nanoTime();

        Machine machine = Machine.inspect(Platform.current(), Path.of("/"), hanging, List.of());

        long took = System.nanoTime() - start;
        assertThat(took).isLessThan(oneCommand.get() * 10 / 8);
        assertThat(machine.tools().unanswered())
                .contains(
                        "'podman --version' did not answer within 8 s",
                        "'docker info --format {{json .}}' did not answer within 8 s");
        // They were told to end; the system takes its time to do it.
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            if (child.info().command().orElse("").endsWith("/sleep")) {
                assertThat(child.onExit()).as("a tool that hangs").succeedsWithin(Duration.ofSeconds(30));
            }
        }
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
        assertThat(machine.memoryBytes()).isPositive();
        assertThat(machine.tools().engine().platform()).isEqualTo(Platform.current());
        assertThat(machine.storage().path()).isNotEmpty();
        assertThat(machine.storage().freeBytes()).isPositive();
        assertThat(machine.tools().unanswered()).isEmpty();
        assertThat(MachineJson.read(MachineJson.write(machine))).isEqualTo(machine);
        assertThat(machine.complete()).as(machine.requirements().toString()).isTrue();
    }
}
