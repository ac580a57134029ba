package io.jenkins.plugins.multiarch.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How lines become instructions and stages. */
class DockerfileTest {

    private static Dockerfile parse(String text) {
        return Dockerfile.parse("Dockerfile", text);
    }

    @Test
    void readsStagesWithTheirInstructions() {
        Dockerfile dockerfile = parse("""
                ARG BASE=alpine
                FROM --platform=$BUILDPLATFORM ${BASE} AS Build
                RUN make
                FROM scratch
                COPY --from=build --chown=1:2 /out /
                """);

        assertThat(dockerfile.arguments()).extracting(Instruction::text).containsExactly("BASE=alpine");
        assertThat(dockerfile.stages()).extracting(Stage::name).containsExactly("build", "");
        assertThat(dockerfile.stages()).extracting(Stage::base).containsExactly("${BASE}", "scratch");
        assertThat(dockerfile.stages().get(0).from().flag("platform")).contains("$BUILDPLATFORM");
        Instruction copy = dockerfile.stages().get(1).instructions().get(0);
        assertThat(copy.flagNames()).containsExactly("from", "chown");
        assertThat(copy.flag("from")).contains("build");
        assertThat(copy.line()).isEqualTo(5);
        assertThat(copy.text()).isEqualTo("/out /");
        assertThat(dockerfile.stages().get(0).run()).isPresent();
        assertThat(dockerfile.stages().get(1).run()).isEmpty();
    }

    @Test
    void joinsContinuedLinesWithoutCommentsAndEmptyLines() {
        Stage stage = parse("FROM a\nENV A=1 \\\n  # no\n\n  B=2 \\  \n C=3\nlabel x=y\n")
                .stage("");
        assertThat(stage.instructions())
                .extracting(Instruction::toString)
                .containsExactly("ENV A=1 B=2 C=3", "LABEL x=y");
        assertThat(stage.instructions().get(1).line()).isEqualTo(7);
    }

    @Test
    void theEscapeCharacterIsThatOfTheDirective() {
        Dockerfile windows = parse("# syntax = docker/dockerfile:1\r\n# escape=`\r\nFROM a\r\nENV A=1 `\r\n B=2\r\n");
        assertThat(windows.escape()).isEqualTo('`');
        assertThat(windows.stage("").instructions())
                .extracting(Instruction::text)
                .containsExactly("A=1  B=2");
        assertThat(parse("# a comment ends directives\n# escape=`\nFROM a").escape())
                .isEqualTo('\\');
        assertThatThrownBy(() -> parse("#escape=x\nFROM a")).hasMessageContaining("'x' is neither");
    }

    @Test
    void readsHereDocuments() {
        Stage stage = parse(
                        "FROM a\nRUN <<EOF\nFROM b\nEOF\nCOPY <<-'one' <<two /d/\n\t\tx $A\n\tone\n two\ntwo\nUSER x\n")
                .stage("");
        assertThat(stage.instructions()).extracting(Instruction::keyword).containsExactly("RUN", "COPY", "USER");
        assertThat(stage.instructions().get(0).documents()).containsExactly(new HereDocument("EOF", "FROM b\n", true));
        assertThat(stage.instructions().get(1).documents())
                .containsExactly(new HereDocument("one", "x $A\n", false), new HereDocument("two", " two\n", true));
    }

    @Test
    void listsAreJsonAndEverythingElseIsForTheShell() {
        List<Instruction> commands = parse("FROM a\nCMD [\"a\", \"b c\"]\nCMD ['a']\nCMD [ -f x ]\n")
                .stage("")
                .instructions();
        assertThat(commands.get(0).json()).contains(List.of("a", "b c"));
        assertThat(commands.get(1).json()).isEmpty();
        assertThat(commands.get(2).json()).isEmpty();
    }

    @Test
    void stagesAreFoundByNameAndNumber() {
        Dockerfile dockerfile = parse("FROM a AS one\nFROM b AS two\nFROM c\n");
        assertThat(dockerfile.stage("TWO").index()).isEqualTo(1);
        assertThat(dockerfile.stage("0").name()).isEqualTo("one");
        assertThat(dockerfile.stage("").index()).isEqualTo(2);
        assertThat(dockerfile.find("two", 1)).isEmpty();
        assertThatThrownBy(() -> dockerfile.stage("three"))
                .hasMessage("The Dockerfile has no stage 'three'. Name one of its stages: one, two, 2.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | Dockerfile has no FROM",
                "'RUN x' | Dockerfile, line 1: RUN stands before the first FROM",
                "'FROM a\nRUNN x' | Dockerfile, line 2: 'RUNN' is no instruction",
                "'FROM a\n\nCOPY' | Dockerfile, line 3: COPY has nothing to work on",
                "'FROM a\nCOPY <<E /x\nab' | Dockerfile, line 2: the here-document 'E' does not end",
                "'FROM a b' | Dockerfile, line 1: FROM 'a b' is neither an image nor",
                "'FROM a AS 1x' | Dockerfile, line 1: FROM names the stage '1x'"
            })
    void whatIsMalformedIsNamedWithItsLine(String text, String message) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
