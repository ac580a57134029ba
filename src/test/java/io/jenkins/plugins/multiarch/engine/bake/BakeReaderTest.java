package io.jenkins.plugins.multiarch.engine.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files are read, and by whom. */
class BakeReaderTest {

    private static final CommandRunner WITHOUT_BUILDX =
            (command, timeout) -> new CommandResult(1, "", "no such plugin");

    @TempDir
    private Path directory;

    private BakeReader reader(List<String> files, List<String> targets, String... set) {
        return new BakeReader(
                BakeDirectory.of(directory), WITHOUT_BUILDX, new BakePrint(files, targets, List.of(set), false));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text.replace('\'', '"'));
    }

    @Test
    void buildxReadsWhereItIs() throws Exception {
        CommandRunner buildx = (command, timeout) -> new CommandResult(
                0, command.contains("--print") ? "{\"target\": {\"hcl\": {\"tags\": [\"x\"]}}}" : "v0.13", "");
        BakeReader reader = new BakeReader(
                BakeDirectory.of(directory), buildx, new BakePrint(List.of(), List.of(), List.of(), false));
        assertThat(reader.read().targets()).containsOnlyKeys("hcl");
        assertThat(reader.print()).isEqualTo("{\"target\": {\"hcl\": {\"tags\": [\"x\"]}}}");
    }

    @Test
    void withoutItTheUsualFilesAreMergedAndFlagsOfAllTargetsSet() throws Exception {
        write("docker-bake.json", "{'target': {'a': {'args': {'X': '1'}}, 'b': {'inherits': ['a']}}}");
        write("docker-bake.override.json", "{'target': {'a': {'args': {'Y': '2'}}}}");
        BakeFile file =
                reader(List.of(), List.of(), "*.no-cache=true", "*.pull=false").read();
        assertThat(file.targets().get("b").args()).hasToString("{X=1, Y=2}");
        assertThat(file.targets().values()).allMatch(BakeTarget::noCache).noneMatch(BakeTarget::pull);
    }

    @Test
    void printsWhatIsWantedWithItsBases() throws Exception {
        write("mine.json", """
                {'group': {'all': {'targets': ['app', 'rest']}, 'rest': {'targets': ['files']}, 'unused': {'targets': []}},
                 'target': {
                    'common': {'platforms': ['linux/arm64']},
                    'base': {'inherits': ['common'], 'context': 'base'},
                    'app': {'inherits': ['common'], 'contexts': {'base': 'target:base'}},
                    'files': {'dockerfile': 'Files', 'tags': ['x:1']}}}
                """);
        JsonNode all =
                Json.readLeniently(reader(List.of("mine.json"), List.of("all")).print());
        assertThat(all.path("group").toString())
                .isEqualTo("{\"default\":{\"targets\":[\"all\"]},\"all\":{\"targets\":[\"app\",\"rest\"]},"
                        + "\"rest\":{\"targets\":[\"files\"]}}");
        assertThat(all.path("target").fieldNames()).toIterable().containsExactly("app", "base", "files");
        assertThat(all.at("/target/app").toString())
                .isEqualTo("{\"platforms\":[\"linux/arm64\"],\"contexts\":{\"base\":\"target:base\"},\"context\":\".\","
                        + "\"dockerfile\":\"Dockerfile\"}");
        assertThat(all.at("/target/files/dockerfile").asText()).isEqualTo("Files");

        JsonNode one = Json.readLeniently(
                reader(List.of("mine.json"), List.of("files")).print());
        assertThat(one.path("target").fieldNames()).toIterable().containsExactly("files");
        assertThatThrownBy(() -> reader(List.of("mine.json"), List.of("none")).print())
                .hasMessageStartingWith("The bake file has no target and no group 'none'.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            -               | -               | -            | There is no bake file in DIRECTORY. Name the file, or check the source code out first.
            docker-bake.hcl | -               | -            | 'docker-bake.hcl' needs buildx: HCL is read by
            compose.yaml    | docker-bake.hcl | -            | 'docker-bake.hcl' needs buildx:
            -               | docker-bake.hcl | -            | 'docker-bake.hcl' needs buildx:
            -               | other.json      | -            | There is no bake file 'other.json' in DIRECTORY.
            docker-bake.hcl | -               | a.call=check | The override 'a.call=check' is resolved by buildx, which this machine does not have.
            docker-bake.hcl | -               | a.args=x     | The override 'a.args=x' is resolved by buildx,
            docker-bake.hcl | -               | a.pull=maybe | The override 'a.pull=maybe' is resolved by buildx,
            """)
    void whatCannotBeReadIsNamed(String present, String named, String override, String message) throws Exception {
        if (present != null) {
            write(present, "");
        }
        BakeReader reader = reader(
                named == null ? List.of() : List.of(named),
                List.of(),
                override == null ? new String[0] : new String[] {override});
        assertThatThrownBy(reader::read)
                .isInstanceOf(BakeFileException.class)
                .hasMessageStartingWith(message.replace("DIRECTORY", directory.toString()));
    }
}
