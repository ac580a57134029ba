package io.jenkins.plugins.multiarch.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words are written here with {@code ~} for a space, because the table has its own. */
class VariablesReferenceTest {

    private static final Variables VARIABLES =
            new Variables('\\', Map.of("x", "one", "empty", "", "path", "/a/b/c.tar.gz", "TWO", "t w o"));

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "plain | plain",
                "$x | one",
                "${x} | one",
                "a${x}b | aoneb",
                "$x.y | one.y",
                "$xy | ``",
                "$ | $",
                "a$ | a$",
                "a$$b$! | ab",
                "\\$x | $x",
                "\\\\$x | \\one",
                "'$x' | $x",
                "\"$x\" | one",
                "\"\\$x\" | $x",
                "\"a\\nb\" | a\\nb",
                "a\\nb | anb",
                "'a\\b' | a\\b",
                "\"it's\" | it's",
                "$TWO | t~w~o",
                "${x:-y} | one",
                "${none:-y} | y",
                "${empty:-y} | y",
                "${empty-y} | ``",
                "${none-y} | y",
                "${none:-$x} | one",
                "${none:-${empty:-deep}} | deep",
                "${x:+y} | y",
                "${empty:+y} | ``",
                "${empty+y} | y",
                "${none:+y} | ``",
                "${x:?must} | one",
                "${path#*/} | a/b/c.tar.gz",
                "${path##*/} | c.tar.gz",
                "${path%.*} | /a/b/c.tar",
                "${path%%.*} | /a/b/c",
                "${path/b/X} | /a/X/c.tar.gz",
                "${path//a/X} | /X/b/c.tXr.gz",
            })
    void wordsAreReadAsTheReferenceSays(String word, String meant) {
        assertThat(VARIABLES.expand(word)).isEqualTo(meant.replace('~', ' '));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'open | the single quote in ''open'~is not closed",
                "\"open | the quote in '\"open'~is not closed",
                "${x | '${x'~has a ${ without a name or a closing brace",
                "${x:-y | the brace in '${x:-y' is not closed",
                "${none:?is~needed} | the variable 'none' has no value: is needed",
                "${x!y} | '!y' in '${x!y}' is no operator of a variable",
            })
    void whatCannotBeReadIsNamed(String word, String message) {
        assertThatThrownBy(() -> VARIABLES.expand(word.replace('~', ' ')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message.replace('~', ' '));
    }

    @Test
    void wordsEndAtBlanksOutsideOfQuotes() {
        assertThat(VARIABLES.words("a=b  'c d'\t\"e f\"=g\\ h $TWO"))
                .isEqualTo(List.of("a=b", "c d", "e f=g h", "t w o"));
    }

    @Test
    void hereDocumentsKeepTheirQuotes() {
        assertThat(VARIABLES.expandDocument("it's \"$x\" \\$x \\n")).isEqualTo("it's \"one\" $x n");
    }

    @Test
    void theBacktickEscapesWhereTheDirectiveSaysSo() {
        assertThat(new Variables('`', Map.of("x", "one")).expand("C:\\$x`$x")).isEqualTo("C:\\one$x");
    }
}
