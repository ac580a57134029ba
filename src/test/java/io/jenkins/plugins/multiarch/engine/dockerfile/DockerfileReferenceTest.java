package io.jenkins.plugins.multiarch.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileReferenceTest {

    private static Dockerfile parse(String text) {
        return Dockerfile.parse("Dockerfile", text);
    }

    /** The instructions of the only stage, as one line of text each; {@code ;} ends a line of the Dockerfile. */
    private static List<String> instructions(String text) {
        return parse("FROM scratch\n" + text.replace(';', '\n')).stages().get(0).instructions().stream()
                .map(Instruction::toString)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "env a=b | ENV a=b",
                "  ENV\ta=b | ENV a=b",
                "ENV a=1 \\;b=2 | ENV a=1 b=2",
                "ENV a=1 \\;# a comment;b=2 | ENV a=1 b=2",
                "ENV a=1 \\;  # indented;;b=2 | ENV a=1 b=2",
                "ENV a=1 \\  ;b=2 | ENV a=1 b=2",
                "ENV a=1\\\\;# comment | ENV a=1\\\\",
                "ENV a='# no comment' | ENV a='# no comment'",
                "COPY --chown=1:2 --chmod=755 a b | COPY --chown=1:2 --chmod=755 a b",
                "COPY \\;  --chown=1:2 \\;  a b | COPY --chown=1:2 a b",
                "CMD [\"a\", \\;\"b\"] | CMD [\"a\", \"b\"]",
                "ONBUILD COPY --chown=1 a b | ONBUILD COPY --chown=1 a b",
            })
    void linesAreJoined(String text, String instruction) {
        assertThat(instructions(text)).containsExactly(instruction);
    }

    @Test
    void windowsLineEndsAndByteOrderMarksDoNotMatter() {
        assertThat(parse("\uFEFFFROM scratch\r\nENV a=1 \\\r\n  b=2\r\n")
                        .stages()
                        .get(0)
                        .instructions())
                .singleElement()
                .hasToString("ENV a=1 b=2");
    }

    @Test
    void directivesCountAtTheTopAlone() {
        Dockerfile top = parse("# syntax = docker/dockerfile:1\n#escape=`\nFROM scratch\nENV a=1 `\n b=2\n");
        Dockerfile late = parse("# a comment\n# escape=`\nFROM scratch\nENV a=1 \\\n b=2\n");

        assertThat(top.syntax()).isEqualTo("docker/dockerfile:1");
        assertThat(top.escape()).isEqualTo('`');
        assertThat(top.stages().get(0).instructions()).singleElement().hasToString("ENV a=1 b=2");
        assertThat(late.escape()).isEqualTo('\\');
        assertThat(late.stages().get(0).instructions()).hasSize(1);
    }

    @Test
    void hereDocumentsBelongToTheirInstruction() {
        List<Instruction> read = parse("""
                FROM scratch
                COPY <<one <<-"two" /d/
                FROM nowhere
                $x
                one
                \tno tab
                \ttwo
                RUN <<EOF cat
                COPY nothing
                EOF
                RUN echo "<<none" $((1 << 2)) <<<x
                ENV a=b
                """).stages().get(0).instructions();

        assertThat(read).extracting(Instruction::keyword).containsExactly("COPY", "RUN", "RUN", "ENV");
        assertThat(read.get(0).documents())
                .containsExactly(
                        new HereDocument("one", "FROM nowhere\n$x\n", true),
                        new HereDocument("two", "no tab\n", false));
        assertThat(read).extracting(Instruction::line).containsExactly(2, 8, 11, 12);
    }

    @Test
    void execFormIsJsonAndShellFormIsWhatIsNot() {
        List<Instruction> read = parse("FROM scratch\nCMD [\"a b\", \"c\"]\nCMD ['a']\nCMD [ -f x ]\nCMD []\nCMD [1]\n")
                .stages()
                .get(0)
                .instructions();

        assertThat(read.get(0).json()).contains(List.of("a b", "c"));
        assertThat(read.get(1).json()).isEmpty();
        assertThat(read.get(2).json()).isEmpty();
        assertThat(read.get(3).json()).contains(List.of());
        assertThat(read.get(4).json()).isEmpty();
    }

    @Test
    void stagesAreFoundByNameAndNumber() {
        Dockerfile file = parse("""
                FROM scratch AS Tools
                FROM scratch
                FROM tools as final
                """);

        assertThat(file.stage("").name()).isEqualTo("final");
        assertThat(file.stage("TOOLS").index()).isZero();
        assertThat(file.stage("1").index()).isEqualTo(1);
        assertThat(file.find("tools", 2)).isPresent();
        assertThat(file.find("tools", 0)).as("a stage does not see itself").isEmpty();
        assertThatThrownBy(() -> file.stage("other"))
                .hasMessage("The Dockerfile has no stage 'other'. Name one of its stages: tools, 1, final.");
    }

    @Test
    void onlyStagesThatMakeUpTheWantedOneAreNeeded() {
        Dockerfile file = parse("""
                ARG BASE=tools
                FROM scratch AS unused
                FROM scratch AS tools
                FROM scratch AS files
                COPY --from=image:1 /a /a
                FROM $BASE
                COPY --from=files /a /a
                """);
        Variables globals = file.globals(Map.of(), Map.of());

        assertThat(file.needed(file.stage(""), globals)).extracting(Stage::name).containsExactly("tools", "files", "");
        assertThat(file.needed(file.stage(""), file.globals(Map.of("BASE", "unused"), Map.of())))
                .extracting(Stage::name)
                .containsExactly("unused", "files", "");
    }

    @Test
    void argumentsBeforeTheFirstStageAreKnownInFromLines() {
        Dockerfile file = parse("""
                ARG NAME=app
                ARG TAG="1.${TARGETARCH}" UNSET
                FROM $NAME:$TAG
                """);
        Map<String, String> predefined =
                PlatformArguments.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm/v7"), "");

        assertThat(file.globals(Map.of("NAME", "other", "UNDECLARED", "x"), predefined)
                        .values())
                .containsEntry("NAME", "other")
                .containsEntry("TAG", "1.arm")
                .containsEntry("TARGETPLATFORM", "linux/arm/v7")
                .containsEntry("TARGETVARIANT", "v7")
                .containsEntry("BUILDPLATFORM", "linux/amd64")
                .containsEntry("TARGETSTAGE", "default")
                .doesNotContainKeys("UNSET", "UNDECLARED");
        assertThat(file.globals(Map.of("TARGETARCH", "mine"), predefined).values())
                .containsEntry("TAG", "1.mine");
    }

    @Test
    void pairsAreReadInBothForms() {
        Variables variables = new Variables('\\', Map.of("x", "one"));
        List<Instruction> read = parse("""
                FROM scratch
                ENV a=1 b="t w o" c=$x d='$x' "e f"=g
                ENV old form of $x  'with quotes'
                """).stages().get(0).instructions();

        assertThat(KeyValues.of(read.get(0), variables))
                .isEqualTo(Map.of("a", "1", "b", "t w o", "c", "one", "d", "$x", "e f", "g"));
        assertThat(KeyValues.of(read.get(1), variables)).isEqualTo(Map.of("old", "form of one  with quotes"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "COPY a b | Dockerfile, line 1: COPY stands before the first FROM. Only ARG may.",
                "ARG a | Dockerfile has no FROM. Begin it with the base image: FROM image.",
                "FROM scratch;COPPY a b | Dockerfile, line 2: 'COPPY' is no instruction. Correct its spelling,"
                        + " or continue the line before with \\.",
                "FROM scratch;ENV | Dockerfile, line 2: ENV has nothing to work on. Complete or remove it.",
                "FROM a b c | Dockerfile, line 1: FROM 'a b c' is neither an image nor 'image AS name'. Correct it.",
                "FROM a AS 1 | Dockerfile, line 1: FROM names the stage '1'. Begin with a letter; digits, '_', '.' and"
                        + " '-' may follow.",
                "FROM scratch;COPY <<x /a;text | Dockerfile, line 2: the here-document 'x' does not end. Add a line"
                        + " with x alone.",
                "#escape=/;FROM scratch | Dockerfile, line 1: the escape character '/' is neither \\ nor . Choose one"
                        + " of them.",
            })
    void whatIsWrongIsNamedWithItsLine(String text, String message) {
        String expected = message.replace("nor .", "nor `.");

        assertThatThrownBy(() -> parse(text.replace(';', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(expected);
    }
}
