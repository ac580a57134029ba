package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Docker engine of a test's own, with its own socket, storage and containerd. It builds without a network and leaves the
 * machine's engine alone. Needs root, and what {@code .ci/prepare} fetches.
 */
public final class OwnEngine implements Closeable {

    private static final long START_SECONDS = 60;

    private final ToolGeneration tools;
    private final Path directory;
    private final Process process;

    private OwnEngine(ToolGeneration tools, Path directory, Process process) {
        this.tools = tools;
        this.directory = directory;
        this.process = process;
    }

    /** One whose images are containerd's: the only one of Debian whose BuildKit attests what it has built. */
    public static OwnEngine startAttesting(ToolGeneration tools, Path directory) throws Exception {
        return start(tools, directory, true);
    }

    /**
     * @param directory where all it has is put; its path must be short, because sockets are in it
     * @param containerd whether its images are containerd's
     */
    public static OwnEngine start(ToolGeneration tools, Path directory, boolean containerd) throws Exception {
        Path config = Files.writeString(
                directory.resolve("daemon.json"), "{\"features\":{\"containerd-snapshotter\":" + containerd + "}}");
        Files.writeString(directory.resolve("config.json"), "{}");
        ProcessBuilder builder = new ProcessBuilder(
                        tools.dockerd(),
                        "--config-file=" + config,
                        "--data-root=" + directory.resolve("data"),
                        "--exec-root=" + directory.resolve("exec"),
                        "--pidfile=" + directory.resolve("pid"),
                        "--host=" + socket(directory),
                        "--bridge=docker0", // with none, it would take the bridge away from the engine that runs
                        "--iptables=false",
                        "--ip6tables=false",
                        "--ip-forward=false")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        // Where it finds containerd and runc.
        builder.environment().put("PATH", "/usr/bin:/usr/sbin:/bin:/sbin");
        OwnEngine engine = new OwnEngine(tools, directory, builder.start());
        try {
            engine.awaitAnswer();
        } catch (IOException e) {
            engine.close();
            throw e;
        }
        return engine;
    }

    /** For {@code DOCKER_HOST}. */
    public String host() {
        return socket(directory);
    }

    private static String socket(Path directory) {
        return "unix://" + directory.resolve("socket");
    }

    private void awaitAnswer() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!log().contains("API listen on ")) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("dockerd does not answer; its log: " + log());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    /**
     * Builds and pushes an index of the image for each platform and of what BuildKit attests about it.
     *
     * @param platforms as in {@code --platform}
     */
    public void push(Path context, ImageReference image, String platforms) throws Exception {
        buildx(
                "build",
                "--quiet",
                "--provenance=mode=max",
                "--platform=" + platforms,
                "--tag=" + image,
                "--push",
                context.toString());
    }

    /** What this command of buildx prints. */
    public String buildx(String... arguments) throws Exception {
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(tools.buildx()).redirectError(errors.toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment().putAll(Map.of("DOCKER_HOST", socket(directory), "DOCKER_CONFIG", directory.toString()));
        Process buildx = builder.start();
        String out = new String(buildx.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(buildx.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(buildx.exitValue())
                .as("buildx " + String.join(" ", arguments) + ": " + Files.readString(errors))
                .isZero();
        return out;
    }

    /** Ends it, and its containerd. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("dockerd does not end; its log: " + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
