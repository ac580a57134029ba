package io.jenkins.plugins.multiarch.texts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A claim of the documentation that names the test which proves it names one that there is. */
class NamedTestsTest {

    private static final Path TESTS = Path.of("src/test/java");

    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*Test)(?:#(\\w+))?`");

    @Test
    void everyNamedTestIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String document : List.of("docs/security.md", "docs/reliability.md")) {
            List<MatchResult> named =
                    NAME.matcher(Files.readString(Path.of(document))).results().toList();
            assertThat(named).as(document).hasSizeGreaterThan(10);
            for (MatchResult name : named) {
                String method = name.group(2) == null ? "" : "void " + name.group(2) + "(";
                if (source(name.group(1)).filter(text -> text.contains(method)).isEmpty()) {
                    missing.add(document + ": " + name.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static Optional<String> source(String test) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            Optional<Path> file =
                    files.filter(path -> path.endsWith(test + ".java")).findFirst();
            return file.isEmpty() ? Optional.empty() : Optional.of(Files.readString(file.get()));
        }
    }
}
