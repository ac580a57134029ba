package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With {@code /bin/sh}, which every machine has that these tests run on. */
@Timeout(60)
class LocalCommandRunnerTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static CommandResult sh(String script, Duration timeout) throws IOException {
        return new LocalCommandRunner().run(List.of("/bin/sh", "-c", script), timeout);
    }

    @Test
    void returnsExitCodeAndBothOutputs() throws IOException {
        assertThat(sh("echo out; echo err >&2; exit 3", LONG)).isEqualTo(new CommandResult(3, "out\n", "err\n"));
    }

    @Test
    void aMissingProgramIsAnIOException() {
        assertThatThrownBy(() -> new LocalCommandRunner().run(List.of("/no/such/program"), LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/no/such/program");
    }

    @Test
    void everyArgumentArrivesAsItIs() throws IOException {
        assertThat(new LocalCommandRunner()
                        .run(List.of("/bin/sh", "-c", "printf %s \"$1\"", "sh", "a b;$HOME'\"`id`\n*"), LONG)
                        .stdout())
                .isEqualTo("a b;$HOME'\"`id`\n*");
    }

    @Test
    void stopsACommandAndWhatItStarted() throws Exception {
        long start = System.nanoTime();

        CommandResult result = sh("sleep 50 & echo $!; wait", Duration.ofMillis(500));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(result.timedOut()).isTrue();
        long child = Long.parseLong(result.stdout().strip());
        for (int i = 0;
                i < 200 && ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false);
                i++) {
            Thread.sleep(50);
        }
        assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    @Test
    void keepsABoundedPartOfTheOutput() throws IOException {
        CommandResult result = sh("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; exit 7", LONG);

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.stdout()).hasSize(LocalCommandRunner.MOST_OUTPUT);
        assertThat(result.stderr()).hasSize(LocalCommandRunner.MOST_OUTPUT);
    }

    @Test
    void givesNoInput() throws IOException {
        assertThat(sh("cat; echo end", LONG).stdout()).isEqualTo("end\n");
    }

    @Test
    void setsAndUnsetsVariables() throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("ADDED", "1");
        environment.put("HOME", null);

        assertThat(new LocalCommandRunner(environment)
                        .run(List.of("/bin/sh", "-c", "echo $ADDED ${HOME-unset}"), LONG)
                        .stdout())
                .isEqualTo("1 unset\n");
    }

    @Test
    void looksAProgramUpOnThePathThatItGives(@TempDir Path temp) throws IOException {
        Path program = Files.writeString(temp.resolve("docker"), "#!/bin/sh\necho mine \"$1\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(new LocalCommandRunner(Map.of("PATH", "/nonexistent::" + temp))
                        .run(List.of("docker", "--version"), LONG)
                        .stdout())
                .isEqualTo("mine --version\n");
        assertThatThrownBy(() -> new LocalCommandRunner(Map.of("PATH", "/nonexistent")).run(List.of("sh"), LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/nonexistent");
    }

    @Test
    void anInterruptStopsTheCommandAndIsKept() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> sh("sleep 50", LONG)).isInstanceOf(InterruptedIOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
