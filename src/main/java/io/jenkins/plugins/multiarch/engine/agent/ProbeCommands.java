package io.jenkins.plugins.multiarch.engine.agent;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Commands that probe a machine, run side by side, and all before one common deadline: a tool that hangs neither
 * hides what another would have told nor holds up whoever asks. What is not answered in time is stopped.
 */
final class ProbeCommands implements CommandRunner, AutoCloseable {

    /** How long all questions together may take; with the rest of an inspection that is less than 10 seconds. */
    private static final Duration ALTOGETHER = Duration.ofSeconds(9);

    /** How long one command may take. */
    private static final Duration EACH = Duration.ofSeconds(8);

    private final CommandRunner runner;
    private final Duration each;
    private final long deadline;
    private final List<FutureTask<?>> asked = new ArrayList<>();

    ProbeCommands(CommandRunner runner) {
        this(runner, ALTOGETHER, EACH);
    }

    /** For a build, which waits for a busy machine rather than fails. */
    static ProbeCommands patient(CommandRunner runner) {
        return new ProbeCommands(runner, Duration.ofSeconds(90), Duration.ofSeconds(45));
    }

    ProbeCommands(CommandRunner runner, Duration altogether, Duration each) {
        this.runner = runner;
        this.each = each;
        this.deadline = System.nanoTime() + altogether.toNanos();
    }

    /** The answer to a command that has been started. */
    interface Answer {

        /**
         * Waits for it.
         *
         * @return {@link CommandResult#timedOut} if it is late
         * @throws InterruptedIOException if the thread is interrupted meanwhile; it stays interrupted
         * @throws IOException if the program cannot be started, usually because it is not installed
         */
        CommandResult await() throws IOException;
    }

    /** Starts a command, without waiting for it. */
    Answer ask(String... command) {
        return ask(List.of(command), each);
    }

    private Answer ask(List<String> command, Duration timeout) {
        long latest = latest(timeout);
        FutureTask<CommandResult> task = start(() -> runner.run(command, timeout));
        return () -> {
            try {
                return await(task, latest);
            } catch (TimeoutException e) {
                return new CommandResult(CommandResult.TIMED_OUT, "", "");
            }
        };
    }

    /** {@inheritDoc} It returns in time even if the runner does not. */
    @Override
    public CommandResult run(List<String> command, Duration timeout) throws IOException {
        return ask(command, timeout).await();
    }

    /**
     * Waits for something that is no command but may hang all the same, such as a file system.
     *
     * @return empty if it fails or is late
     * @throws InterruptedIOException if the thread is interrupted meanwhile; it stays interrupted
     */
    <T> Optional<T> within(Callable<T> question) throws InterruptedIOException {
        try {
            return Optional.of(await(start(question), latest(each)));
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException | TimeoutException e) {
            return Optional.empty();
        }
    }

    /** How long a command may take, for messages: {@code 4 s}. */
    String limit() {
        return each.toSeconds() + " s";
    }

    /** Stops whatever has not been answered. */
    @Override
    public void close() {
        // A runner kills the command when its thread is interrupted.
        asked.forEach(task -> task.cancel(true));
    }

    private long latest(Duration timeout) {
        return Math.min(deadline, System.nanoTime() + timeout.toNanos());
    }

    private <T> FutureTask<T> start(Callable<T> question) {
        FutureTask<T> task = new FutureTask<>(question);
        asked.add(task);
        Thread thread = new Thread(task, "multiarch question");
        thread.setDaemon(true); // one that cannot be stopped must not keep an agent alive
        thread.start();
        return task;
    }

    private static <T> T await(FutureTask<T> task, long latest) throws IOException, TimeoutException {
        try {
            return task.get(Math.max(0, latest - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted while a tool was asked");
            interrupted.initCause(e);
            throw interrupted;
        } catch (CancellationException e) {
            throw new TimeoutException(); // it was late before
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        } finally {
            task.cancel(true);
        }
    }
}
