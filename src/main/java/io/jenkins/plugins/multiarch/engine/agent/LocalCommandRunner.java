package io.jenkins.plugins.multiarch.engine.agent;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands on this machine, bounded in time and in what is kept of their output. */
public final class LocalCommandRunner implements CommandRunner {

    /** Bytes kept of each output unless more are asked for. */
    static final int MOST_OUTPUT = 256 * 1024;

    /** How long to wait for the end of the output once the command itself has ended: long enough for a busy machine. */
    private static final Duration GRACE = Duration.ofSeconds(4);

    private final Map<String, String> environment;
    private final File directory;
    private final int mostOutput;

    public LocalCommandRunner() {
        this(Map.of());
    }

    /** @param environment variables to set in addition to those of this process; a null value unsets one */
    public LocalCommandRunner(Map<String, String> environment) {
        this(environment, null);
    }

    /**
     * @param environment variables to set in addition to those of this process; a null value unsets one
     * @param directory where the commands run; null for that of this process
     */
    public LocalCommandRunner(Map<String, String> environment, File directory) {
        this(environment, directory, MOST_OUTPUT);
    }

    /**
     * @param environment variables to set in addition to those of this process; a null value unsets one
     * @param directory where the commands run; null for that of this process
     * @param mostOutput bytes kept of each output; the rest is read and forgotten, so that the command never blocks on it
     */
    public LocalCommandRunner(Map<String, String> environment, File directory, int mostOutput) {
        this.environment = new HashMap<>(environment);
        this.directory = directory;
        this.mostOutput = mostOutput;
    }

    /**
     * {@inheritDoc}
     *
     * @throws InterruptedIOException if the calling thread is interrupted; the command is stopped, and the thread stays
     *     interrupted
     */
    @Override
    public CommandResult run(List<String> command, Duration timeout) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(located(command)).directory(directory);
        environment.forEach((name, value) -> {
            if (value == null) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        Process process = builder.start();
        Output stdout = new Output(process.getInputStream());
        Output stderr = new Output(process.getErrorStream());
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                stop(process);
            }
            return new CommandResult(
                    ended ? process.exitValue() : CommandResult.TIMED_OUT, stdout.text(), stderr.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted in " + command.get(0));
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            stop(process);
        }
    }

    /** With the path of the program: Java looks on the {@code PATH} of this process alone, whatever the child's will be. */
    private List<String> located(List<String> command) throws IOException {
        String path = environment.get("PATH");
        String program = command.get(0);
        if (path == null || program.contains("/") || File.separatorChar != '/') {
            return command;
        }
        for (String directory : path.split(File.pathSeparator)) {
            Path file = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                List<String> found = new ArrayList<>(command);
                found.set(0, file.toString());
                return found;
            }
        }
        throw new IOException("Cannot run program \"" + program + "\": it is not on the PATH " + path);
    }

    private static void stop(Process process) {
        // Children first: once the parent is gone, nobody knows which they were.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Reads an output in a thread of its own, because a command may fill one while we read the other. */
    private final class Output implements Runnable {

        private final InputStream in;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final Thread thread = new Thread(this, "command output");

        Output(InputStream in) {
            this.in = in;
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void run() {
            byte[] buffer = new byte[8192];
            try (in) {
                for (int count; (count = in.read(buffer)) >= 0; ) {
                    synchronized (kept) {
                        kept.write(buffer, 0, Math.min(count, mostOutput - kept.size()));
                    }
                }
            } catch (IOException e) {
                // The command was stopped; what it printed until then counts.
                return;
            }
        }

        /** Does not wait for a background process that has inherited the output and keeps it open. */
        String text() throws InterruptedException {
            thread.join(GRACE.toMillis());
            synchronized (kept) {
                return kept.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
