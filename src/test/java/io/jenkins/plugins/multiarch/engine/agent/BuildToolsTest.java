package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildToolsTest {

    private static final String DOCKER_VERSION = "docker version --format {{json .}}";

    private static final String CONTAINER_BUILDER = """
            Name:          mybuilder
            Driver:        docker-container
            Last Activity: 2024-03-25 08:19:55 +0000 UTC

            Nodes:
            Name:                  mybuilder0
            Endpoint:              unix:///var/run/docker.sock
            Driver Options:        network="host"
            Status:                running
            BuildKit daemon flags: --allow-insecure-entitlement network.host
            BuildKit version:      v0.13.1
            Platforms:             linux/amd64*, linux/amd64/v2, linux/386, linux/arm64
            Labels:
             org.mobyproject.buildkit.worker.executor:         oci
             Platforms: linux/s390x

            Name:     mybuilder1
            Endpoint: ssh://arm
            Error:    cannot connect
            Name:     mybuilder2
            Platforms: linux/arm/v7, , nonsense, a/b/c/d
            """;

    private static Recorded docker20() {
        return new Recorded()
                .answer("docker --version", 0, Recorded.text("docker-20.10.txt"), "")
                .answer(DOCKER_VERSION, 0, Recorded.text("docker-20.10.json"), "")
                .answer("docker buildx version", 1, "", Recorded.text("docker-20.10-no-buildx.err"));
    }

    @Test
    void readsDebian12() throws Exception {
        BuildTools tools = BuildTools.detect(docker20()
                .answer("podman --version", 0, Recorded.text("podman-4.3.txt"), "")
                .answer("buildah --version", 0, Recorded.text("buildah-1.28.txt"), ""));

        assertThat(tools.docker().client()).hasToString("20.10.24+dfsg1");
        assertThat(tools.docker().server()).isEqualTo(new Version("20.10.24+dfsg1", 20, 10));
        assertThat(tools.buildx()).isNull();
        assertThat(tools.podman()).isEqualTo(new Version("4.3.1", 4, 3));
        assertThat(tools.buildah()).isEqualTo(new Version("1.28.2", 1, 28));
        assertThat(tools.usable()).containsExactly(BuildTool.DOCKER, BuildTool.PODMAN, BuildTool.BUILDAH);
    }

    @Test
    void aNewerClientWithoutBuildxHasNone() throws Exception {
        BuildTools tools = BuildTools.detect(new Recorded()
                .answer("docker --version", 0, Recorded.text("docker-28.2.txt"), "")
                .answer("docker buildx version", 1, "", Recorded.text("docker-28.2-no-buildx.err"))
                .answer(DOCKER_VERSION, 1, "", "something else\nmore"));

        assertThat(tools.docker().client()).hasToString("28.2.2");
        assertThat(tools.docker().problem()).endsWith("cannot be reached: something else");
        assertThat(tools.buildx()).isNull();
    }

    private static Recorded everything() {
        return docker20()
                .answer("docker info --format {{json .}}", 0, "{}", "")
                .answer("podman --version", 0, Recorded.text("podman-4.3.txt"), "")
                .answer("podman info --format json", 0, "{}", "")
                .answer("buildah --version", 0, Recorded.text("buildah-1.28.txt"), "")
                .answer("buildah info", 0, "{}", "");
    }

    @ParameterizedTest
    @CsvSource({
        "BUILDAH, buildah --version, buildah info",
        "PODMAN, podman --version, podman info --format json",
    })
    void asksNoOtherToolThanTheOneThatIsWanted(BuildTool tool, String version, String info) throws Exception {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        BuildTools tools = BuildTools.detect(noting(everything(), asked), Optional.of(tool));

        assertThat(tools.usable()).containsExactly(tool);
        assertThat(asked.stream().filter(command -> !command.startsWith("df ")))
                .containsExactlyInAnyOrder(version, info);
    }

    /** Docker without buildx may have nothing but its classic builder, so buildx is asked for as well. */
    @Test
    void asksDockerForBuildxToo() throws Exception {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        BuildTools tools = BuildTools.detect(noting(everything(), asked), Optional.of(BuildTool.DOCKER));

        assertThat(tools.usable()).containsExactly(BuildTool.DOCKER);
        assertThat(asked)
                .contains("docker buildx version")
                .noneMatch(command -> command.matches("(podman|buildah) .*"));
    }

    @Test
    void asksAllIfTheOneThatIsWantedCannotBeUsed() throws Exception {
        BuildTools tools = BuildTools.detect(everything(), Optional.of(BuildTool.BUILDX));

        assertThat(tools.usable()).containsExactly(BuildTool.DOCKER, BuildTool.PODMAN, BuildTool.BUILDAH);
    }

    private static CommandRunner noting(CommandRunner runner, Set<String> asked) {
        return (command, timeout) -> {
            asked.add(String.join(" ", command));
            return runner.run(command, timeout);
        };
    }

    @Test
    void nothingInstalledIsNothingFound() throws Exception {
        assertThat(BuildTools.detect(new Recorded())).isEqualTo(new BuildTools(null, null, null, null));
    }

    @ParameterizedTest
    @CsvSource({
        "docker-20.10-denied.err, permission denied, usermod -aG docker",
        "docker-20.10-unreachable.err, not running, systemctl start docker",
    })
    void saysWhyTheEngineIsOutOfReach(String stderr, String problem, String remedy) throws Exception {
        Docker docker = BuildTools.detect(docker20()
                        .answer(
                                DOCKER_VERSION,
                                1,
                                Recorded.text("docker-20.10-unreachable.json"),
                                Recorded.text(stderr)))
                .docker();

        assertThat(docker.reachable()).isFalse();
        assertThat(docker.client()).hasToString("20.10.24+dfsg1");
        assertThat(docker.problem()).contains(problem);
        assertThat(docker.remedy()).startsWith(remedy);
    }

    @Test
    void anEngineThatHangsIsOutOfReach() throws Exception {
        Docker docker = BuildTools.detect(docker20().answer(DOCKER_VERSION, CommandResult.TIMED_OUT, "", ""))
                .docker();

        assertThat(docker.problem()).contains("did not answer within 45 s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nerdctl version 1.7.6", "nerdctl version 2.0.0-rc.1", "finch version v1.4.0"})
    void anotherToolUnderTheNameDockerIsNoDocker(String version) throws Exception {
        BuildTools tools = BuildTools.detect(new Recorded()
                .answer("docker --version", 0, version, "")
                .answer("docker buildx version", 1, "", "unknown subcommand"));

        assertThat(tools).isEqualTo(new BuildTools(null, null, null, null));
    }

    @Test
    void podmanUnderTheNameDockerIsPodman() throws Exception {
        String warning = "Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.\n";
        String podman = Recorded.text("podman-4.3.txt");

        BuildTools tools = BuildTools.detect(new Recorded()
                .answer("docker --version", 0, podman, warning)
                .answer("docker buildx version", 0, "github.com/docker/buildx v0.13.1", "")
                .answer("podman --version", 0, podman, ""));

        assertThat(tools).isEqualTo(new BuildTools(null, null, new Version("4.3.1", 4, 3), null));
    }

    @Test
    void readsTheCurrentBuilderAndAllItsNodes() throws Exception {
        Buildx buildx = BuildTools.detect(docker20()
                        .answer(
                                "docker buildx version",
                                0,
                                "github.com/docker/buildx v0.13.1 788433953af10f2a698f5c07611dddce2e08c7a0\n",
                                "")
                        .answer("docker buildx inspect", 0, CONTAINER_BUILDER, ""))
                .buildx();

        assertThat(buildx.version()).isEqualTo(new Version("0.13.1", 0, 13));
        assertThat(buildx.builder()).isEqualTo("mybuilder");
        assertThat(buildx.driver()).isEqualTo("docker-container");
        assertThat(buildx.platforms())
                .extracting(Platform::toString)
                .containsExactly("linux/amd64", "linux/amd64/v2", "linux/386", "linux/arm64", "linux/arm/v7");
        assertThat(buildx.problem()).isEmpty();
    }

    @Test
    void aBuilderThatSleepsHasNoPlatformsButNoProblemEither() throws Exception {
        BuildTools tools = BuildTools.detect(docker20()
                .answer("docker buildx version", 0, "github.com/docker/buildx 0.13.1+ds1-2\n", "")
                .answer(
                        "docker buildx inspect",
                        0,
                        "Name: b\nDriver: docker-container\n\nNodes:\nName: b0\nStatus: inactive\nPlatforms: \n",
                        ""));

        assertThat(tools.buildx())
                .isEqualTo(new Buildx(
                        new Version("0.13.1+ds1-2", 0, 13), "b", "docker-container", java.util.List.of(), ""));
        assertThat(tools.usable()).containsExactly(BuildTool.BUILDX, BuildTool.DOCKER);
    }

    @Test
    void aRemoteBuilderNeedsNoEngineAndALocalOneDoes() throws Exception {
        Recorded engineless = docker20()
                .answer(DOCKER_VERSION, 1, "", Recorded.text("docker-20.10-unreachable.err"))
                .answer("docker buildx version", 0, "github.com/docker/buildx v0.13.1", "");

        engineless.answer("docker buildx inspect", 0, "Name: r\nDriver: remote\nPlatforms: linux/amd64\n", "");
        assertThat(BuildTools.detect(engineless).usable()).containsExactly(BuildTool.BUILDX);

        engineless.answer("docker buildx inspect", 0, "Name: default\nDriver: docker\nError: no engine\n", "");
        BuildTools tools = BuildTools.detect(engineless);
        assertThat(tools.usable()).isEmpty();
        assertThat(tools.buildx().problem()).isEqualTo("the builder reports: no engine");

        engineless.answer("docker buildx inspect", 1, "", "ERROR: no builder \"x\" found\n");
        assertThat(BuildTools.detect(engineless).buildx().problem()).endsWith("ERROR: no builder \"x\" found");
    }

    @Test
    void anInterruptionIsNotTakenForAMissingTool() {
        assertThatThrownBy(() -> BuildTools.detect((command, timeout) -> {
                    throw new InterruptedIOException("stopped");
                }))
                .isInstanceOf(InterruptedIOException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "podman version 4.3.1, 4.3.1, 4, 3",
        "'Docker version 20.10.24+dfsg1, build 297e128', 20.10.24+dfsg1, 20, 10",
        "'Docker version 26.1.3, build b72abbb', 26.1.3, 26, 1",
        "3.10.0-1160.el7.x86_64, 3.10.0-1160.el7.x86_64, 3, 10",
        "github.com/docker/buildx v0.13.1 7884, 0.13.1, 0, 13",
        "'buildah version 1.28.2 (image-spec 1.1.0-rc2)', 1.28.2, 1, 28",
    })
    void findsTheVersionInWhatToolsPrint(String output, String text, int major, int minor) {
        assertThat(Version.find(output)).contains(new Version(text, major, minor));
    }

    @ParameterizedTest
    @CsvSource({"''", "none", "5", "1234567890.1", "1.1234567890"})
    void whatIsNoVersionIsNotTakenForOne(String output) {
        assertThat(Version.find(output)).isEmpty();
    }

    @Test
    void comparesVersionsByNumber() {
        Version version = new Version("4.10", 4, 10);
        assertThat(version.atLeast(4, 8)).isTrue();
        assertThat(version.atLeast(4, 10)).isTrue();
        assertThat(version.atLeast(4, 11)).isFalse();
        assertThat(version.atLeast(5, 0)).isFalse();
        assertThat(version.atLeast(3, 99)).isTrue();
    }
}
