package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the command line as a process of its own, with a script in the place of buildah. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "builds run on Unix only")
class LocalBuildTest {

    private static final String BUILDAH = """
            #!/bin/sh
            case $1 in
            --version) echo 'buildah version 1.28.2' ;;
            build) [ -z "$TEST_REFUSAL" ] || exit 0; echo $$ > "$TEST_FOLDER/building"; exec sleep 60 ;;
            push) echo "$TEST_REFUSAL"; exit 125 ;;
            rmi) echo "$@" > "$TEST_FOLDER/removed" ;;
            esac
            """;

    @TempDir
    private Path temp;

    private Path tmp;
    private Path context;

    @BeforeEach
    void createContext() throws IOException {
        tmp = Files.createDirectory(temp.resolve("tmp"));
        context = Files.createDirectory(temp.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\n");
        Path buildah = Files.createDirectory(temp.resolve("bin")).resolve("buildah");
        Files.writeString(buildah, BUILDAH);
        Files.setPosixFilePermissions(buildah, PosixFilePermissions.fromString("rwx------"));
    }

    /** @param refusal what the registry says to a push; empty for a build that does not come that far */
    private Process start(String refusal) throws IOException {
        return start(refusal, "--tool=buildah");
    }

    private Process start(String refusal, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + tmp,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "build",
                "--image=localhost/x:1",
                "--config=" + temp));
        command.addAll(List.of(options));
        command.add(context.toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("log").toFile());
        builder.environment().put("TEST_FOLDER", temp.toString());
        builder.environment().put("TEST_REFUSAL", refusal);
        builder.environment().put("PATH", temp.resolve("bin") + ":" + System.getenv("PATH"));
        return builder.start();
    }

    /** By TERM: whatever runs in the background of a shell, as these tests may, has INT ignored, and so have its children. */
    @Test
    void aSignalStopsTheBuildAndRemovesItsFolder() throws Exception {
        Process process = start("");
        try {
            Path building = temp.resolve("building");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while ((!Files.exists(building) || Files.size(building) == 0) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            assertThat(building).as(Files.readString(temp.resolve("log"))).isNotEmptyFile();
            assertThat(tmp).isDirectoryContaining("glob:**/multiarch-*");

            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
            assertThat(tmp).isDirectoryNotContaining("glob:**/multiarch-*");
            assertThat(temp.resolve("removed")).content().startsWith("rmi --force localhost/multiarch-build/");
            long pid = Long.parseLong(Files.readString(building).strip());
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--test=", "--test=true"})
    void aSignalRemovesWhatIsMadeWithoutABuildTool(String test) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Files.writeString(
                    context.resolve("Dockerfile"), "FROM localhost:" + silent.getLocalPort() + "/base:1\nCOPY x /\n");
            Files.writeString(context.resolve("x"), "x");
            Process process = start("", "--builder=jib", test);
            try (Socket asked = silent.accept()) {
                assertThat(asked.isConnected()).isTrue();
                assertThat(tmp).isNotEmptyDirectory();

                process.destroy();

                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isNotZero();
                assertThat(tmp)
                        .as(Files.readString(temp.resolve("log")))
                        .isDirectoryNotContaining("glob:**/{multiarch,images}-*");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'authenticating creds: unauthorized: authentication required', A registry has refused access, true",
        "'dial tcp 10.0.0.9:443: connect: connection refused', The build machine cannot reach a server, false",
        "'something else', Its output above says why, false",
    })
    void aFailureOfAUsualKindIsToldOfWithTheRemedy(String refusal, String cause, boolean login) throws Exception {
        Process process = start(refusal);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(process.exitValue()).isEqualTo(1);
        String last = Files.readString(temp.resolve("log")).strip().replaceAll("(?s).*\n", "");
        assertThat(last)
                .contains("has failed with exit code 125")
                .contains(cause)
                .contains("Nothing of it was published.");
        assertThat(last.contains("Log in with 'docker login localhost'")).isEqualTo(login);
    }

    @Test
    void closingRemovesAFolderInWhichNothingRan() throws Exception {
        Path directory;
        try (LocalBuild build = LocalBuild.create()) {
            directory = build.directory();
            build.prepare(() -> Files.createFile(
                    Files.createDirectory(build.folder().path()).resolve("auth.json")));
            assertThat(directory).isNotEmptyDirectory();
        }
        assertThat(directory).doesNotExist();
    }
}
