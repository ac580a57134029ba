package io.jenkins.plugins.multiarch.engine.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The releases of buildx, with neither a Docker engine nor a builder. */
@Tag("integration")
class BakePrintIntegrationTest {

    private static final String BAKE_FILE = """
            variable "TAG" { default = "dev" }
            variable "EXTRA" { default = "" }

            function "reference" {
              params = [name]
              result = "registry.example.com/team/${name}:${TAG}"
            }

            group "default" { targets = ["server", "tools"] }

            target "_platforms" {
              platforms = ["linux/amd64", "linux/arm64/v8"]
              args = {
                VERSION = TAG
                UNSET = null
              }
            }

            target "base" {
              inherits = ["_platforms"]
              dockerfile-inline = "FROM scratch\\nCOPY . /\\n"
            }

            target "server" {
              inherits = ["_platforms"]
              contexts = { base = "target:base" }
              tags = [reference("server"), notequal("", EXTRA) ? "registry.example.com/${EXTRA}:1" : ""]
              cache-from = ["type=registry,ref=registry.example.com/team/server:cache"]
              attest = ["type=provenance,mode=max"]
              ulimits = ["nofile=1024:2048"]
            }

            target "tools" {
              name = "tools-${replace(v, ".", "-")}"
              matrix = { v = ["1.0", "2.0"] }
              inherits = ["_platforms"]
              args = { TOOLS = v }
              tags = [reference("tools-${v}")]
              ssh = ["default"]
            }
            """;

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new LinkedHashMap<>();

    @BeforeEach
    void writeFile() throws IOException {
        Files.writeString(directory.resolve("docker-bake.hcl"), BAKE_FILE);
    }

    private static Stream<ToolGeneration> generations() {
        return ToolGeneration.present();
    }

    private CommandRunner machine(ToolGeneration tools) {
        return (command, timeout) -> run(tools, command, timeout);
    }

    /** The plugin of docker's command line is a program of its own. */
    private CommandResult run(ToolGeneration tools, List<String> command, Duration timeout) throws IOException {
        List<String> plugin = new ArrayList<>(List.of(tools.buildx()));
        plugin.addAll(command.subList(2, command.size()));
        Path errors = Files.createTempFile("bake", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(plugin).directory(directory.toFile()).redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SSH_"));
        builder.environment().put("DOCKER_HOST", "unix:///nowhere");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new CommandResult(process.waitFor(), output, Files.readString(errors));
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            Files.delete(errors);
        }
    }

    private BakePlan plan(ToolGeneration tools, List<String> wanted, String... set) throws IOException {
        String printed = new BakePrint(List.of(), wanted, List.of(set), true).run(machine(tools));
        return BakePlan.of(BakeFile.read(printed), wanted, List.of("linux/amd64"), ImageReference::parse);
    }

    @ParameterizedTest
    @MethodSource("generations")
    void groupsMatricesFunctionsAndInheritanceAreResolved(ToolGeneration tools) throws Exception {
        environment.put("TAG", "7");
        environment.put("UNSET", "no");
        BakePlan plan = plan(tools, List.of());
        assertThat(plan.targets().stream().map(PlannedTarget::name))
                .containsExactly("base", "server", "tools-1-0", "tools-2-0");
        PlannedTarget base = plan.targets().get(0);
        assertThat(base.published()).isFalse();
        assertThat(base.target().inlineDockerfile()).isEqualTo("FROM scratch\nCOPY . /\n");
        assertThat(plan.image(base)).hasToString("registry.example.com/team/server:base");
        PlannedTarget server = plan.targets().get(1);
        assertThat(server.platforms()).containsExactly("linux/amd64", "linux/arm64");
        assertThat(server.references()).containsExactly("registry.example.com/team/server:7");
        assertThat(server.target().args()).containsExactly(Map.entry("VERSION", "7"));
        assertThat(server.target().bases()).containsExactly(Map.entry("base", "base"));
        assertThat(server.target().provenance()).isEqualTo("max");
        assertThat(server.target().options()).containsExactly("--ulimit=nofile=1024:2048");
        assertThat(server.target().cacheFrom())
                .contains("type=registry,ref=registry.example.com/team/server:cache-{platform}");
        PlannedTarget tools2 = plan.targets().get(3);
        assertThat(tools2.references()).containsExactly("registry.example.com/team/tools-2.0:7");
        assertThat(tools2.target().args()).containsEntry("TOOLS", "2.0");
    }

    @ParameterizedTest
    @MethodSource("generations")
    void overridesAndNamesArePassedOn(ToolGeneration tools) throws Exception {
        environment.put("EXTRA", "other");
        BakePlan plan = plan(tools, List.of("server"), "*.platform=linux/s390x", "server.args.VERSION=a b");
        assertThat(plan.targets().stream().map(PlannedTarget::name)).containsExactly("base", "server");
        PlannedTarget server = plan.targets().get(1);
        assertThat(server.platforms()).containsExactly("linux/s390x");
        assertThat(server.repositories())
                .hasToString("{registry.example.com/team/server=[dev], registry.example.com/other=[1]}");
        assertThat(server.target().args()).containsExactly(Map.entry("VERSION", "a b"));
    }

    @ParameterizedTest
    @MethodSource("generations")
    void composeFilesAreRead(ToolGeneration tools) throws Exception {
        Files.delete(directory.resolve("docker-bake.hcl"));
        Files.writeString(directory.resolve("compose.yaml"), """
                services:
                  web:
                    image: registry.example.com/team/web:1
                    build:
                      context: ./web
                      args: [A=b]
                """);
        PlannedTarget web = plan(tools, List.of()).targets().get(0);
        assertThat(web.target().context()).isEqualTo("web");
        assertThat(web.target().args()).containsExactly(Map.entry("A", "b"));
        assertThat(web.references()).containsExactly("registry.example.com/team/web:1");
    }

    @ParameterizedTest
    @MethodSource("generations")
    void whatBuildxSaysIsTheError(ToolGeneration tools) throws Exception {
        assertThatThrownBy(() -> plan(tools, List.of("nothing")))
                .isInstanceOf(BakeFileException.class)
                .hasMessageStartingWith("docker buildx bake --print failed: ERROR: failed to find target nothing")
                .hasMessageContaining(
                        tools == ToolGeneration.TODAY ? "The bake file has base, default, server, tools" : "")
                .hasMessageNotContaining("#1");
        Files.writeString(directory.resolve("docker-bake.hcl"), """
                target "default" {
                  contexts = { other = "target:other" }
                }
                target "other" {
                  contexts = { default = "target:default" }
                }
                """);
        assertThatThrownBy(() -> plan(tools, List.of())).hasMessageContaining("infinite loop from other to default");
    }

    @Test
    void aNameIsNeverAnOptionOrAnAddress() {
        for (String name : List.of("--progress=x", "https://example.com/x", "")) {
            assertThatThrownBy(() -> new BakePrint(List.of(), List.of(name), List.of(), false))
                    .hasMessageStartingWith("'" + name + "' is not the name of a target.");
        }
        assertThatThrownBy(() -> new BakePrint(List.of(), List.of(), List.of("platforms"), false))
                .hasMessageStartingWith("'platforms' is no override. Write target.attribute=value,");
    }

    /** But for what a release of buildx gets wrong: 0.13 drops platforms, all of them a limit that is one number. */
    @Test
    void ofAComposeFileWeReadWhatBuildxDoes() throws Exception {
        Files.delete(directory.resolve("docker-bake.hcl"));
        Files.writeString(directory.resolve("key.txt"), "");
        String compose = """
                services:
                  web:
                    image: registry.example.com/shop/web:1.0
                    build:
                      context: ./web
                      dockerfile: docker/Dockerfile
                      target: runtime
                      args: {VERSION: "1.0", EMPTY: , N: 3}
                      labels: {team: a}
                      platforms: [linux/amd64, linux/arm64]
                      tags: [registry.example.com/shop/web:latest]
                      cache_from: ["type=registry,ref=registry.example.com/shop/web:cache"]
                      cache_to: ["type=registry,mode=max,ref=registry.example.com/shop/web:cache"]
                      no_cache: true
                      pull: true
                      shm_size: 134217728
                      secrets: [token, {source: key, target: id_key}]
                      additional_contexts: {assets: ./assets}
                      extra_hosts: ["somehost:162.242.195.82"]
                      ulimits: {nofile: {soft: 20000, hard: 40000}}
                  app: {build: ./app, image: "registry.example.com/shop/app:1"}
                  worker:
                    image: other/name
                    build:
                      context: .
                      dockerfile_inline: |
                        FROM scratch
                        COPY . /
                      args: ["A=b", "C"]
                      labels: ["x=y"]
                      x-bake:
                        platforms: linux/arm64
                        tags: [registry.example.com/shop/worker:1, registry.example.com/shop/worker:2]
                        no-cache: true
                        output: type=registry
                  db: {image: "postgres:16"}
                secrets:
                  token: {environment: TOKEN}
                  key: {file: ./key.txt}
                """;
        Files.writeString(directory.resolve("compose.yaml"), compose);
        BakeFile theirs =
                BakeFile.read(new BakePrint(List.of(), List.of(), List.of(), false).run(machine(ToolGeneration.TODAY)));
        StaticBakeFiles files = new StaticBakeFiles();
        files.add("compose.yaml", compose);
        BakeFile ours = files.resolve();

        assertThat(ours.resolve(List.of())).containsExactlyInAnyOrderElementsOf(theirs.resolve(List.of()));
        for (String name : List.of("web", "app", "worker")) {
            assertThat(ours.targets().get(name))
                    .usingRecursiveComparison()
                    .ignoringFields("options")
                    .isEqualTo(theirs.targets().get(name));
        }
        assertThat(ours.targets().get("web").options())
                .contains("--ulimit=nofile=20000:40000", "--add-host=somehost:162.242.195.82");
    }

    /** Several overrides are separated by blanks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.platform=linux/arm64",
                "*.platform=linux/arm64,linux/s390x",
                "*.platform=linux/arm64 a.platform=linux/s390x a.platform=linux/386",
                "_c.platform=linux/s390x",
                "a.platform=",
                "*.args.Y=a=b _c.args.X=2 a.args.with.dots=3",
                "w*.tags=registry.example.com/x:2",
                "a.tags+=registry.example.com/b:1",
                "a.tags=",
                "[aw]*.target=t",
                "[!a]*.target=t",
                "w?b.dockerfile=E",
                "*.cache-from=type=registry,ref=registry.example.com/z",
                "a.cache-from+=type=registry,ref=registry.example.com/z",
                "*.cache-to=type=registry,ref=registry.example.com/z",
                "a.labels.k=w web.labels.other=x",
                "a.contexts.base=docker-image://registry.example.com/base:1",
                "a.output=type=local,dest=out",
                "a.attest=type=sbom",
                "a.annotations=index:k=v",
                "a.shm-size=1g",
                "a.context=other",
                "*.pull=true a.no-cache=true *.no-cache=false"
            })
    void overridesMeanWhatTheyMeanToBuildx(String overrides) throws Exception {
        Files.delete(directory.resolve("docker-bake.hcl"));
        String file = """
                {"group": {"default": {"targets": ["a", "web"]}},
                 "target": {
                    "_c": {"args": {"X": "1"}, "cache-from": ["type=registry,ref=registry.example.com/c"],
                           "platforms": ["linux/amd64"]},
                    "a": {"inherits": ["_c"], "tags": ["registry.example.com/a:1"], "context": "a",
                          "cache-from": ["type=registry,ref=registry.example.com/d"]},
                    "web": {"inherits": ["_c"], "tags": ["registry.example.com/w:1"], "labels": {"k": "v"},
                            "dockerfile": "D"}}}
                """;
        Files.writeString(directory.resolve("docker-bake.json"), file);
        List<String> set = List.of(overrides.split(" "));
        BakeFile theirs =
                BakeFile.read(new BakePrint(List.of(), List.of(), set, false).run(machine(ToolGeneration.TODAY)));
        StaticBakeFiles files = new StaticBakeFiles();
        files.add("docker-bake.json", file);
        files.override(set.stream().map(BakeOverride::parse).toList());
        BakeFile ours = files.resolve();

        for (String name : List.of("a", "web")) {
            assertThat(ours.targets().get(name))
                    .usingRecursiveComparison()
                    .isEqualTo(theirs.targets().get(name));
        }
        assertThat(ours.targets()).isNotEqualTo(plain(file).targets());
    }

    private static BakeFile plain(String file) {
        StaticBakeFiles files = new StaticBakeFiles();
        files.add("docker-bake.json", file);
        return files.resolve();
    }

    @Test
    void anOverrideForNoTargetIsNamed() {
        StaticBakeFiles files = new StaticBakeFiles();
        files.add("docker-bake.json", "{\"target\": {\"a\": {}, \"b\": {}}}");
        assertThatThrownBy(() -> files.override(List.of(BakeOverride.parse("z*.platform=linux/amd64"))))
                .isInstanceOf(BakeFileException.class)
                .hasMessage("The override 'z*.platform=linux/amd64' is for no target. There are a, b.");
    }
}
