package io.jenkins.plugins.multiarch.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstructionTest {

    private static Instruction command(String text) {
        return new Instruction("Dockerfile", 1, "CMD", List.of(), text, List.of());
    }

    @Test
    void aListInJsonIsOne() {
        assertThat(command("[ \"a\\\"b\", \"$HOME\" ]").json()).contains(List.of("a\"b", "$HOME"));
        assertThat(command("[]").json()).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[ \"x\" ] y", "['x']", "[ \"x\", 1 ]", "[ x ]", "[", "[ -f x ] && y"})
    void anythingElseIsForTheShell(String text) {
        assertThat(command(text).json()).isEmpty();
    }
}
