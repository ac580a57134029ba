package io.jenkins.plugins.multiarch.engine.build;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines of what a build prints, and no more of it than that. Safe for use by several threads. */
public final class OutputTail {

    private static final int LINES = 200;
    private static final int LINE_LENGTH = 2000;

    private final Deque<String> lines = new ArrayDeque<>();

    /** Adds a line, without its end. Of a very long one beginning and end are kept. */
    public synchronized void add(String line) {
        String kept = line.length() > LINE_LENGTH
                ? line.substring(0, LINE_LENGTH / 2) + " … " + line.substring(line.length() - LINE_LENGTH / 2)
                : line;
        lines.add(kept);
        if (lines.size() > LINES) {
            lines.remove();
        }
    }

    /** The last lines, oldest first; at most {@value #LINES} of about {@value #LINE_LENGTH} characters. */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
