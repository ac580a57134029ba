package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The temporary folder of a build on this machine, and the process that builds in it. Both are gone once this is closed,
 * and also when the JVM is told to end meanwhile, as Ctrl-C does: the build is stopped first, so that it can clean up.
 */
final class LocalBuild implements AutoCloseable {

    /** How long the build's own cleaning up may take. */
    private static final int SECONDS_TO_STOP = 10;

    /** How often the folder is removed while threads of this process still write to it. */
    private static final int REMOVALS = 20;

    private static final int MILLIS_BETWEEN_REMOVALS = 50;

    private final Path parent;
    private final Thread hook = new Thread(this::endQuietly, "end of the build");
    private Process process;
    private Path dockerfile;
    private boolean ended;

    private LocalBuild(Path parent) {
        this.parent = parent;
    }

    static LocalBuild create() throws IOException {
        LocalBuild build = new LocalBuild(Files.createTempDirectory("multiarch-"));
        try {
            Runtime.getRuntime().addShutdownHook(build.hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and nobody else would remove it.
            build.end();
            throw e;
        }
        return build;
    }

    /** An existing directory, private to this build. */
    Path directory() {
        return parent;
    }

    /** The build folder in it, which is not made yet. */
    BuildFolder folder() {
        return BuildFolder.at(parent.resolve("build"));
    }

    /**
     * Writes a Dockerfile that is no file of the user, beside the build folder: in no build context.
     *
     * @param name of the file
     * @return its absolute path
     */
    synchronized String writeDockerfile(String name, String text) throws IOException {
        requireGoingOn();
        dockerfile = Files.writeString(parent.resolve(name), text);
        return dockerfile.toString();
    }

    /** Writes the build folder. */
    interface Preparation<T> {
        T run() throws IOException;
    }

    /** Prepares the build. Ending waits for it, lest anything be written to what has just been removed. */
    synchronized <T> T prepare(Preparation<T> preparation) throws IOException {
        requireGoingOn();
        return preparation.run();
    }

    /**
     * Runs the script in the build folder.
     *
     * @param environment variables that are added to those of this process
     * @param output gets every line that it prints
     * @return its exit code
     * @throws InterruptedException if the thread is interrupted; closing stops the process
     */
    int run(Map<String, String> environment, Consumer<String> output) throws IOException, InterruptedException {
        Process started = start(environment);
        started.getOutputStream().close();
        // Reading is nothing that a thread can be interrupted in.
        Thread reader = Workers.daemon(() -> read(started, output));
        reader.start();
        reader.join();
        return started.waitFor();
    }

    private static void read(Process started, Consumer<String> output) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            reader.lines().forEach(output);
        } catch (IOException | UncheckedIOException e) {
            // The process was stopped, and its exit code says so.
            return;
        }
    }

    private synchronized Process start(Map<String, String> environment) throws IOException {
        requireGoingOn();
        ProcessBuilder builder = new ProcessBuilder(
                        "sh", folder().path().resolve(BuildFolder.SCRIPT).toString())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        process = builder.start();
        return process;
    }

    private void requireGoingOn() {
        if (ended) {
            throw new IllegalStateException("The build was told to end");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending and the hook runs already; whichever comes second finds nothing left to do.
        }
        end();
    }

    private synchronized void end() throws IOException {
        ended = true;
        stop();
        removeFolder();
        if (dockerfile != null) {
            Files.deleteIfExists(dockerfile);
        }
        Files.deleteIfExists(parent);
    }

    private void removeFolder() throws IOException {
        for (int removal = 1; ; removal++) {
            try {
                folder().delete();
                return;
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                // Whatever makes an image does so in this process, and fails only once its files are gone.
                if (removal == REMOVALS) {
                    throw e;
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_REMOVALS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void stop() {
        if (process == null || !process.isAlive()) {
            return;
        }
        // Ctrl-C has reached all of them already, another signal this JVM alone.
        List<ProcessHandle> children = process.descendants().toList();
        children.forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** A shutdown hook has nobody to throw at. */
    private void endQuietly() {
        try {
            end();
        } catch (IOException e) {
            System.err.println("multiarch: " + parent + " is left behind: " + e + ". Remove it.");
        }
    }
}
