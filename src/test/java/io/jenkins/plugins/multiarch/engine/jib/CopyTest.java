package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.dockerfile.Instruction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files a source means, and what becomes of directories; the right values are those of docker 28.5. */
class CopyTest {

    private static final Instruction COPY =
            new Instruction("Dockerfile", 2, "COPY", List.of(), "source /target", List.of());

    private static Node file() {
        return Node.text(0644, "");
    }

    private static Copy copy(FileTree from) {
        return new Copy(COPY, from, "/", Optional.empty(), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "arr[[]0].txt | arr[0].txt",
                "a[rb]r[[0]0[]]* | arr[0].txt",
                "[a-c]* | a-b arr[0].txt b",
                "[^a-z]* | &",
                "[&&]* | &",
                "[a\\-b]-? | a-b",
                "?-b | a-b",
                "\\[x\\] | [x]"
            })
    void patternsAreThoseOfGo(String pattern, String expected) {
        FileTree from = new FileTree();
        for (String name : List.of("arr[0].txt", "a-b", "b", "z", "&", "sub")) {
            from.put(name, file());
        }
        if (expected.equals("[x]")) {
            from.put("[x]", file());
        }
        assertThat(String.join(" ", copy(from).find(pattern))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"'[a-'", "'x[[]['", "'[]'", "'[^]'"})
    void aClassThatIsNotClosedIsRefused(String pattern) {
        assertThatThrownBy(() -> copy(new FileTree()).find(pattern))
                .hasMessage("Dockerfile, line 2: COPY has the pattern '" + pattern + "', whose [ is not closed.");
    }

    @Test
    void theDirectoryThatIsCopiedLeavesItsModeBehind() {
        FileTree from = new FileTree();
        from.put("private", Node.directory(0700, 0, 0));
        from.put("private/inner", Node.directory(0750, 0, 0));
        from.put("private/inner/file", file());
        FileTree tree = new FileTree();
        copy(from).run(List.of("private"), "/public", new Changes(tree), tree);
        assertThat(tree.get("public").orElseThrow().mode()).isEqualTo(0755);
        assertThat(tree.get("public/inner").orElseThrow().mode()).isEqualTo(0750);
    }
}
