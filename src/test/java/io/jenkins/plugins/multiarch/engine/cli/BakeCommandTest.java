package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Bake files whose Dockerfiles run nothing, so that no build tool is needed. */
class BakeCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private FaultyRegistry registry;
    private FaultyRegistry mirror;

    @BeforeEach
    void startRegistries() throws IOException {
        registry = new FaultyRegistry();
        mirror = new FaultyRegistry();
        Files.writeString(
                directory.resolve("Dockerfile"), "FROM scratch\nARG NAME\nLABEL name=$NAME\nCOPY Dockerfile /\n");
    }

    @AfterEach
    void stopRegistries() {
        registry.close();
        mirror.close();
    }

    private ImageReference image(String repositoryAndTag) {
        return registry.image(repositoryAndTag);
    }

    /** @param targets as in JSON, with ' for " and {@code registry} and {@code mirror} for those of the test */
    private Path bakeFile(String targets) throws IOException {
        String text = "{\"target\": {%s}}"
                .formatted(targets.replace('\'', '"')
                        .replace("CONTEXT", directory.toString())
                        .replace("registry/", image("x").registry() + "/")
                        .replace("mirror/", mirror.image("x").registry() + "/"));
        return Files.writeString(directory.resolve("bake.json"), text);
    }

    private int bake(String targets, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("bake", "--file=" + bakeFile(targets), "--config=" + directory));
        all.addAll(Arrays.asList(arguments));
        return run(all);
    }

    private int run(List<String> arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments.toArray(String[]::new));
    }

    private static String target(String name, String rest) {
        return "'%s': {'context': 'CONTEXT', 'args': {'NAME': '%s'}, 'platforms': ['linux/amd64', 'linux/s390x'] %s}"
                .formatted(name, name, rest);
    }

    private List<JsonNode> printed() {
        return out.toString().lines().map(Json::readLeniently).toList();
    }

    /** Tags that have been pushed, in this order. */
    private static List<String> tagsPushed(FaultyRegistry asked) {
        return asked.asked().stream()
                .filter(request -> request.matches("PUT .*/manifests/[^:]*"))
                .map(request -> request.replaceAll(".*/v2/(.*)/manifests/", "$1:"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --publish=some        | Unknown publish 'some'. Choose all or each.
            --builder=kaniko      | Unknown builder 'kaniko'
            --set=platforms       | 'platforms' is no override. Write target.attribute=value
            --max-parallel=-1     | --max-parallel is -1. Give the number of platform images
            --var=novalue         | novalue
            --platform=linux/sparc | Unknown architecture 'sparc'
            --ssh=default=/none   | The SSH key '/none' cannot be read.
            https://example.com/x | 'https://example.com/x' is not the name of a target.
            """)
    void wrongUsageIsOneLineAndTwo(String argument, String message) throws IOException {
        assertThat(bake(target("default", ""), argument)).as(err.toString()).isEqualTo(2);
        assertThat(err.toString().strip()).contains(message).contains("--help").doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'a': {}                                                    | The bake file has no target and no group 'default'. It has the targets a.
            'default': {'contexts': {'x': 'target:b'}}, 'b': {'contexts': {'x': 'target:default'}} | The targets build on each other in a circle: default -> b -> default.
            'default': {'context': 'CONTEXT'}                          | Target 'default' has no tags, so it cannot be pushed.
            'default': {'tags': ['registry/X:1']}                      | Target 'default' has the tag
            'default': {'tags': ['registry/x:1'], 'context': 'CONTEXT', 'secret': ['id=a']} | Target 'default' cannot be built: It needs the secret 'a'. Give it with --secret id=a,src=FILE.
            'default': {'tags': ['registry/x:1'], 'context': 'CONTEXT', 'ssh': ['default']} | Target 'default' cannot be built: It needs SSH. Give it with --ssh default
            'default': {'tags': ['registry/x:1'], 'context': 'CONTEXT/none'} | Target 'default' cannot be built: There is no directory
            'default': {'tags': ['registry/x:1'], 'context': 'CONTEXT', 'dockerfile': 'None'} | Target 'default' cannot be built: There is no Dockerfile 'None' in
            'default': {'tags': ['registry/x:1'], 'context': 'CONTEXT', 'contexts': {'c': 'CONTEXT/c'}} | The build context 'c' is the directory
            'default': {'tags': ['registry/x:1'], 'context': 'CONTEXT', 'output': [{'type': 'local', 'dest': 'CONTEXT/..'}], 'platforms': ['linux/amd64'], 'sbom': 1} | its attribute 'sbom' is unknown
            'default': {'tags': ['registry/x:1'], 'context': 'CONTEXT', 'dockerfile-inline': 'FROM scratch\\nRUN x'} | default.Dockerfile, line 2: RUN 'x' runs a program
            """)
    void whatCannotBeIsNamedBeforeAnythingIsBuilt(String targets, String message) throws IOException {
        assertThat(bake(targets, "--builder=jib")).as(err.toString()).isEqualTo(1);
        assertThat(err.toString()).contains(message).doesNotContain("Made ");
        assertThat(out.toString()).isEmpty();
        assertThat(registry.asked()).isEmpty();
    }

    @Test
    void everyTargetIsBuiltBeforeTheFirstTagMoves() throws IOException {
        int code = bake(
                target("default", ", 'tags': ['registry/app:1', 'registry/app:latest', 'mirror/app:1']") + ","
                        + target(
                                "b",
                                ", 'tags': ['registry/b:1'], 'annotations': ['index:k=v', 'manifest-descriptor[linux/s390x]:d=e']"),
                "--builder=jib",
                "default",
                "b");

        assertThat(code).as(err.toString()).isZero();
        List<String> asked = registry.asked();
        assertThat(asked.stream()
                        .filter(request -> request.matches("PUT .*/manifests/.*"))
                        .toList())
                .as("four images by digest, then tags")
                .hasSizeGreaterThan(6)
                .satisfies(puts -> assertThat(puts.subList(0, 4)).allMatch(put -> put.contains("/manifests/sha256:")))
                .satisfies(puts -> assertThat(puts.subList(4, puts.size())).noneMatch(put -> put.contains("/sha256:")));
        assertThat(tagsPushed(registry)).containsExactlyInAnyOrder("app:1", "app:latest", "b:1");
        assertThat(tagsPushed(mirror)).containsExactly("app:1");
        assertThat(registry.digestOf(image("app:1")))
                .isEqualTo(registry.digestOf(image("app:latest")))
                .isEqualTo(mirror.digestOf(mirror.image("app:1")));

        List<JsonNode> targets = printed();
        assertThat(targets).extracting(target -> target.path("target").asText()).containsExactly("default", "b");
        JsonNode app = targets.get(0);
        assertThat(app.path("indexes")).hasSize(2);
        assertThat(app.at("/indexes/0/reference").asText())
                .isEqualTo(image("app:1").name() + "@" + registry.digestOf(image("app:1")));
        assertThat(app.at("/indexes/0/tags").toString()).isEqualTo("[\"1\",\"latest\"]");
        assertThat(app.at("/indexes/1/reference").asText())
                .startsWith(mirror.image("app:1").name() + "@sha256:");
        assertThat(CollectedImages.parse(app.path("images").toString()).sources())
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "a"})
    void oneThatFailsIsNamedAndNothingIsPublished(String first) throws IOException {
        int code = bake(
                target("a", ", 'tags': ['registry/a:1']") + ","
                        + target(
                                "default",
                                ", 'tags': ['registry/b:1'], 'dockerfile-inline': 'FROM scratch\\nCOPY missing /\\n'")
                        + "," + target("z", ", 'tags': ['registry/z:1']"),
                "--builder=jib",
                "--max-parallel=1",
                first,
                first.equals("a") ? "default" : "a",
                "z");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().strip().lines().reduce((one, other) -> other).orElseThrow())
                .startsWith("multiarch bake: Target 'default' has failed: ")
                .contains("missing")
                .endsWith(
                        first.equals("a")
                                ? "Not built: z. No target was published."
                                : "Not built: a, z. No target was published.");
        assertThat(tagsPushed(registry)).isEmpty();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void withPublishEachTheOthersArePublished() throws IOException {
        String targets = target("a", ", 'tags': ['registry/a:1']") + ","
                + target(
                        "default",
                        ", 'tags': ['registry/b:1'], 'dockerfile-inline': 'FROM scratch\\nCOPY missing /\\n'")
                + "," + target("z", ", 'tags': ['registry/z:1']");

        int code = bake(targets, "--builder=jib", "--publish=each", "--no-fail-fast", "a", "default", "z");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().strip())
                .contains("multiarch bake: Target 'default' has failed: ")
                .endsWith("Published: a, z.");
        assertThat(tagsPushed(registry)).containsExactlyInAnyOrder("a:1", "z:1");
        assertThat(printed())
                .extracting(target -> target.path("target").asText())
                .containsExactly("a", "z");
    }

    @Test
    void aRegistryThatRefusesOneTagKeepsNoOtherFromBeingPublished() throws IOException {
        registry.always("PUT .*/b/manifests/1", Fault.status(403));

        int code = bake(
                target("default", ", 'tags': ['registry/b:1']") + "," + target("a", ", 'tags': ['registry/a:1']"),
                "--builder=jib",
                "default",
                "a");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().strip())
                .contains("multiarch bake: Target 'default' was not published as " + image("b:1") + ": ")
                .endsWith("Published: a.");
        assertThat(printed())
                .extracting(target -> target.path("target").asText())
                .containsExactly("a");
    }

    @Test
    void withoutPushNothingIsAskedOfARegistryAndNothingPrinted() throws IOException {
        assertThat(bake(target("default", ", 'tags': ['registry/a:1']"), "--builder=jib", "--no-push"))
                .as(err.toString())
                .isZero();
        assertThat(err.toString()).contains("[default linux/amd64,linux/s390x] Made linux/s390x");
        assertThat(out.toString()).isEmpty();
        assertThat(registry.asked()).isEmpty();
    }

    @Test
    void aDryRunPrintsThePlanAndBuildsNothing() throws IOException {
        String untold = "'default': {'context': 'CONTEXT', 'tags': ['registry/a:1'], 'entitlements': ['x']}";

        int code = bake(
                untold,
                "--builder=jib",
                "--dry-run",
                "--platform=linux/arm64,linux/riscv64",
                "--secret=id=unused,env=X");

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "TARGET   PLATFORM       BUILT            WHY",
                        "default  linux/arm64    without machine  the Dockerfile runs nothing",
                        "default  linux/riscv64  without machine  the Dockerfile runs nothing");
        assertThat(err.toString().lines())
                .containsExactly(
                        "WARNING: Target 'default' is built without entitlements [\"x\"], which cannot be honoured.",
                        "WARNING: No target names the secret 'unused'.");
        assertThat(registry.asked()).isEmpty();
    }

    @Test
    void theResolvedTargetsCanBePrinted() throws IOException {
        int code =
                bake("'default': {'inherits': ['c'], 'tags': ['x:1']}, 'c': {'args': {'A': 'b'}}", "--print", "--pull");

        assertThat(code).as(err.toString()).isZero();
        assertThat(Json.readLeniently(out.toString())).isEqualTo(Json.readLeniently("""
                        {"group": {"default": {"targets": ["default"]}},
                         "target": {"default": {"context": ".", "dockerfile": "Dockerfile", "args": {"A": "b"}, "tags": ["x:1"],
                                    "pull": true}}}
                        """));
        assertThat(err.toString()).isEmpty();
    }
}
