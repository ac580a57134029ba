package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProbeCommandsTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Neither a timeout nor an interrupt ends it. */
    private static CommandResult hang() {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            try {
                never.await();
            } catch (InterruptedException e) {
                continue;
            }
        }
    }

    @Test
    void aRunnerThatHangsIsLeftBehind() throws IOException {
        long start = System.nanoTime();
        try (ProbeCommands questions = new ProbeCommands((command, timeout) -> hang(), Duration.ofSeconds(20), SHORT)) {
            ProbeCommands.Answer answer = questions.ask("docker");

            assertThat(answer.await().timedOut()).isTrue();
            assertThat(answer.await().timedOut()).as("asked again").isTrue();
            assertThat(questions.within(ProbeCommandsTest::hang)).isEmpty();
        }
        assertThat(since(start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void theCommonDeadlineCutsLaterQuestionsShort() throws IOException {
        long start = System.nanoTime();
        try (ProbeCommands questions = new ProbeCommands((command, timeout) -> hang(), SHORT, Duration.ofSeconds(30))) {
            for (int i = 0; i < 20; i++) {
                assertThat(questions.run(List.of("x"), Duration.ofSeconds(30)).timedOut())
                        .isTrue();
            }
        }
        assertThat(since(start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void killsTheProcessThatIsLate(@TempDir Path folder) throws Exception {
        Path pid = folder.resolve("pid");
        try (ProbeCommands questions = new ProbeCommands(new LocalCommandRunner(), Duration.ofSeconds(20), SHORT)) {
            assertThat(questions
                            .ask("/bin/sh", "-c", "echo $$ > '" + pid + "'; exec sleep 50")
                            .await()
                            .timedOut())
                    .isTrue();
        }
        assertThat(eventuallyGone(pid)).isTrue();
    }

    @Test
    void closingKillsWhatNobodyWaitsFor(@TempDir Path folder) throws Exception {
        Path pid = folder.resolve("pid");
        try (ProbeCommands questions = new ProbeCommands(new LocalCommandRunner())) {
            questions.ask("/bin/sh", "-c", "echo $$ > '" + pid + "'; exec sleep 50");
            while (!Files.exists(pid) || Files.readString(pid).isBlank()) {
                Thread.sleep(20);
            }
        }
        assertThat(eventuallyGone(pid)).isTrue();
    }

    private static boolean eventuallyGone(Path pid) throws Exception {
        long process = Long.parseLong(Files.readString(pid).strip());
        for (int i = 0; i < 200; i++) {
            if (!ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false)) {
                return true;
            }
            Thread.sleep(50);
        }
        return false;
    }

    @Test
    void aMissingProgramIsAnIOException() {
        try (ProbeCommands questions = new ProbeCommands(new LocalCommandRunner())) {
            assertThatThrownBy(() -> questions.ask("/no/such/program").await())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("/no/such/program");
        }
    }

    @Test
    void anInterruptIsKept() {
        Thread.currentThread().interrupt();
        try (ProbeCommands questions = new ProbeCommands((command, timeout) -> hang())) {
            assertThatThrownBy(() -> questions.ask("docker").await()).isInstanceOf(InterruptedIOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Every command is a process that sleeps, but for those by which docker says that it is there. */
    @Test
    void anInspectionEndsThoughToolsHang() throws Exception {
        LocalCommandRunner local = new LocalCommandRunner();
        Recorded docker = new Recorded()
                .answer("docker --version", 0, Recorded.text("docker-20.10.txt"), "")
                .answer("docker version --format {{json .}}", 0, Recorded.text("docker-20.10.json"), "");
        CommandRunner hanging = (command, timeout) -> {
            try {
                return docker.run(command, timeout);
            } catch (IOException e) {
                return local.run(List.of("sleep", "50"), timeout);
            }
        };
        long start = System.nanoTime();
        Machine machine;
        try (ProbeCommands questions = new ProbeCommands(hanging, Duration.ofSeconds(3), Duration.ofSeconds(2))) {
            machine = Machine.inspect(
                    Platform.parse("linux/amd64"),
                    Recorded.tree("debian-12"),
                    questions,
                    List.of(Platform.parse("linux/arm64")));
        }

        assertThat(since(start)).isLessThan(Duration.ofSeconds(5));
        assertThat(machine.tools().usable()).containsExactly(BuildTool.DOCKER);
        assertThat(machine.tools().unanswered())
                .containsExactly(
                        "'docker buildx version' did not answer within 2 s",
                        "'podman --version' did not answer within 2 s",
                        "'buildah --version' did not answer within 2 s",
                        "'docker info --format {{json .}}' did not answer within 2 s");
        assertThat(machine.storage()).isEqualTo(Storage.UNKNOWN);
        assertThat(machine.cpu()).isEqualTo("amd64");
        assertThat(machine.requirements())
                .filteredOn(requirement -> requirement.id().equals("answer"))
                .hasSize(4)
                .allMatch(requirement -> requirement.state() == Requirement.State.WARNING);
        assertThat(machine.complete()).isTrue();
        assertThat(MachineJson.read(MachineJson.write(machine))).isEqualTo(machine);
    }
}
