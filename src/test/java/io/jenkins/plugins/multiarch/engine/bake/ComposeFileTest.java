package io.jenkins.plugins.multiarch.engine.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeFileTest {

    private static BakeFile read(String text) {
        StaticBakeFiles files = new StaticBakeFiles();
        files.add("compose.yaml", text);
        return files.resolve();
    }

    private static BakeTarget target(String build) {
        return read("services: {a.b: {build: " + build + "}}").targets().get("a_b");
    }

    @Test
    void servicesThatAreBuiltAreTargets() {
        BakeFile file = read("""
                x-platforms: &platforms
                  platforms: [linux/amd64, linux/arm64]
                services:
                  db: {image: 'postgres:16'}
                  web:
                    image: registry.example.com/web:1
                    build:
                      <<: *platforms
                      context: ./web
                      additional_contexts: ["app=service:my.app", assets=./assets]
                  my.app: {build: .}
                """);

        assertThat(file.resolve(List.of())).containsExactly("web", "my_app");
        BakeTarget web = file.targets().get("web");
        assertThat(web.context()).isEqualTo("web");
        assertThat(web.tags()).containsExactly("registry.example.com/web:1");
        assertThat(web.platforms()).containsExactly("linux/amd64", "linux/arm64");
        assertThat(web.bases()).isEqualTo(Map.of("app", "my_app"));
        assertThat(web.contexts()).isEqualTo(Map.of("assets", "assets"));
    }

    @Test
    void valuesHaveAnyOfTheirForms() {
        assertThat(target("{args: {A: 1, B: null, C: 'x y'}}").args()).isEqualTo(Map.of("A", "1", "C", "x y"));
        assertThat(target("{args: [A=1, B, 'C=x=y']}").args()).isEqualTo(Map.of("A", "1", "C", "x=y"));
        assertThat(target("{ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}}").options())
                .containsExactly("--ulimit=nproc=5:5", "--ulimit=nofile=1:2");
        assertThat(target("{extra_hosts: ['a:1.2.3.4', 'b=::1']}").options())
                .containsExactly("--add-host=a:1.2.3.4", "--add-host=b:::1");
        assertThat(target("{secrets: [token, {source: key}]}").secrets()).containsExactly("token", "key");
        assertThat(target("{ssh: [default]}").ssh()).isTrue();
        assertThat(target("{tags: ['x:1'], x-bake: {tags: ['y:1', 'y:2'], platforms: linux/s390x, no-cache: true}}"))
                .satisfies(baked -> {
                    assertThat(baked.tags()).containsExactly("y:1", "y:2");
                    assertThat(baked.platforms()).containsExactly("linux/s390x");
                    assertThat(baked.noCache()).isTrue();
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "services: {a: {build: {context: '${DIR}'}}} | has ${…}, which buildx resolves",
                "services: {a: {build: {context: $DIR}}}     | has ${…}, which buildx resolves",
                "include: [other.yaml]                       | has include, which buildx resolves",
                "services: {a: {extends: b, build: .}}       | has extends in the service 'a', which buildx resolves",
                "'services: [a'                              | The compose file 'compose.yaml' cannot be read",
                "services: {a: {build: .}, a: {build: .}}    | found duplicate key a",
                "services: {a: {build: {isolation: hyperv}}} | its attribute 'isolation' is unknown",
                "services: !!javax.script.ScriptEngineManager [] | The compose file 'compose.yaml' cannot be read",
            })
    void whatCannotBeReadIsNamed(String text, String message) {
        assertThatThrownBy(() -> read(text).targets().get("a"))
                .isInstanceOf(BakeFileException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aBombOfAliasesIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 400; i++) {
            bomb.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [*a")
                    .append(i - 1)
                    .append(", *a")
                    .append(i - 1)
                    .append("]\n");
        }
        assertThatThrownBy(() -> read(bomb.toString())).hasMessageContaining("aliases");
    }

    @Test
    void anEmptyFileHasNoTarget() {
        assertThatThrownBy(() -> read("").resolve(List.of())).isInstanceOf(BakeFileException.class);
    }
}
