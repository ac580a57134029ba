package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A directory in which Git runs, in the name of an author of its own. */
record GitDirectory(Path path) {

    /** @return what it prints */
    String git(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "-C", path.toString()));
        command.addAll(List.of("-c", "user.name=Tester", "-c", "user.email=tester@example.com"));
        command.addAll(List.of(arguments));
        var result = new LocalCommandRunner().run(command, Duration.ofMinutes(1));
        assertThat(result.succeeded()).as(result.stderr()).isTrue();
        return result.stdout().trim();
    }
}
