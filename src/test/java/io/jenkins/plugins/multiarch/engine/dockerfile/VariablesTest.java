package io.jenkins.plugins.multiarch.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What words stand for; the right values are those of docker. */
class VariablesTest {

    private final Variables variables =
            new Variables('\\', Map.of("A", "value", "EMPTY", "", "PATH_", "/usr/lib/x.tar.gz"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "$A | value",
                "x${A}y | xvaluey",
                "$A.b | value.b",
                "$MISSING | ~~",
                "\\$A | $A",
                "'$A' | $A",
                "\"$A b\" | value b",
                "a\\ b | a b",
                "\"a\\\"b\\c\" | a\"b\\c",
                "${MISSING:-d} | d",
                "${EMPTY:-d} | d",
                "${EMPTY-d} | ~~",
                "${A:+set} | set",
                "${MISSING:+set} | ~~",
                "${EMPTY+set} | set",
                "${MISSING:-${A}} | value",
                "${PATH_#*/} | usr/lib/x.tar.gz",
                "${PATH_##*/} | x.tar.gz",
                "${PATH_%.*} | /usr/lib/x.tar",
                "${PATH_%%.*} | /usr/lib/x",
                "${PATH_/lib/share} | /usr/share/x.tar.gz",
                "${PATH_//./-} | /usr/lib/x-tar-gz",
                "$ | $",
                "a$ | a$",
                "$1 | ~~"
            })
    void expands(String word, String expected) {
        assertThat(variables.expand(word)).isEqualTo(expected);
    }

    @Test
    void splitsAtWhiteSpaceOutsideQuotes() {
        assertThat(variables.words("a \"b $A\" c\\ d  'e f'")).containsExactly("a", "b value", "c d", "e f");
    }

    @Test
    void aDocumentKeepsItsQuotes() {
        assertThat(variables.expandDocument("say \"$A\" 'x' \\$A \\n\n")).isEqualTo("say \"value\" 'x' $A n\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'a | single quote",
                "\"a | quote",
                "${A | brace",
                "${} | without a name",
                "${MISSING:?is needed} | 'MISSING' has no value: is needed"
            })
    void refusesWhatIsNotClosedOrMissing(String word, String message) {
        assertThatThrownBy(() -> variables.expand(word)).hasMessageContaining(message);
    }
}
