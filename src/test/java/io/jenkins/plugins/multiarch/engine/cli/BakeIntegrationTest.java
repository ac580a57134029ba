package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code multiarch bake} in a process of its own, in the directory of the bake file, with real tools and registries. */
@Tag("integration")
class BakeIntegrationTest {

    private static final String BAKE_FILE = """
            variable "TAG" { default = "dev" }
            variable "REGISTRY" {}
            variable "MIRROR" {}

            group "default" { targets = ["app", "tools", "files"] }

            target "_platforms" {
              platforms = ["linux/amd64", "linux/arm64"]
            }
            target "base" {
              inherits = ["_platforms"]
              args = { GREETING = "baked" }
            }
            target "app" {
              inherits = ["_platforms"]
              contexts = { base = "target:base" }
              dockerfile-inline = "FROM base\\nRUN echo \\"app: $(cat /greeting /hello)\\"\\n"
              tags = ["${REGISTRY}/team/app:${TAG}", "${REGISTRY}/team/app:latest", "${MIRROR}/team/app:${TAG}"]
              annotations = ["index:org.opencontainers.image.title=app"]
            }
            target "tools" {
              inherits = ["_platforms"]
              contexts = { base = "target:base" }
              dockerfile-inline = "FROM base\\nRUN echo \\"tools: $(cat /hello)\\"\\n"
              tags = ["${MIRROR}/team/tools:${TAG}"]
            }
            target "files" {
              inherits = ["_platforms"]
              dockerfile-inline = "FROM scratch\\nCOPY Dockerfile /\\n"
              tags = ["${REGISTRY}/team/files:${TAG}"]
            }
            """;

    /** As with {@link #BAKE_FILE}, for a machine without buildx; one of two targets on a base fails. */
    private static final String FAILING = """
            {"group": {"default": {"targets": ["app", "tools"]}},
             "target": {
                "base": {},
                "app": {"contexts": {"base": "target:base"}, "tags": ["REGISTRY/team/app:1"],
                        "dockerfile-inline": "FROM base\\nRUN echo app\\n"},
                "tools": {"contexts": {"base": "target:base"}, "tags": ["REGISTRY/team/tools:1"],
                        "dockerfile-inline": "FROM base\\nRUN exit 3\\n"}}}
            """;

    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>();
    private Path project;

    @BeforeEach
    void createProject() throws IOException {
        project = BusyboxContext.create(temp.resolve("project"));
        Path home = Files.createDirectory(temp.resolve("home"));
        environment.put("HOME", home.toString());
        environment.put("XDG_RUNTIME_DIR", home.toString());
        // Containers cannot be nested everywhere; changing the root directory is enough to build.
        environment.put("BUILDAH_ISOLATION", "chroot");
    }

    /** The docker command and buildx of a generation, without an engine. */
    private void useBuildx(ToolGeneration tools) throws IOException {
        Path docker = Files.createDirectory(temp.resolve("docker"));
        Files.writeString(
                docker.resolve("config.json"),
                "{\"cliPluginsExtraDirs\":[\"" + Path.of(tools.buildx()).getParent() + "\"]}");
        environment.put("DOCKER_CONFIG", docker.toString());
        environment.put("DOCKER_HOST", "unix:///nowhere");
        environment.put("PATH", Path.of(tools.docker()).getParent() + ":" + System.getenv("PATH"));
    }

    private void useNoBuildx() throws IOException {
        Path docker = Files.createDirectory(temp.resolve("bin")).resolve("docker");
        Files.writeString(docker, "#!/bin/sh\necho \"docker: '$1' is not a docker command.\" >&2\nexit 1\n");
        assertThat(docker.toFile().setExecutable(true)).isTrue();
        environment.put("PATH", docker.getParent() + ":" + System.getenv("PATH"));
    }

    private CommandResult bake(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + Files.createDirectories(temp.resolve("tmp")),
                "-cp",
                classPath(),
                Main.class.getName(),
                "bake"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** The process runs in another directory than this one. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(":"))
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .reduce((one, other) -> one + ":" + other)
                .orElseThrow();
    }

    private CommandResult run(List<String> command) throws Exception {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("REGISTRY_AUTH_FILE");
        builder.environment().remove("DOCKER_CONFIG");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(8, TimeUnit.MINUTES))
                    .as(Files.readString(err))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new CommandResult(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static String lastLine(CommandResult result) {
        return result.stderr().strip().replaceAll("(?s).*\n", "");
    }

    private static CommandResult skopeo(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("skopeo"));
        command.addAll(List.of(arguments));
        return new LocalCommandRunner().run(command, Duration.ofMinutes(1));
    }

    private static String raw(ImageReference image) throws IOException {
        CommandResult result = skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + image);
        assertThat(result.succeeded()).as(result.stderr()).isTrue();
        return result.stdout();
    }

    private static String tags(ImageReference image) throws IOException {
        return skopeo("list-tags", "--tls-verify=false", "docker://" + image.name())
                .stdout();
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(temp.resolve("tmp"))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("multiarch-")))
                    .isEmpty();
        }
    }

    @Test
    void fourTargetsTwoOnTopOfAnotherArePublishedInTwoRegistries() throws Exception {
        useBuildx(ToolGeneration.RELEASED);
        Files.writeString(project.resolve("docker-bake.hcl"), BAKE_FILE);
        try (RealRegistry registry = RealRegistry.start();
                RealRegistry mirror = RealRegistry.start()) {
            environment.put("MIRROR", mirror.address());
            CommandResult result = bake("--builder=buildah", "--var=TAG=1.0", "--var=REGISTRY=" + registry.address());

            assertThat(result.exitCode()).as(result.stderr()).isZero();
            assertThat(result.stderr())
                    .contains("Plan for 4 targets:")
                    .containsPattern("base +linux/amd64 +native")
                    .containsPattern("app +linux/arm64 +emulated")
                    // Each platform is built on the image for it, whatever this machine is.
                    .contains("[app linux/amd64] app: bakedfrom linux/amd64")
                    .contains("[app linux/arm64] app: bakedfrom linux/arm64")
                    .contains("[tools linux/arm64] tools: from linux/arm64");

            List<JsonNode> targets =
                    result.stdout().lines().map(Json::readLeniently).toList();
            assertThat(targets)
                    .extracting(target -> target.path("target").asText())
                    .containsExactly("base", "app", "tools", "files");
            assertThat(targets.get(0).path("indexes")).isEmpty();
            assertThat(targets.get(0).path("images")).hasSize(2);

            JsonNode app = targets.get(1);
            String index = raw(registry.image("team/app:1.0"));
            assertThat(index)
                    .isEqualTo(raw(registry.image("team/app:latest")))
                    .isEqualTo(raw(mirror.image("team/app:1.0")));
            JsonNode published = Json.read(index.getBytes(StandardCharsets.UTF_8));
            assertThat(published
                            .at("/annotations/org.opencontainers.image.title")
                            .asText())
                    .isEqualTo("app");
            assertThat(published.at("/manifests/0/digest")).isEqualTo(app.at("/images/0/digest"));
            assertThat(published.at("/manifests/1/digest")).isEqualTo(app.at("/images/1/digest"));
            assertThat(app.at("/indexes/1/reference").asText()).startsWith(mirror.address() + "/team/app@sha256:");
            raw(mirror.image("team/tools:1.0"));
            raw(registry.image("team/files:1.0"));
            assertThat(tags(registry.image("team/app:1.0")))
                    .as("what is built only for others gets no tag but those of its platforms")
                    .contains("\"base-linux-amd64\"")
                    .doesNotContain("\"base\"");
            assertNothingIsLeft();
        }
    }

    /** Its base is built by a tool, and what is in between without one. */
    private static final String WITHOUT_REGISTRY = """
            {"group": {"default": {"targets": ["app", "tools"]}},
             "target": {
                "base": {"platforms": ["linux/amd64", "linux/arm64"]},
                "files": {"platforms": ["linux/amd64", "linux/arm64"],
                          "dockerfile-inline": "FROM scratch\\nARG TARGETARCH\\nCOPY root/busybox-$TARGETARCH /busybox\\n"},
                "app": {"contexts": {"base": "target:base", "files": "target:files"}, "pull": true,
                        "platforms": ["linux/amd64", "linux/arm64"],
                        "dockerfile-inline": "FROM base\\nCOPY --from=files /busybox /b\\nRUN echo \\"app: $(cat /hello)\\"; cmp /b /bin/sh\\n"},
                "tools": {"contexts": {"app": "target:app"}, "platforms": ["linux/arm64"],
                          "dockerfile-inline": "FROM app\\nRUN echo \\"tools: $(cat /hello)\\"\\n"}}}
            """;

    @ParameterizedTest
    @ValueSource(strings = {"--builder=podman", "--builder=buildah", ""})
    void withoutPushImagesAreHandedOnInFiles(String builder) throws Exception {
        useNoBuildx();
        Files.writeString(project.resolve("docker-bake.json"), WITHOUT_REGISTRY);

        CommandResult result = builder.isEmpty() ? bake("--no-push") : bake("--no-push", builder);

        assertThat(result.exitCode()).as(result.stderr()).isZero();
        assertThat(result.stderr())
                .contains("[app linux/amd64] app: from linux/amd64")
                .contains("[app linux/arm64] app: from linux/arm64")
                .contains("[tools linux/arm64] tools: from linux/arm64")
                .contains("nothing is pushed; without pull, because no registry has the image that it is built on");
        if (builder.isEmpty()) {
            assertThat(result.stderr()).containsPattern("files +linux/arm64 +without machine");
        }
        assertThat(result.stdout()).isEmpty();
        assertNothingIsLeft();
        String images = new LocalCommandRunner()
                .run(List.of("podman", "images", "--format={{.Repository}}"), Duration.ofMinutes(1))
                .stdout();
        assertThat(images).doesNotContain("localhost/multiarch-build/");
    }

    @Test
    void oneThatFailsIsNamedAndOnlyWithPublishEachTheOtherIsPublished() throws Exception {
        useNoBuildx();
        try (RealRegistry registry = RealRegistry.start()) {
            Files.writeString(project.resolve("docker-bake.json"), FAILING.replace("REGISTRY", registry.address()));
            ImageReference app = registry.image("team/app:1");

            CommandResult all = bake("--builder=podman");

            assertThat(all.exitCode()).isEqualTo(1);
            assertThat(lastLine(all))
                    .startsWith("multiarch bake: Target 'tools' has failed: The build of ")
                    .contains("has failed with exit code 3.")
                    .endsWith("No target was published.");
            assertThat(all.stdout()).isEmpty();
            assertThat(tags(app)).contains("\"base-linux-").doesNotContain("\"1\"");
            assertNothingIsLeft();

            CommandResult each = bake("--builder=podman", "--publish=each", "--no-fail-fast");

            assertThat(each.exitCode()).isEqualTo(1);
            assertThat(lastLine(each)).contains("Target 'tools' has failed: ").endsWith("Published: app.");
            assertThat(each.stdout()
                            .lines()
                            .map(Json::readLeniently)
                            .map(target -> target.path("target").asText()))
                    .containsExactly("app");
            assertThat(tags(app)).contains("\"1\"");
            assertNothingIsLeft();
        }
    }

    @Test
    void withoutBuildxHclIsRefusedAndACircleIsNamed() throws Exception {
        useNoBuildx();
        Files.writeString(project.resolve("docker-bake.hcl"), BAKE_FILE);
        CommandResult hcl = bake();
        assertThat(hcl.exitCode()).isEqualTo(1);
        assertThat(lastLine(hcl))
                .startsWith("multiarch bake: 'docker-bake.hcl' needs buildx: HCL is read by docker"
                        + " buildx bake --print, which this machine does not have. Install the buildx plugin");

        Files.writeString(
                project.resolve("circle.json"),
                "{\"target\": {\"a\": {\"contexts\": {\"x\": \"target:b\"}}, \"b\": {\"contexts\": {\"x\": \"target:a\"}}}}");
        assertThat(lastLine(bake("-f", "circle.json", "a")))
                .isEqualTo(
                        "multiarch bake: The targets build on each other in a circle: a -> b -> a. Remove one of these"
                                + " contexts.");
    }

    private static Stream<ToolGeneration> generations() {
        return ToolGeneration.present();
    }

    @ParameterizedTest
    @MethodSource("generations")
    void printsWhatBuildxPrintsAndNamesWhatItDoesNotKnow(ToolGeneration tools) throws Exception {
        useBuildx(tools);
        Files.writeString(project.resolve("docker-bake.hcl"), BAKE_FILE);
        environment.put("REGISTRY", "r.example.com");
        environment.put("TAG", "7");

        CommandResult ours = bake("--print", "--set=*.platform=linux/s390x", "--no-cache", "app", "files");
        CommandResult theirs = run(List.of(
                tools.buildx(), "bake", "--print", "--set=*.platform=linux/s390x", "--no-cache", "app", "files"));

        assertThat(ours.exitCode()).as(ours.stderr()).isZero();
        assertThat(ours.stdout()).isEqualTo(theirs.stdout()).contains("r.example.com/team/app:7", "linux/s390x");

        CommandResult unknown = bake("none");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(lastLine(unknown)).contains("failed to find target none");

        Files.writeString(
                project.resolve("circle.json"),
                "{\"target\": {\"a\": {\"contexts\": {\"x\": \"target:b\"}}, \"b\": {\"contexts\": {\"x\": \"target:a\"}}}}");
        assertThat(lastLine(bake("-f", "circle.json", "a"))).contains("infinite loop from");
    }

    /** Later releases of buildx say of a base that it is not exported, and write caches and secrets as objects. */
    @Test
    void withoutBuildxPrintsTheSame() throws Exception {
        useNoBuildx();
        Files.writeString(project.resolve("docker-bake.json"), """
                {"group": {"default": {"targets": ["app", "rest"]}, "rest": {"targets": ["tools"]}, "unused": {"targets": []}},
                 "target": {
                    "common": {"platforms": ["linux/amd64", "linux/arm64"], "args": {"A": "1", "B": "1"}},
                    "base": {"inherits": ["common"], "context": "base"},
                    "app": {"inherits": ["common"], "contexts": {"base": "target:base"}, "args": {"B": "2"},
                            "dockerfile-inline": "FROM base\\n", "tags": ["r.example.com/a:1"], "labels": {"l": "m"}},
                    "tools": {"dockerfile": "Tools", "target": "stage", "no-cache": true},
                    "files": {}}}
                """);
        for (List<String> targets : List.of(List.<String>of(), List.of("files", "app"), List.of("rest"))) {
            List<String> command = new ArrayList<>(List.of(ToolGeneration.RELEASED.buildx(), "bake", "--print"));
            command.addAll(targets);
            String theirs = run(command).stdout();
            List<String> arguments = new ArrayList<>(List.of("--print"));
            arguments.addAll(targets);
            CommandResult ours = bake(arguments.toArray(String[]::new));
            assertThat(ours.exitCode()).as(ours.stderr()).isZero();
            assertThat(Json.readLeniently(ours.stdout())).as("%s", targets).isEqualTo(Json.readLeniently(theirs));
        }
    }
}
