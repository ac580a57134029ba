package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCommandsTest {

    private static final String LOCAL = "localhost/multiarch-build/1:linux-arm-v7";
    private static final Platform ARMV7 = Platform.parse("linux/arm/v7");

    private static final ToolCommands PODMAN = new PodmanCommands(BuildTool.PODMAN, new Version("4.3.1", 4, 3), "");
    private static final ToolCommands BUILDAH = new PodmanCommands(BuildTool.BUILDAH, new Version("1.28.2", 1, 28), "");

    private static BuildRequest request(String test, boolean push, boolean insecure) {
        Map<String, String> buildArgs = new LinkedHashMap<>();
        buildArgs.put("GREETING", "hi \"there\" $(id)\n--push");
        return new BuildRequest(
                ImageReference.parse("registry.example.com/demo/hello:1.0"),
                ARMV7,
                "/work/context",
                "docker/Dockerfile",
                "release",
                buildArgs,
                Map.of("team", "a=b"),
                true,
                true,
                test,
                push,
                insecure,
                BuildFeatures.NONE);
    }

    private static List<String> programs(BuildScript script) {
        return script.all().stream()
                .map(command -> String.join(
                        " ",
                        command.arguments()
                                .subList(0, Math.min(3, command.arguments().size()))))
                .toList();
    }

    @Test
    void everyToolGetsEveryOptionAsOneArgument() {
        for (ToolCommands tool : List.of(
                new BuildxCommands("docker-container"),
                new DockerCommands(DockerCommands.Frontend.BUILDX),
                new DockerCommands(DockerCommands.Frontend.BUILDKIT),
                PODMAN,
                BUILDAH)) {
            List<String> build = tool.script(request("", true, false), "/tmp/b", LOCAL)
                    .all()
                    .get(0)
                    .arguments();
            assertThat(build)
                    .contains(
                            "--platform=linux/arm/v7",
                            "--file=docker/Dockerfile",
                            "--target=release",
                            "--build-arg=GREETING=hi \"there\" $(id)\n--push",
                            "--label=team=a=b",
                            "--no-cache",
                            "--pull");
            assertThat(build.get(build.size() - 1)).as("the context comes last").isEqualTo(".");
        }
    }

    @Test
    void aContainerDriverPushesByDigestAndNeedsNoTag() {
        BuildScript script = new BuildxCommands("docker-container").script(request("", true, true), "/tmp/b", LOCAL);

        assertThat(script.platformTag()).isEmpty();
        assertThat(script.explanation()).contains("docker-container", "by digest");
        assertThat(script.all())
                .singleElement()
                .satisfies(build -> assertThat(build.arguments())
                        .contains(
                                "--output=type=image,name=registry.example.com/demo/hello,push-by-digest=true,name-canonical=true"
                                        + ",push=true,registry.insecure=true",
                                "--metadata-file=/tmp/b/metadata.json"));
    }

    @Test
    void otherToolsPushUnderAPlatformTagAndSayWhy() {
        BuildScript docker =
                new DockerCommands(DockerCommands.Frontend.BUILDX).script(request("", true, false), "/tmp/b", LOCAL);
        BuildScript buildah = BUILDAH.script(request("", true, true), "/tmp/b", LOCAL);

        assertThat(docker.platformTag()).isEqualTo("1.0-linux-arm-v7");
        assertThat(docker.explanation()).contains("docker driver", "cannot push by digest", "1.0-linux-arm-v7");
        assertThat(programs(docker)).containsExactly("docker buildx build", "/bin/sh /tmp/b/push.sh " + LOCAL);
        assertThat(buildah.all().get(2).arguments())
                .containsExactly(
                        "buildah",
                        "push",
                        "--digestfile=/tmp/b/digest",
                        "--tls-verify=false",
                        LOCAL,
                        "docker://registry.example.com/demo/hello:1.0-linux-arm-v7");
    }

    @Test
    void imagesOfPlainRegistriesAreFetchedBeforeABuildThatTakesThem() {
        BuildRequest request = request("", true, false);
        BuildFeatures features = request.features()
                .withContexts(
                        Map.of("a", "docker-image://plain.example.com:5000/a:1", "b", "docker-image://b.example.com/b"))
                .withInsecureRegistries(Set.of("plain.example.com:5000"));
        assertThat(BUILDAH.script(request.with(features), "/tmp/b", LOCAL).all())
                .filteredOn(command -> command.arguments().contains("pull"))
                .extracting(Command::arguments)
                .containsExactly(
                        List.of("buildah", "pull", "--quiet", "--tls-verify=false", "plain.example.com:5000/a:1"));
    }

    @Test
    void aTestRunsBetweenBuildAndPush() {
        assertThat(programs(new BuildxCommands("remote").script(request("true", true, false), "/tmp/b", LOCAL)))
                .containsExactly("docker buildx build", "/bin/sh -xe /tmp/b/test.sh", "docker buildx build");
        assertThat(programs(PODMAN.script(request("true", true, false), "/tmp/b", LOCAL)))
                .startsWith(
                        "/bin/sh /tmp/b/build.sh podman",
                        "/bin/sh /tmp/b/base.sh podman",
                        "/bin/sh -xe /tmp/b/test.sh");
        assertThat(programs(new DockerCommands(DockerCommands.Frontend.BUILDKIT)
                        .script(request("#!/usr/bin/env python3\n", false, false), "/tmp/b", LOCAL)))
                .containsExactly("docker build --progress=plain", "/tmp/b/test.sh");
    }

    /** The author's own steps come in between. */
    @Test
    void aPauseIsBetweenBuildAndPush() {
        BuildRequest request = request("", true, false);
        request = request.with(request.features().withPause(true));

        BuildScript container = new BuildxCommands("docker-container").script(request, "/tmp/b", LOCAL);
        BuildScript buildah = BUILDAH.script(request, "/tmp/b", LOCAL);

        assertThat(container.commands()).hasSize(1);
        assertThat(container.commands().get(0).arguments()).contains("--output=type=docker,name=" + LOCAL);
        assertThat(container.push()).hasSize(1);
        assertThat(container.push().get(0).arguments()).anyMatch(argument -> argument.contains("push-by-digest=true"));
        assertThat(buildah.commands().toString()).doesNotContain("docker://");
        assertThat(buildah.push()).hasSize(1);
        assertThat(buildah.push().get(0).arguments()).startsWith("buildah", "push");
    }

    @Test
    void whatWasTestedIsPushedFromTheCache() {
        List<Command> commands = new BuildxCommands("docker-container")
                .script(request("true", true, false), "/tmp/b", LOCAL)
                .all();

        assertThat(commands.get(0).arguments()).contains("--no-cache", "--pull", "--metadata-file=/tmp/b/tested.json");
        assertThat(commands.get(2).arguments())
                .contains("--metadata-file=/tmp/b/metadata.json")
                .doesNotContain("--no-cache", "--pull");
    }

    @Test
    void anOldToolIsNotGivenAnOptionThatItMayNotKnow() {
        BuildRequest request = request("", true, false);
        BuildScript old = new PodmanCommands(BuildTool.BUILDAH, new Version("1.19.6", 1, 19), "")
                .script(request, "/tmp/b", LOCAL);

        assertThat(BUILDAH.script(request, "/tmp/b", LOCAL).all().get(0).arguments())
                .contains("--secret=id=1-linux-arm-v7,src=/dev/null");
        assertThat(old.all().get(0).arguments()).noneMatch(argument -> argument.startsWith("--secret"));
        assertThat(old.cleanup())
                .extracting(Command::arguments)
                .containsExactly(
                        List.of("buildah", "rmi", "--force", LOCAL),
                        List.of("/bin/sh", "/tmp/b/forget.sh", "buildah", "/tmp/b/layers"));
    }

    @Test
    void keepsLayersForTheNextBuildWhereTheToolTellsWhosePlatformTheyAreOf() {
        BuildRequest request = request("", true, false);

        assertThat(BUILDAH.script(request, "/tmp/b", LOCAL).all().get(0).arguments())
                .startsWith("/bin/sh", "/tmp/b/build.sh", "buildah", LOCAL, "linux/arm/v7")
                .element(5, as(STRING))
                .matches("localhost/multiarch-layers/[0-9a-f]{12}-linux-arm-v7");
        assertThat(PODMAN.script(request, "/tmp/b", LOCAL).all().get(0).arguments())
                .startsWith("/bin/sh", "/tmp/b/build.sh", "podman", LOCAL, "linux/arm/v7", "");
    }

    private static String keptLayers(String context) {
        BuildRequest request = new BuildRequest(
                ImageReference.parse("registry.example.com/demo/hello:1.0"),
                ARMV7,
                context,
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                false,
                "",
                true,
                false,
                BuildFeatures.NONE);
        return BUILDAH.script(request, "/tmp/b", LOCAL).all().get(0).arguments().get(5);
    }

    @Test
    void layersAreKeptForEachContext() {
        assertThat(List.of(
                        keptLayers("."),
                        keptLayers("app"),
                        keptLayers("other"),
                        keptLayers("https://example.com/a.git"),
                        keptLayers("https://example.com/a.git#main:app")))
                .doesNotHaveDuplicates();
        assertThat(keptLayers("./app/")).isEqualTo(keptLayers("app"));
        assertThat(keptLayers("https://example.com/a.git#v2:app"))
                .as("another commit of the same context")
                .isEqualTo(keptLayers("https://example.com/a.git#main:app"));
        assertThat(keptLayers("https://example.com/a.git#v2")).isEqualTo(keptLayers("https://example.com/a.git"));
    }

    @Test
    void withoutPushNothingIsPushed() {
        for (ToolCommands tool : List.of(
                new BuildxCommands("docker-container"), new DockerCommands(DockerCommands.Frontend.CLASSIC), BUILDAH)) {
            BuildScript script = tool.script(request("", false, false), "/tmp/b", LOCAL);
            assertThat(script.all())
                    .noneSatisfy(command -> assertThat(String.join(" ", command.arguments()))
                            .containsAnyOf(" push ", "push=true", "registry.example.com"));
            assertThat(script.platformTag()).isEmpty();
            assertThat(script.explanation()).contains("nothing is pushed");
        }
    }

    @Test
    void theClassicBuilderGetsThePlatformArgumentsThatItDoesNotPredefine() {
        BuildScript script =
                new DockerCommands(DockerCommands.Frontend.CLASSIC).script(request("", true, false), "/tmp/b", LOCAL);

        assertThat(script.environment()).containsEntry("DOCKER_BUILDKIT", "0");
        assertThat(script.all().get(0).arguments())
                .contains(
                        "--build-arg=TARGETPLATFORM=linux/arm/v7",
                        "--build-arg=TARGETOS=linux",
                        "--build-arg=TARGETARCH=arm",
                        "--build-arg=TARGETVARIANT=v7")
                .doesNotContain("--platform=linux/arm/v7");
    }

    @Test
    void testsFindImageToolAndPlatformInTheirEnvironment() {
        assertThat(PODMAN.script(request("true", true, false), "/tmp/b", LOCAL).environment())
                .containsEntry("IMAGE", LOCAL)
                .containsEntry("BUILD_TOOL", "podman")
                .containsEntry("TARGETPLATFORM", "linux/arm/v7")
                .containsEntry("TARGETVARIANT", "v7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A=B"})
    void refusesNamesThatWouldBecomeSomethingElse(String name) {
        assertThatThrownBy(() -> new BuildRequest(
                        ImageReference.parse("r.example.com/a:1"),
                        ARMV7,
                        ".",
                        "Dockerfile",
                        "",
                        Map.of(name, "x"),
                        Map.of(),
                        false,
                        false,
                        "",
                        true,
                        false,
                        BuildFeatures.NONE))
                .hasMessageContaining("'" + name + "'")
                .hasMessageContaining("build argument");
    }

    /** Plain HTTP is for the registry of the result alone, so the build itself is not told of it. */
    @Test
    void podmanGetsImagesThatAreBuildContextsOverPlainHttpBeforehand() {
        Map<String, String> contexts = new LinkedHashMap<>();
        contexts.put("base", "docker-image://registry.example.com/demo/base@sha256:" + "0".repeat(64));
        contexts.put("other", "docker-image://other.example.com/demo/base");
        contexts.put("directory", "/work/libs");
        BuildFeatures features = BuildFeatures.NONE.withContexts(contexts);
        for (ToolCommands tool : List.of(PODMAN, BUILDAH)) {
            assertThat(programs(tool.script(request("", true, true).with(features), "/tmp/b", LOCAL)))
                    .filteredOn(program -> program.contains(" pull "))
                    .containsExactly(tool.tool() + " pull --quiet");
            assertThat(programs(tool.script(request("", true, false).with(features), "/tmp/b", LOCAL)))
                    .noneMatch(program -> program.contains(" pull "));
        }
    }

    @Test
    void podmanIsNotGivenTheCachesOfBuildKit() {
        List<String> caches =
                List.of("type=registry,ref=registry.example.com/cache:{platform}", "registry.example.com/c");
        BuildFeatures features =
                new BuildFeatures(Map.of(), "", caches, caches.subList(0, 1), Map.of(), "", false, List.of());
        BuildScript script = BUILDAH.script(request("", true, false).with(features), "/tmp/b", LOCAL);
        assertThat(script.all().get(0).arguments())
                .filteredOn(option -> option.startsWith("--cache"))
                .containsExactly("--cache-from=registry.example.com/c");
        assertThat(script.explanation()).endsWith("; without the caches that only BuildKit has");
        assertThat(new BuildxCommands("docker-container")
                        .script(request("", true, false).with(features), "/tmp/b", LOCAL)
                        .all()
                        .get(0)
                        .arguments())
                .contains("--cache-from=type=registry,ref=registry.example.com/cache:linux-arm-v7");
    }

    @Test
    void refusesNulBecauseNoCommandLineCarriesIt() {
        assertThatThrownBy(() -> new Command("", List.of("echo", "a\0b"))).hasMessageContaining("NUL");
    }

    @ParameterizedTest
    @EnumSource(BuildTool.class)
    void readsEveryToolByItsName(BuildTool tool) {
        assertThat(BuildTool.parse(tool.toString())).contains(tool);
    }

    @Test
    void autoIsNoToolAndAnUnknownOneIsNamed() {
        assertThat(BuildTool.parse("auto")).isEmpty();
        assertThat(BuildTool.parse(null)).isEmpty();
        assertThatThrownBy(() -> BuildTool.parse("kaniko"))
                .hasMessageContaining("'kaniko'")
                .hasMessageContaining("buildx");
    }
}
