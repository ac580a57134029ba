package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BuildCommandTest {

    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final String LONG_TAG = "t".repeat(120);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path context;

    @BeforeEach
    void writeDockerfile() throws IOException {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\n");
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "build CONTEXT, --image",
        "build --image localhost/x:1 CONTEXT/none, There is no directory",
        "build --image localhost/x:1 --file other CONTEXT, There is no Dockerfile 'other' in",
        "build --image localhost/x:1 --tool kaniko CONTEXT, Unknown builder 'kaniko'",
        "build --image localhost/x:1 --platform linux/sparc CONTEXT, Unknown architecture 'sparc'",
        "build --image localhost/X:1 CONTEXT, lower case",
        "build --image localhost/x@DIGEST CONTEXT, without a digest",
        "build --image localhost/x:LONG_TAG --platform linux/arm64 CONTEXT, is not a tag",
        "build --image localhost/x:1 --build-arg =value CONTEXT, is not the name of a build argument",
        "build --image localhost/x:1 --build-arg novalue CONTEXT, novalue",
        "build --image localhost/x:1 --sbom=yes CONTEXT, Unknown sbom 'yes'. Choose true",
        "build --image localhost/x:1 --builder jib --sbom CONTEXT, The builder jib has no attestations",
        "build --image localhost/x:1 --builder jib --sbom=a/b:1 CONTEXT, The builder jib has no attestations",
        "build --image localhost/x:1 CONTEXT --builder jib --sbom, The builder jib has no attestations",
        "build --image localhost/x:1 CONTEXT CONTEXT, Unmatched argument",
        "build --image localhost/x:1 --tag latest CONTEXT, are about the index. Add --publish",
        "build --image localhost/x:1 --publish --no-push CONTEXT, --publish needs the images in the registry. Leave --no-push out.",
        "build --image localhost/x:1 --publish --tag a:b CONTEXT, is not a tag",
    })
    void wrongUsageIsOneLineAndTwo(String arguments, String message) {
        String[] words = arguments
                .replace("DIGEST", DIGEST)
                .replace("LONG_TAG", LONG_TAG)
                .split(" ");
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace("CONTEXT", context.toString());
        }

        assertThat(run(words)).as(err.toString()).isEqualTo(2);
        assertThat(err.toString().strip()).contains(message).contains("--help").doesNotContain("\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there the platform is possible")
    void anImpossiblePlatformFailsBeforeAnythingIsBuilt() throws IOException {
        Path digests = context.resolve("digests");

        int exitCode = run(
                "build",
                "--image=localhost/x:1",
                "--platform=windows/amd64",
                "--digest-file=" + digests,
                context.toString());

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString().lines())
                .startsWith("Plan for localhost/x:1:")
                .last()
                .asString()
                .startsWith("multiarch build: This machine cannot build windows/amd64: ")
                .contains("Remedy: Give windows/amd64 a native agent");
        assertThat(out.toString()).isEmpty();
        assertThat(digests).doesNotExist();
    }
}
