package io.jenkins.plugins.multiarch.engine.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoreFileTest {

    @TempDir
    Path context;

    private static IgnoreFile rules(String text) {
        return IgnoreFile.parse(".dockerignore", text);
    }

    /** One rule, one path, ignored or not. */
    static Stream<Arguments> singleRules() {
        return Stream.of(
                arguments("target", "target", true),
                arguments("target", "target/classes/A.class", true),
                arguments("target", "module/target", false),
                arguments("target", "target2", false),
                arguments("target", "Target", false),
                // spelling that does not matter
                arguments("/target", "target", true),
                arguments("//target", "target", true),
                arguments("target/", "target", true),
                arguments("target/", "target/a", true),
                arguments("./target", "target", true),
                arguments("a/../target", "target", true),
                arguments("a//./b", "a/b", true),
                arguments("  target \t", "target", true),
                arguments("target\r", "target", true),
                // rules that can match nothing in the context
                arguments("/", "a", false),
                arguments(".", "a", false),
                arguments("..", "a", false),
                arguments("../a", "a", false),
                // inside one name
                arguments("*.log", "a.log", true),
                arguments("*.log", ".log", true),
                arguments("*.log", "logs/a.log", false),
                arguments("*.log", "a.log/inside", true),
                arguments("*/*.log", "logs/a.log", true),
                arguments("*/*.log", "a.log", false),
                arguments("*/*.log", "x/logs/a.log", false),
                arguments("*", "anything", true),
                arguments("*", "dir/anything", true),
                arguments("temp?", "temp1", true),
                arguments("temp?", "temp", false),
                arguments("temp?", "temp12", false),
                arguments("temp?", "temp/", false),
                arguments("a?b", "a/b", false),
                arguments("a*b", "a/b", false),
                arguments("a*b*c", "aXbbYc", true),
                arguments("a*b*c", "aXbbYcd", false),
                arguments("gr?n", "grün", true),
                arguments("?", "\uD83D\uDC33", true),
                // across names
                arguments("**", "a", true),
                arguments("**", "a/b/c", true),
                arguments("**/", "a/b/c", true),
                arguments("**/*.go", "main.go", true),
                arguments("**/*.go", "cmd/x/main.go", true),
                arguments("**/*.go", "cmd/x/main.gone", false),
                arguments("**/node_modules", "node_modules", true),
                arguments("**/node_modules", "web/node_modules/left-pad/index.js", true),
                arguments("**/node_modules", "web/my_node_modules", false),
                arguments("**/a/b", "x/y/a/b", true),
                arguments("**/a/b", "x/ya/b", false),
                arguments("a/**", "a", false),
                arguments("a/**", "a/b", true),
                arguments("a/**", "a/b/c", true),
                arguments("a/**", "ab/c", false),
                arguments("a/**/b", "a/b", true),
                arguments("a/**/b", "a/x/b", true),
                arguments("a/**/b", "a/x/y/b", true),
                arguments("a/**/b", "a/xb", false),
                arguments("a/**b", "a/x/b", true),
                arguments("a**", "a", true),
                arguments("a**", "abc/d", true),
                arguments("**/**/*.txt", "x.txt", true),
                arguments("**/x/**", "a/x/b", true),
                arguments("**/x/**", "a/x", false),
                arguments("**.log", "a.log", true),
                arguments("**.log", "x/y/a.log", true),
                arguments("**tail*", "x/tails", true),
                arguments("**tail*", "x/my-tails", false),
                // classes
                arguments("[a-c]x", "bx", true),
                arguments("[a-c]x", "dx", false),
                arguments("[^a-c]x", "dx", true),
                arguments("[^a-c]x", "ax", false),
                arguments("[!a]x", "!x", true),
                arguments("[!a]x", "bx", false),
                arguments("[\\]]", "]", true),
                arguments("[\\-a]", "-", true),
                arguments("[a-c0-9_]", "7", true),
                arguments("[a-c0-9_]", "z", false),
                arguments("[.]x", "ax", false),
                arguments("x]", "x]", true),
                // escapes
                arguments("\\*", "*", true),
                arguments("\\*", "a", false),
                arguments("a\\?", "a?", true),
                arguments("\\!x", "!x", true),
                arguments("\\#x", "#x", true),
                arguments("a\\\\b", "a\\b", true),
                // characters that are special elsewhere
                arguments("a.b", "axb", false),
                arguments("a+(b)|{c}$^", "a+(b)|{c}$^", true),
                arguments("# no comment", "# no comment", false),
                arguments(" # no comment", "# no comment", true));
    }

    @ParameterizedTest
    @MethodSource("singleRules")
    void oneRule(String rule, String path, boolean ignored) {
        assertThat(rules(rule).ignores(path)).isEqualTo(ignored);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // the rules, separated by blanks | path | ignored
                "*.md !README.md               | README.md        | false",
                "*.md !README.md               | CHANGES.md       | true",
                "!README.md *.md               | README.md        | true",
                "*.md !README*.md README-x.md  | README-x.md      | true",
                "*.md README-x.md !README*.md  | README-x.md      | false",
                "docs !docs/keep               | docs/keep        | false",
                "docs !docs/keep               | docs/keep/a/b    | false",
                "docs !docs/keep               | docs/other       | true",
                "docs !docs/keep docs/keep/no  | docs/keep/no/a   | true",
                "docs !docs/keep docs/keep/no  | docs/keep/yes    | false",
                "** !src                       | src/main/A.java  | false",
                "** !src                       | src2             | true",
                "** !src **/*.tmp              | src/a.tmp        | true",
                "* !*/keep.txt                 | a/keep.txt       | false",
                "* !*/keep.txt                 | a/b/keep.txt     | true",
                "* !**/keep.txt                | a/b/keep.txt     | false",
                "* !/src/                      | src/a            | false",
                "vendor !vendor                | vendor/a         | false",
                "vendor !vendor vendor/a       | vendor/a         | true",
                "a !b                          | a                | true",
                "a !a/b/c                      | a/b              | true",
                "a !a/b/c                      | a/b/c            | false",
                "*/x !a                        | a/x              | true",
                "a */x !a                      | a/x              | false",
                "!!x                           | !x               | false",
                "\\!x !!x                      | !x               | false",
            })
    void theLastRuleThatMatchesDecides(String lines, String path, boolean ignored) {
        assertThat(rules(lines.replace(' ', '\n')).ignores(path)).isEqualTo(ignored);
    }

    @Test
    void commentsBlankLinesAndAByteOrderMarkAreNoRules() {
        IgnoreFile rules = rules("\uFEFF# build output\r\n\r\n   \r\ntarget\r\n!  target/keep\r\n#target/keep\r\n");

        assertThat(rules.ignores("target/a")).isTrue();
        assertThat(rules.ignores("target/keep")).isFalse();
        assertThat(rules.ignores("# build output")).isFalse();
    }

    @Test
    void aByteOrderMarkDoesNotHideTheFirstRule() {
        assertThat(rules("\uFEFFtarget").ignores("target")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "[a,                not closed",
        "[,                 not closed",
        "[],                must be written",
        "[]a],              must be written",
        "[^],               must be written",
        "[-a],              must be written",
        "[a-],              must be written",
        "[z-a],             backwards",
        "a\\,               nothing follows the '\\'",
        "[a\\,              nothing follows the '\\'",
        "!,                 nothing follows the '!'",
        "!/,                nothing follows the '!'",
        "![,                not closed",
    })
    void aMalformedPatternIsReportedWithItsPlace(String pattern, String reason) {
        assertThatThrownBy(() -> IgnoreFile.parse("web/Dockerfile.dockerignore", "# rules\n\nok\n" + pattern + "\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("web/Dockerfile.dockerignore, line 4")
                .hasMessageContaining("'" + pattern + "'")
                .hasMessageContaining(reason);
    }

    @Test
    void aPatternFullOfStarsTakesNoTimeAtAll() {
        String name = "a".repeat(250);
        long start = System.nanoTime();

        assertThat(rules("*a".repeat(60) + "b").ignores(name)).isFalse();
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }

    @Test
    void aDirectoryNeedsNoVisitUnlessAnExceptionLiesBelow() {
        IgnoreFile rules = rules("*\n!src/main/*.c\n!**/doc\n");
        assertThat(rules.root().below("src").mayIncludeBelow()).isTrue();
        assertThat(rules("*\n!src/main/*.c").root().below("src").mayIncludeBelow())
                .isTrue();
        assertThat(rules("*\n!src/main/*.c").root().below("lib").mayIncludeBelow())
                .isFalse();
        assertThat(rules("*\n!src/main/*.c").root().below("src").below("test").mayIncludeBelow())
                .isFalse();
        assertThat(rules("*\n!s*/x").root().below("lib").mayIncludeBelow()).isFalse();
        assertThat(rules("*\n!s*/x").root().below("src").mayIncludeBelow()).isTrue();
        assertThat(rules("*").root().below("src").mayIncludeBelow()).isFalse();
    }

    @Test
    void theFileBesideTheDockerfileTakesPrecedence() throws IOException {
        Files.createDirectories(context.resolve("docker"));
        Files.writeString(context.resolve(".dockerignore"), "general");
        Files.writeString(context.resolve("docker/web.Dockerfile.dockerignore"), "special");

        IgnoreFile web = IgnoreFile.read(context, "docker/web.Dockerfile");
        assertThat(web.name()).contains("docker/web.Dockerfile.dockerignore");
        assertThat(web.ignores("special")).isTrue();
        assertThat(web.ignores("general")).isFalse();

        IgnoreFile other = IgnoreFile.read(context, "docker/db.Dockerfile");
        assertThat(other.name()).contains(".dockerignore");
        assertThat(other.ignores("general")).isTrue();
    }

    @Test
    void withoutAFileNothingIsIgnored() throws IOException {
        IgnoreFile none = IgnoreFile.read(context, "Dockerfile");

        assertThat(none.name()).isEmpty();
        assertThat(none.ignores("anything")).isFalse();
    }

    @Test
    void refusesAFileThatIsTooLargeOrElsewhere(@TempDir Path elsewhere) throws IOException {
        Path file = context.resolve(".dockerignore");
        Files.writeString(file, "#".repeat(1024 * 1024 + 1));
        assertThatThrownBy(() -> IgnoreFile.read(context, "Dockerfile"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(".dockerignore")
                .hasMessageContaining("1048577 bytes");

        Files.delete(file);
        Files.createSymbolicLink(file, Files.writeString(elsewhere.resolve("rules"), "x"));
        assertThatThrownBy(() -> IgnoreFile.read(context, "Dockerfile"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("link out of the build context");
    }

    /** As long as the whole file may be, of every kind that can be repeated. */
    @ParameterizedTest
    @ValueSource(strings = {"*", "**/", "*a", "a*", "?", "**a", "[ab]"})
    @Timeout(20)
    void aLongPatternIsAMatchOrNot(String unit) {
        for (int length : new int[] {200_000, 1_000_000}) {
            String pattern = unit.repeat(length / unit.length());
            IgnoreFile file = IgnoreFile.parse(".dockerignore", pattern);
            assertThat(file.ignores("src/b"))
                    .isEqualTo(unit.startsWith("**") && !unit.endsWith("a") || unit.equals("*"));
        }
    }
}
