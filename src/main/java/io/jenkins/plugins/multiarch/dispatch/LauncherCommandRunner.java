package io.jenkins.plugins.multiarch.dispatch;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Proc;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.agents.AgentCommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands where the {@code sh} of a branch runs: in the container of {@code container} or {@code docker.inside} if it
 * stands in one, with the variables of the node and of {@code withEnv}.
 */
final class LauncherCommandRunner implements CommandRunner {

    /** Bytes kept of each output, if nothing else is said. */
    private static final int MOST_OUTPUT = 256 * 1024;

    /** What {@code env} says of a program that it does not find. */
    private static final int NOT_FOUND = 127;

    private final Launcher launcher;
    private final EnvVars environment;
    private final FilePath directory;
    private final int mostOutput;

    LauncherCommandRunner(Launcher launcher, EnvVars environment, FilePath directory) {
        this(launcher, environment, directory, MOST_OUTPUT);
    }

    /** @param mostOutput bytes kept of each output */
    LauncherCommandRunner(Launcher launcher, EnvVars environment, FilePath directory, int mostOutput) {
        this.mostOutput = mostOutput;
        this.launcher = launcher;
        this.environment = environment;
        this.directory = directory;
    }

    /** One that code on the agent of the directory can use. */
    static CommandRunner export(Launcher launcher, EnvVars environment, FilePath directory) {
        if (isPlain(launcher)) {
            return new AgentCommandRunner(environment, directory.getRemote());
        }
        return directory
                .getChannel()
                .export(CommandRunner.class, new LauncherCommandRunner(launcher, environment, directory));
    }

    /** Whether it starts a process of the agent and does nothing else: the agent can do so by itself. */
    private static boolean isPlain(Launcher launcher) {
        return launcher.getClass() == Launcher.RemoteLauncher.class
                || launcher.getClass() == Launcher.LocalLauncher.class;
    }

    @Override
    public CommandResult run(List<String> command, Duration timeout) throws IOException {
        // env looks the program up on the PATH among the variables, Java on that of the agent's own process. A shell
        // script with "$@" fails in Kubernetes: its container step lets another shell expand the command first.
        List<String> located = new ArrayList<>(List.of("env"));
        located.addAll(command);
        Output stdout = new Output(mostOutput);
        Output stderr = new Output(mostOutput);
        try {
            Proc process = launcher.launch()
                    .cmds(located)
                    .envs(environment)
                    .pwd(directory)
                    .quiet(true)
                    .stdout(stdout)
                    .stderr(stderr)
                    .start();
            long start = System.nanoTime();
            int status = process.joinWithTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS, TaskListener.NULL);
            if (System.nanoTime() - start >= timeout.toNanos()) {
                status = CommandResult.TIMED_OUT;
            }
            if (status == NOT_FOUND) {
                throw new IOException("Cannot run program \"" + command.get(0) + "\": "
                        + stderr.text().strip());
            }
            return new CommandResult(status, stdout.text(), stderr.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted in " + command.get(0));
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Takes everything and keeps its beginning. */
    private static final class Output extends ByteArrayOutputStream {

        private final int most;

        Output(int most) {
            this.most = most;
        }

        @Override
        public synchronized void write(int b) {
            if (count < most) {
                super.write(b);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, Math.min(length, most - count));
        }

        String text() {
            return toString(StandardCharsets.UTF_8);
        }
    }
}
