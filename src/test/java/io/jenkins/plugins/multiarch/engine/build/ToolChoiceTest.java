package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.Buildx;
import io.jenkins.plugins.multiarch.engine.agent.Docker;
import io.jenkins.plugins.multiarch.engine.agent.Engine;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolChoiceTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Platform ARM64 = Platform.parse("linux/arm64");

    private static final Docker DOCKER_20 = docker(20);
    private static final Docker DOCKER_28 = docker(28);
    private static final Docker NO_ENGINE = new Docker(
            new Version("28.1.0", 28, 1), null, "the Docker engine is not running", "systemctl start docker");
    private static final Version PODMAN = new Version("4.3.1", 4, 3);
    private static final Version BUILDAH = new Version("1.28.2", 1, 28);

    private static final ToolCommands INSIDE_DOCKER = new DockerCommands(DockerCommands.Frontend.BUILDKIT);
    private static final ToolCommands CLASSIC = new DockerCommands(DockerCommands.Frontend.CLASSIC);
    private static final ToolCommands DOCKER_DRIVER =
            new DockerCommands(DockerCommands.Frontend.BUILDX, docker(28).server(), false);
    private static final ToolCommands BY_CONTAINER = new BuildxCommands("docker-container");
    private static final ToolCommands BY_REMOTE = new BuildxCommands("remote");
    private static final ToolCommands BY_PODMAN = new PodmanCommands(BuildTool.PODMAN, PODMAN, "");
    private static final ToolCommands BY_BUILDAH = new PodmanCommands(BuildTool.BUILDAH, BUILDAH, "");

    private static Docker docker(int major) {
        Version version = new Version(major + ".1.0", major, 1);
        return new Docker(version, version, "", "");
    }

    private static Buildx buildx(String driver, String problem) {
        return new Buildx(new Version("0.13.1", 0, 13), "default", driver, List.of(), problem);
    }

    static Stream<Arguments> choices() {
        Buildx docker = buildx("docker", "");
        Buildx container = buildx("docker-container", "");
        Buildx broken = buildx("", "the builder cannot be inspected: no such context");
        return Stream.of(
                arguments(new BuildTools(DOCKER_28, container, PODMAN, BUILDAH), null, AMD64, BY_CONTAINER),
                arguments(new BuildTools(DOCKER_28, docker, PODMAN, BUILDAH), null, AMD64, DOCKER_DRIVER),
                arguments(new BuildTools(DOCKER_28, broken, PODMAN, BUILDAH), null, AMD64, INSIDE_DOCKER),
                arguments(new BuildTools(NO_ENGINE, docker, PODMAN, BUILDAH), null, AMD64, BY_PODMAN),
                arguments(new BuildTools(NO_ENGINE, buildx("remote", ""), null, null), null, AMD64, BY_REMOTE),
                arguments(new BuildTools(DOCKER_20, null, PODMAN, BUILDAH), null, AMD64, INSIDE_DOCKER),
                arguments(new BuildTools(DOCKER_28, null, PODMAN, BUILDAH), null, AMD64, BY_PODMAN),
                arguments(new BuildTools(DOCKER_28, null, PODMAN, BUILDAH), null, ARM64, CLASSIC),
                arguments(new BuildTools(null, null, null, BUILDAH), null, ARM64, BY_BUILDAH),
                arguments(new BuildTools(DOCKER_28, docker, null, null), BuildTool.DOCKER, AMD64, INSIDE_DOCKER),
                arguments(new BuildTools(DOCKER_28, docker, PODMAN, BUILDAH), BuildTool.BUILDAH, AMD64, BY_BUILDAH),
                arguments(new BuildTools(DOCKER_28, docker, PODMAN, BUILDAH), BuildTool.PODMAN, ARM64, BY_PODMAN));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void takesTheFirstThatWillDoOrTheOneAskedFor(
            BuildTools tools, BuildTool wanted, Platform machine, ToolCommands expected) {
        assertThat(new ToolChoice(tools, machine).choose(Optional.ofNullable(wanted), ARM64))
                .isEqualTo(expected);
    }

    static Stream<Arguments> refusals() {
        Buildx broken = buildx("", "the builder cannot be inspected: no such context");
        return Stream.of(
                arguments(
                        new BuildTools(null, null, null, null),
                        null,
                        AMD64,
                        "This machine has no build tool for linux/arm64: docker is not installed. Install buildx, docker,"
                                + " podman or buildah for the user of the agent."),
                arguments(
                        new BuildTools(NO_ENGINE, null, null, null),
                        null,
                        ARM64,
                        "the Docker engine is not running (systemctl start docker)"),
                arguments(
                        new BuildTools(DOCKER_28, null, null, null),
                        null,
                        AMD64,
                        "only its classic builder, which builds for linux/amd64 alone here. Install docker-buildx-plugin"),
                arguments(
                        new BuildTools(DOCKER_28, null, null, BUILDAH),
                        BuildTool.DOCKER,
                        AMD64,
                        "It could with buildah: set builder to one of them, or to auto."),
                arguments(
                        new BuildTools(DOCKER_20, null, PODMAN, BUILDAH),
                        BuildTool.BUILDX,
                        AMD64,
                        "with buildx: the buildx plugin of docker is not installed. It could with docker, podman,"
                                + " buildah"),
                arguments(
                        new BuildTools(DOCKER_28, broken, PODMAN, null),
                        BuildTool.BUILDX,
                        AMD64,
                        "with buildx: the builder cannot be inspected: no such context. It could with"),
                arguments(
                        new BuildTools(NO_ENGINE, buildx("docker", ""), PODMAN, null),
                        BuildTool.BUILDX,
                        AMD64,
                        "with buildx: the Docker engine is not running (systemctl start docker). It could with podman"),
                arguments(
                        new BuildTools(null, null, null, null),
                        BuildTool.PODMAN,
                        AMD64,
                        "with podman: podman is not installed. It has no other build tool either."));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysWhatIsMissingAndWhatWouldDo(BuildTools tools, BuildTool wanted, Platform machine, String message) {
        assertThatThrownBy(() -> new ToolChoice(tools, machine).choose(Optional.ofNullable(wanted), ARM64))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("linux/arm64")
                .hasMessageContaining(message);
    }

    @Test
    void withoutAWantedOneAToolThatCanIsBetterThanOneThatCannot() {
        BuildTools tools = new BuildTools(DOCKER_20, null, PODMAN, BUILDAH);
        BuildFeatures contexts = new BuildFeatures(
                Map.of(),
                "",
                List.of(),
                List.of(),
                Map.of("base", "docker-image://localhost/base"),
                "",
                false,
                List.of());
        BuildRequest request = request(contexts);
        assertThat(new ToolChoice(tools, AMD64).choose(Optional.empty(), request(BuildFeatures.NONE)))
                .isEqualTo(INSIDE_DOCKER);
        assertThat(new ToolChoice(tools, AMD64).choose(Optional.empty(), request))
                .isEqualTo(BY_PODMAN);
        assertThatThrownBy(() -> new ToolChoice(tools, AMD64).choose(Optional.of(BuildTool.DOCKER), request))
                .hasMessageContaining("additional build contexts");
        assertThatThrownBy(() -> new ToolChoice(new BuildTools(DOCKER_20, null, null, null), AMD64)
                        .choose(Optional.empty(), request))
                .hasMessageContaining("additional build contexts")
                .hasMessageContaining("Or choose another builder.");
    }

    private static BuildRequest request(BuildFeatures features) {
        return new BuildRequest(
                ImageReference.parse("localhost:5000/app:1"),
                ARM64,
                ".",
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                false,
                "",
                true,
                false,
                features);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux/386", "linux/amd64/v2"})
    void theClassicBuilderIsNotAskedForWhatTheMachineOnlyRunsBesides(String name) {
        Platform platform = Platform.parse(name);
        ToolChoice alone = new ToolChoice(new BuildTools(DOCKER_28, null, null, null), AMD64);
        ToolChoice withBuildah = new ToolChoice(new BuildTools(DOCKER_28, null, null, BUILDAH), AMD64);

        assertThatThrownBy(() -> alone.choose(Optional.empty(), platform))
                .hasMessageContaining("no build tool for " + name)
                .hasMessageContaining("builds for linux/amd64 alone here");
        assertThat(withBuildah.choose(Optional.empty(), platform)).isEqualTo(BY_BUILDAH);
        assertThat(alone.choose(Optional.empty(), AMD64)).isEqualTo(CLASSIC);
    }

    @Test
    void whatDidNotAnswerIsNamedBesideWhatIsNotThere() {
        BuildTools busy = new BuildTools(
                null, null, null, null, Engine.UNKNOWN, List.of("'buildah --version' did not answer within 15 s"));

        assertThatThrownBy(() -> new ToolChoice(busy, AMD64).choose(Optional.empty(), AMD64))
                .hasMessageStartingWith("This machine has no build tool for linux/amd64: docker is not installed;"
                        + " 'buildah --version' did not answer within 15 s. Install ");
        assertThatThrownBy(() -> new ToolChoice(busy, AMD64).choose(Optional.of(BuildTool.BUILDAH), AMD64))
                .hasMessageContaining("buildah is not installed; 'buildah --version' did not answer within 15 s. ");
    }
}
