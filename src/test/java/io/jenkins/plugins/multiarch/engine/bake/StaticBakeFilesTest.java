package io.jenkins.plugins.multiarch.engine.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bake files in JSON, without buildx. */
class StaticBakeFilesTest {

    private static BakeFile resolve(String... texts) {
        StaticBakeFiles files = new StaticBakeFiles();
        for (int i = 0; i < texts.length; i++) {
            files.add("file-" + i + ".json", texts[i]);
        }
        return files.resolve();
    }

    @Test
    void targetsInheritAndLaterFilesWin() {
        BakeFile file = resolve("""
                {"group": {"default": {"targets": ["app"]}},
                 "target": {
                    "common": {"args": {"A": "1", "B": "1"}, "platforms": ["linux/amd64"], "cache-from": ["r.example.com/a"]},
                    "more": {"args": {"B": "2"}, "labels": {"l": "m"}},
                    "app": {"inherits": ["common", "more"], "args": {"C": "3"}, "tags": ["r.example.com/app:1"],
                            "cache-from": ["r.example.com/b"]}}}
                """, """
                {"target": {"app": {"args": {"A": "4"}, "tags": ["r.example.com/app:2"]},
                            "common": {"platforms": ["linux/arm64"]}}}
                """);
        BakeTarget app = file.targets().get("app");
        assertThat(app.args()).hasToString("{A=4, B=2, C=3}");
        assertThat(app.labels()).containsEntry("l", "m");
        assertThat(app.tags()).containsExactly("r.example.com/app:2");
        assertThat(app.platforms()).containsExactly("linux/arm64");
        assertThat(app.cacheFrom()).contains("type=registry,ref=r.example.com/a", "type=registry,ref=r.example.com/b");
        assertThat(file.groups()).containsOnlyKeys("default");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"variable": {"A": {}}}                           | has a variable, which buildx resolves. Install the buildx plugin
            {"function": {"f": {}}}                           | has a function, which buildx resolves.
            {"target": {"a": {"tags": ["x:${A}"]}}}           | has ${…}, which buildx resolves.
            {"target": {"a": {"matrix": {"v": ["1"]}}}}       | Target 'a' has a matrix, which buildx resolves.
            {"target": {"a": 1}}                              | Target 'a' cannot be built: it is not an object.
            {"target": {"a": {"inherits": ["b"]}}}            | Target 'a' inherits from 'b', which is in no bake file. There are a.
            {"target": {"a": {"inherits": ["a"]}}}            | The targets inherit from each other in a circle: a -> a.
            {"target":                                        | The bake file 'file-0.json' cannot be read: it is not JSON
            """)
    void whatOnlyBuildxCanDoIsNamed(String json, String message) {
        assertThatThrownBy(() -> resolve(json))
                .isInstanceOf(BakeFileException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker-bake.hcl", "bake.toml"})
    void otherFormatsNeedBuildx(String name) {
        assertThatThrownBy(() -> StaticBakeFiles.requireReadable(name))
                .hasMessage(
                        "'" + name
                                + "' needs buildx: HCL is read by docker buildx bake --print, which this machine"
                                + " does not have. Install the buildx plugin (docker-buildx-plugin) on it, or write the bake file in JSON.");
    }
}
