package io.jenkins.plugins.multiarch.engine.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Machines as they were once: trees of files, and what commands answered. A command without an answer is missing. */
final class Recorded implements CommandRunner {

    private final Map<String, CommandResult> answers = new HashMap<>();

    static Path tree(String name) {
        try {
            return Path.of(Recorded.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a file below {@code tools} holds; empty for the empty name. */
    static String text(String file) {
        try {
            return file.isEmpty() ? "" : Files.readString(tree("tools").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Recorded answer(String command, int exitCode, String stdout, String stderr) {
        answers.put(command, new CommandResult(exitCode, stdout, stderr));
        return this;
    }

    @Override
    public CommandResult run(List<String> command, Duration timeout) throws IOException {
        CommandResult answer = answers.get(String.join(" ", command));
        if (answer == null) {
            throw new IOException("Cannot run program \"" + command.get(0) + "\"");
        }
        return answer;
    }
}
