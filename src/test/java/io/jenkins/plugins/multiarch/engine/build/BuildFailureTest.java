package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.build.BuildFailure.Cause;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What docker 20.10 and 28.2, buildx 0.13, buildah 1.28 and podman 4.3 have printed on a machine where all of this was so.
 */
class BuildFailureTest {

    private static List<String> recorded(String name) throws IOException, URISyntaxException {
        OutputTail tail = new OutputTail();
        Files.readAllLines(Path.of(BuildFailureTest.class
                        .getResource("failures/" + name + ".txt")
                        .toURI()))
                .forEach(tail::add);
        return tail.lines();
    }

    @ParameterizedTest
    @CsvSource({
        "full-buildah, 125, DISK_FULL",
        "full-podman, 125, DISK_FULL",
        "full-run-buildah, 1, DISK_FULL",
        "full-run-buildx, 1, DISK_FULL",
        "denied-buildx, 1, SOCKET_DENIED",
        "denied-docker-20, 1, SOCKET_DENIED",
        "denied-docker-28, 1, SOCKET_DENIED",
        "engine-stopped-buildx, 1, ENGINE_STOPPED",
        "engine-stopped-docker-20, 1, ENGINE_STOPPED",
        "engine-stopped-docker-28, 1, ENGINE_STOPPED",
        "engine-stopped-tcp, 1, ENGINE_STOPPED",
        "nobuildx-20, 125, BUILDX_MISSING",
        "nobuildx-28-build, 1, BUILDX_MISSING",
        "nobuildx-28, 125, BUILDX_MISSING",
        "missing-bash, 127, TOOL_MISSING",
        "missing-dash, 127, TOOL_MISSING",
        "missing-in-test, 127, COMMAND_MISSING",
        "nopolicy-buildah, 125, SIGNATURE_POLICY_MISSING",
        "foreign-buildah, 1, FOREIGN_PROGRAM",
        "foreign-buildx, 1, FOREIGN_PROGRAM",
        "foreign-docker, 1, FOREIGN_PROGRAM",
        "foreign-podman, 1, FOREIGN_PROGRAM",
        "429-buildah, 125, TOO_MANY_REQUESTS",
        "429-buildx, 1, TOO_MANY_REQUESTS",
        "429-docker, 1, TOO_MANY_REQUESTS",
        "429-podman, 125, TOO_MANY_REQUESTS",
        "noauth-buildah, 125, REGISTRY_REFUSED",
        "noauth-buildx, 1, REGISTRY_REFUSED",
        "noauth-docker, 1, REGISTRY_REFUSED",
        "noauth-podman, 125, REGISTRY_REFUSED",
        "wrongauth-buildah, 125, REGISTRY_REFUSED",
        "wrongauth-buildx, 1, REGISTRY_REFUSED",
        "wrongauth-docker, 1, REGISTRY_REFUSED",
        "403-buildah, 125, REGISTRY_REFUSED",
        "403-buildx, 1, REGISTRY_REFUSED",
        "403-docker, 1, REGISTRY_REFUSED",
        "http-buildah, 125, PLAIN_HTTP",
        "http-buildx, 1, PLAIN_HTTP",
        "http-docker, 1, PLAIN_HTTP",
        "http-podman, 125, PLAIN_HTTP",
        "tls-buildah, 125, UNTRUSTED_CERTIFICATE",
        "tls-buildx, 1, UNTRUSTED_CERTIFICATE",
        "tls-docker, 1, UNTRUSTED_CERTIFICATE",
        "dns-build-docker, 1, UNKNOWN_HOST",
        "dns-buildah, 125, UNKNOWN_HOST",
        "dns-buildx, 1, UNKNOWN_HOST",
        "dns-docker, 1, UNKNOWN_HOST",
        "dns-podman, 125, UNKNOWN_HOST",
        "refused-build-docker, 1, UNREACHABLE",
        "refused-buildah, 125, UNREACHABLE",
        "refused-buildx, 1, UNREACHABLE",
        "refused-docker, 1, UNREACHABLE",
        "503-buildah, 125, REGISTRY_BROKEN",
        "503-buildx, 1, REGISTRY_BROKEN",
        "503-docker, 1, REGISTRY_BROKEN",
        "503-podman, 125, REGISTRY_BROKEN",
    })
    void knowsWhatItHasSeen(String recording, int exitCode, Cause cause) throws Exception {
        BuildFailure failure =
                BuildFailure.recognise(recorded(recording), exitCode).orElseThrow();
        assertThat(failure.cause()).isEqualTo(cause);
        assertThat(failure.message()).hasSizeLessThan(1000).endsWith(".").doesNotContain("\u001b");
    }

    /** As newer versions and other registries have it, from their sources. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "write /var/lib/docker/tmp/docker-builder1/x: no space left on device | DISK_FULL",
                "ERROR: failed to solve: push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed | REGISTRY_REFUSED",
                "denied: requested access to the resource is denied | REGISTRY_REFUSED",
                "ERROR: failed to solve: unexpected status from POST request to https://r.example/v2/x/blobs/uploads/: 403 Forbidden | REGISTRY_REFUSED",
                "tls: failed to verify certificate: x509: certificate signed by unknown authority | UNTRUSTED_CERTIFICATE",
                "dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: server misbehaving | UNKNOWN_HOST",
                "dial tcp 10.0.0.9:443: i/o timeout | UNREACHABLE",
                "net/http: TLS handshake timeout | UNREACHABLE",
                "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. | TOO_MANY_REQUESTS",
                "docker: 'buildx' is not a docker command. | BUILDX_MISSING",
                "unable to connect to Podman socket: failed to connect: dial tcp 127.0.0.1:1: connect: connection refused | ENGINE_STOPPED",
                "ERROR: process \"/bin/sh -c make\" did not complete successfully: exit code: 137 | OUT_OF_MEMORY",
            })
    void knowsWhatOthersHaveSeen(String line, Cause cause) {
        assertThat(BuildFailure.recognise(List.of("#1 something", line, "------"), 1))
                .hasValueSatisfying(failure -> assertThat(failure.cause()).isEqualTo(cause));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "make: *** [all] Error 2",
                "/bin/sh: ./configure: Permission denied",
                "cat: /x: No such file or directory",
                "test failed: expected 401 but was 403",
                "curl: (7) Failed to connect to localhost port 80: Connection refused",
                "AssertionError: access denied",
                "bash: line 1: trivy: command not found",
                "",
            })
    void doesNotGuess(String line) {
        assertThat(BuildFailure.recognise(List.of(line), 1)).isEmpty();
    }

    @Test
    void whatHasNotFailedHasNoCause() {
        assertThat(BuildFailure.recognise(List.of("no space left on device"), 0))
                .isEmpty();
    }

    @Test
    void aProcessThatWasKilledMayLeaveNoWord() {
        assertThat(BuildFailure.recognise(List.of(), 137).orElseThrow().message())
                .contains("(exit code 137)")
                .contains("more memory");
    }

    @Test
    void saysWhatHappenedWhereAndWhatToDo() {
        assertThat(BuildFailure.recognise(List.of("Error: write /x: no space left on device"), 125)
                        .orElseThrow()
                        .message())
                .isEqualTo(
                        "The disk of the build machine is full (Error: write /x: no space left on device). Free some space"
                                + " there, for example with 'docker system prune', 'podman system prune' or 'buildah prune', or"
                                + " give the storage of the build tool a larger disk.");
    }

    @Test
    void aFullDiskCountsForMoreThanWhatFollowsFromIt() {
        List<String> lines = List.of("write /x: no space left on device", "unauthorized: authentication required");
        assertThat(BuildFailure.recognise(lines, 1).orElseThrow().cause()).isEqualTo(Cause.DISK_FULL);
    }

    @Test
    void theTailIsBoundedAndKeepsTheEndOfALongLine() {
        OutputTail tail = new OutputTail();
        IntStream.range(0, 100_000).forEach(i -> tail.add("line " + i));
        assertThat(tail.lines()).hasSize(200).endsWith("line 99999");
        tail.add("write " + "x".repeat(1_000_000) + ": no space left on device");
        String last = tail.lines().get(199);
        assertThat(last).hasSizeLessThan(2100);
        assertThat(BuildFailure.recognise(tail.lines(), 1).orElseThrow().message())
                .contains("no space left on device")
                .hasSizeLessThan(700);
    }

    /** What a program prints: it may be about anything. */
    private static final List<String> PRINTED = List.of(
            "x509: certificate signed by unknown authority",
            "unauthorized: authentication required",
            "received unexpected HTTP status: 401 Unauthorized",
            "dial tcp 10.0.0.9:443: connect: connection refused",
            "./tool: exec format error",
            "dial tcp: lookup proxy.golang.org: no such host",
            "toomanyrequests: slow down",
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock",
            "server gave HTTP response to HTTPS client",
            "received unexpected HTTP status: 503 Service Unavailable");

    private static List<String> output(String... parts) {
        return List.of(String.join("\n", parts).split("\n"));
    }

    @ParameterizedTest
    @FieldSource("PRINTED")
    void whatARunStepPrintsIsNotTheTool(String printed) {
        List<List<String>> outputs = List.of(
                output(
                        "Build linux/arm64",
                        "#5 [2/2] RUN make # " + printed,
                        "#5 0.515 first",
                        "#5 0.515 " + printed,
                        "#5 ERROR: process \"/bin/sh -c make # " + printed
                                + "\" did not complete successfully: exit code: 1",
                        "------",
                        " > [2/2] RUN make # " + printed + ":",
                        "0.510 first",
                        "0.515 " + printed,
                        "------",
                        "Dockerfile:2",
                        "--------------------",
                        "   1 | FROM scratch",
                        "   2 | >>> RUN make # " + printed,
                        "--------------------",
                        "ERROR: failed to solve: process \"/bin/sh -c make # " + printed
                                + "\" did not complete successfully: exit code: 1"),
                output(
                        "STEP 1/3: FROM scratch",
                        "STEP 2/3: RUN make # " + printed,
                        "first",
                        printed,
                        "Error: " + printed,
                        "Error: building at STEP \"RUN make # " + printed + "\": while running runtime: exit status 1"),
                output(
                        "first", // The beginning of the step is further up than what is kept.
                        printed,
                        "Error: building at STEP \"RUN make\": while running runtime: exit status 1"),
                output(
                        "[1/2] STEP 2/3: RUN make",
                        "first",
                        printed,
                        "Error: error building at STEP \"RUN make\": error while running runtime: exit status 1"),
                output(
                        "Step 3/3 : RUN make # " + printed,
                        " ---> Running in 12efdab36e3c",
                        "\u001b[91mfirst",
                        "\u001b[91m" + printed,
                        "\u001b[0mThe command '/bin/sh -c make # " + printed + "' returned a non-zero code: 1"),
                output("Build linux/arm64", "COMMIT x", "Test linux/arm64", "first", printed));
        for (List<String> lines : outputs) {
            assertThat(BuildFailure.recognise(lines, 1))
                    .as(String.join("\n", lines))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @FieldSource("PRINTED")
    void whatTheToolSaysAfterARunStepIsTheTools(String said) {
        for (List<String> lines : List.of(
                output("STEP 2/3: RUN make", "first", "--> 159ba6c675b", "Error: " + said),
                output("STEP 2/3: RUN make", "first", "COMMIT x", "Error: " + said),
                output("#5 0.515 first", "#6 exporting", "#6 ERROR: " + said),
                output("Test linux/arm64", "fine", "Push linux/arm64", "Error: " + said),
                output(" ---> Running in 12efdab36e3c", "first", " ---> 515893d5a3c3", said))) {
            assertThat(BuildFailure.recognise(lines, 1))
                    .as(String.join("\n", lines))
                    .isPresent();
        }
    }
}
