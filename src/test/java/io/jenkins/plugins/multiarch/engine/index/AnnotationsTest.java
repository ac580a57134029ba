package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationsTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t", "\u00a0", "\u2003", "\u2028", "\u3000"})
    void aKeyOfNothingIsNone(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Annotations.require(Map.of(key, "value")))
                .withMessageStartingWith("The annotation with value 'value' has no key.");
    }

    /** A space, and what Unicode has beside it: spaces, line ends, controls, joiners and marks of direction. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                " ", "\n", "\u0000", "\u007f", "\u0085", "\u00a0", "\u200b", "\u2003", "\u2028", "\u202e", "\ufeff"
            })
    void whatNobodySeesIsInNoKey(String unseen) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Annotations.require(Map.of("a" + unseen + "b", "")))
                .withMessageContaining("has white space or control characters");
    }

    @Test
    void anyOtherKeyWillDo() {
        assertThatCode(() -> Annotations.require(Map.of("org.example/größe-1_2", "", "図", "a b\n")))
                .doesNotThrowAnyException();
    }
}
