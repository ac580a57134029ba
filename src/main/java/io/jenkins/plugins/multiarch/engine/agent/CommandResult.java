package io.jenkins.plugins.multiarch.engine.agent;

import java.io.Serializable;

/**
 * What a command left behind.
 *
 * @param exitCode its exit code; {@link #TIMED_OUT} if it was stopped because it took too long
 * @param stdout what it printed, cut off at the runner's limit
 * @param stderr what it printed as errors, cut off likewise
 */
public record CommandResult(int exitCode, String stdout, String stderr) implements Serializable {

    public static final int TIMED_OUT = -1;

    public boolean succeeded() {
        return exitCode == 0;
    }

    public boolean timedOut() {
        return exitCode == TIMED_OUT;
    }
}
