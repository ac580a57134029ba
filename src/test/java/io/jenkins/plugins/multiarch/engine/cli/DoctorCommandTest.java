package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.Buildx;
import io.jenkins.plugins.multiarch.engine.agent.Docker;
import io.jenkins.plugins.multiarch.engine.agent.Engine;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.agent.Requirement;
import io.jenkins.plugins.multiarch.engine.agent.Storage;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DoctorCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private static Machine machine(Requirement... requirements) {
        Version version = new Version("26.1.3", 26, 1);
        return new Machine(
                Platform.parse("linux/amd64"),
                List.of(Platform.parse("linux/amd64"), Platform.parse("linux/386")),
                List.of(Platform.parse("linux/arm/v7"), Platform.parse("linux/arm64")),
                "Debian GNU/Linux 12 (bookworm)",
                "6.1.0",
                "x86_64",
                16L << 30,
                new BuildTools(
                        new Docker(version, null, "the Docker engine is not running", "systemctl start docker"),
                        new Buildx(
                                new Version("0.13.1", 0, 13),
                                "default",
                                "docker",
                                List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64")),
                                ""),
                        null,
                        new Version("1.28.2", 1, 28),
                        new Engine(
                                Platform.parse("linux/amd64"),
                                "6.1.0",
                                new Storage("/var/lib/\u001Bdocker", 1288490189L)),
                        List.of()),
                List.of(requirements));
    }

    private static final Requirement FINE = new Requirement("kernel", Requirement.State.OK, "6.1.0", "");
    private static final Requirement UNPLEASANT = new Requirement(
            "handlers", Requirement.State.WARNING, "the handler qemu-arm is \u001B[31mdisabled", "update-binfmts");
    private static final Requirement FATAL =
            new Requirement("build tool", Requirement.State.MISSING, "none", "apt-get install buildah");

    private int run(DoctorCommand command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void printsATableWithEveryRemedy() {
        int exitCode = run(new DoctorCommand(wanted -> machine(FINE, UNPLEASANT, FATAL)));

        assertThat(exitCode).isEqualTo(1);
        assertThat(out.toString().lines().map(String::stripTrailing))
                .containsExactly(
                        "This machine: Debian GNU/Linux 12 (bookworm), kernel 6.1.0",
                        "  native    linux/amd64, linux/386",
                        "  emulated  linux/arm/v7, linux/arm64",
                        "  cpu       x86_64",
                        "  memory    16.0 GiB",
                        "  storage   /var/lib/?docker, 1.2 GiB free",
                        "",
                        "Build tools:",
                        "  buildx    0.13.1, builder default (driver docker) for linux/amd64, linux/arm64",
                        "  docker    26.1.3, but the Docker engine is not running",
                        "  podman    not installed",
                        "  buildah   1.28.2",
                        "",
                        "Requirements:",
                        "  ok       kernel      6.1.0",
                        "  warning  handlers    the handler qemu-arm is ?[31mdisabled",
                        "                       -> update-binfmts",
                        "  missing  build tool  none",
                        "                       -> apt-get install buildah");
    }

    @Test
    void whatIsUnknownIsCalledSo() {
        run(new DoctorCommand(wanted -> new Machine(
                Platform.parse("windows/amd64"),
                List.of(),
                List.of(),
                "Windows Server 2022",
                "",
                "amd64",
                -1,
                new BuildTools(null, null, null, null),
                List.of())));

        assertThat(out.toString().lines())
                .contains("This machine: Windows Server 2022", "  memory    unknown", "  storage   unknown");
    }

    @Test
    void warningsAreNoFailure() {
        assertThat(run(new DoctorCommand(wanted -> machine(FINE, UNPLEASANT)))).isZero();
    }

    @Test
    void printsJson() throws Exception {
        int exitCode = run(new DoctorCommand(wanted -> machine(FINE, FATAL)), "--json");

        assertThat(exitCode).isEqualTo(1);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/nativePlatform").asText()).isEqualTo("linux/amd64");
        assertThat(json.at("/emulatedPlatforms/0").asText()).isEqualTo("linux/arm/v7");
        assertThat(json.at("/tools/docker/client").asText()).isEqualTo("26.1.3");
        assertThat(json.at("/tools/docker/server").isNull()).isTrue();
        assertThat(json.at("/tools/podman").isNull()).isTrue();
        assertThat(json.at("/requirements/1/state").asText()).isEqualTo("MISSING");
        assertThat(json.at("/complete").asBoolean(true)).isFalse();
    }

    @Test
    void asksForThePlatformsOnTheCommandLine() {
        run(
                new DoctorCommand(wanted -> {
                    assertThat(wanted).containsExactly(Platform.parse("linux/arm64"), Platform.parse("linux/arm/v7"));
                    return machine(FINE);
                }),
                "--platform",
                "aarch64",
                "--platform",
                "linux/armhf",
                "--platform",
                "linux/arm64");

        assertThat(err.toString()).isEmpty();
        assertThat(out.toString()).contains("kernel");
    }

    @Test
    void anUnknownPlatformIsBadUsage() {
        assertThat(run(new DoctorCommand(wanted -> machine(FINE)), "--platform", "sparc"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("'sparc'");
        assertThat(out.toString()).isEmpty();
    }

    /** On whatever machine this test runs: it has some native platform, and the exit code agrees with the JSON. */
    @Test
    void looksAtThisMachine() throws Exception {
        int exitCode = run(new DoctorCommand(), "--json");

        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/nativePlatform").asText())
                .isEqualTo(Platform.current().toString());
        assertThat(exitCode).isEqualTo(json.at("/complete").asBoolean() ? 0 : 1);
    }
}
