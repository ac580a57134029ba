package io.jenkins.plugins.multiarch.engine.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs short commands that tell something about a machine. Tests give recorded answers instead. */
@FunctionalInterface
public interface CommandRunner {

    /**
     * Runs a command to its end, without a shell and without input.
     *
     * @param command the program, looked up on the {@code PATH}, and its arguments
     * @param timeout when to stop it, and everything it started
     * @throws IOException if the program cannot be started, usually because it is not installed
     */
    CommandResult run(List<String> command, Duration timeout) throws IOException;
}
