package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bake file of {@code docs/bake.md}, and the project that its readers would have. */
final class DocumentedBakeFile {

    private static final Pattern TEXT = Pattern.compile("^```json\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    private DocumentedBakeFile() {}

    /**
     * Writes the project.
     *
     * @param registry takes the place of the documentation's
     * @return the directory
     */
    static Path create(Path directory, String registry) throws IOException {
        Path project = BusyboxContext.create(directory);
        Files.writeString(project.resolve("app"), "echo app 1.0\n");
        Path dockerfile = project.resolve("Dockerfile");
        Files.writeString(
                dockerfile,
                "FROM scratch AS files\nCOPY app /\n" + Files.readString(dockerfile)
                        + "COPY app /app\nENTRYPOINT [\"/bin/sh\", \"/app\"]\n");
        Matcher text = TEXT.matcher(Files.readString(Path.of("docs/bake.md")));
        assertThat(text.find()).isTrue();
        Files.writeString(project.resolve("docker-bake.json"), text.group(1).replace("registry.example.com", registry));
        return project;
    }
}
