package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bin/multiarch}, with a Java that notes how it is called and makes the archives that it is told to make. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is a shell script")
class LauncherTest {

    private static final String JAVA = """
            #!/bin/sh
            for option; do
                case $option in
                    -XX:DumpLoadedClassList=* | -XX:AOTCacheOutput=*) : > "${option#*=}" ;;
                    -XX:SharedArchiveFile=*) archive=${option#*=} ;;
                    -Xshare:dump) dump=yes ;;
                esac
            done
            [ -z "${dump:-}" ] || : > "$archive"
            printf '<%s>' "$@"
            echo
            """;

    @TempDir
    private Path temp;

    private Path archives;
    private Path jar;

    @BeforeEach
    void installJava() throws IOException {
        archives = temp.resolve("cache/multiarch");
        jar = Files.writeString(temp.resolve("the jar.jar"), "");
        Path java = Files.createDirectories(temp.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, JAVA);
        assertThat(java.toFile().setExecutable(true)).isTrue();
    }

    private CommandResult run(String version, Map<String, String> more, String... arguments) throws IOException {
        Path release = temp.resolve("jdk/release");
        if (!Files.exists(release)) {
            Files.writeString(release, "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        }
        Map<String, String> environment = new HashMap<>(Map.of(
                "JAVA_HOME", temp.resolve("jdk").toString(),
                "XDG_CACHE_HOME", temp.resolve("cache").toString(),
                "MULTIARCH_JAR", jar.toString()));
        environment.putAll(more);
        return new LocalCommandRunner(environment)
                .run(
                        Stream.concat(Stream.of("bin/multiarch"), Stream.of(arguments))
                                .toList(),
                        Duration.ofMinutes(1));
    }

    private void awaitArchive(String name) throws InterruptedException {
        for (int i = 0; i < 600 && !Files.exists(archives.resolve(name)); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(archives.resolve(name)).exists();
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, -XX:SharedArchiveFile=", "25.0.1, -XX:AOTCache="})
    void theFirstUseMakesAnArchiveThatTheNextOneUses(String version, String option) throws Exception {
        assertThat(run(version, Map.of(), "push", "--tag=a b").stdout())
                .endsWith("<-jar><" + jar + "><push><--tag=a b>\n")
                .doesNotContain(option);
        awaitArchive(version + ".jsa");

        assertThat(run(version, Map.of("JAVA_OPTIONS", "-Dx=y -Dz"), "push").stdout())
                .contains("<" + option + archives.resolve(version + ".jsa") + ">")
                .endsWith("<-Dx=y><-Dz><-jar><" + jar + "><push>\n");
    }

    @Test
    void noArchiveIsMadeWhereNoneIsWantedOrPossible() throws Exception {
        assertThat(run("17.0.15", Map.of("MULTIARCH_ARCHIVE", "none"), "push").succeeded())
                .isTrue();
        assertThat(run("17.0.15", Map.of("MULTIARCH_ARCHIVE", jar + "/below"), "push")
                        .stdout())
                .endsWith("<push>\n");
        assertThat(archives).doesNotExist();
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        CommandResult noJar = run("17.0.15", Map.of("MULTIARCH_JAR", "/nowhere.jar"), "push");
        assertThat(noJar.exitCode()).isEqualTo(1);
        assertThat(noJar.stderr()).contains("there is no /nowhere.jar. Build it");
        CommandResult noJava = run("17.0.15", Map.of("JAVA_HOME", "/nowhere"), "push");
        assertThat(noJava.exitCode()).isNotZero();
        assertThat(noJava.stderr()).contains("/nowhere/bin/java").contains("JAVA_HOME");
    }
}
