package io.jenkins.plugins.multiarch.steps;

import hudson.remoting.Launcher;
import hudson.remoting.Which;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.jenkins.plugins.multiarch.engine.build.OwnStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The containers of a pod as processes of this machine. They share a directory, which is mounted where each has its working
 * directory; the programs of their images, other mounts and other processes are their own.
 */
final class PodProcess implements AutoCloseable {

    /** Says that the mounts are there, and becomes the container's first process. */
    private static final String FIRST = """
            /usr/bin/mount --bind "$1" "$3" && /usr/bin/mount --bind "$2" "$3/bin" && echo UP && shift 3 && exec "$@" >&2
            """;

    private final Path directory;
    private final Map<String, Process> processes = new HashMap<>();
    private final Map<String, Map<String, String>> environments = new HashMap<>();

    /** @param directory for what the containers share, and for their logs */
    private PodProcess(Path directory) {
        this.directory = directory;
    }

    /** @param programs the directory of programs of an image */
    static PodProcess start(Pod pod, Path directory, Function<String, Path> programs) throws IOException {
        Files.createDirectories(directory.resolve("shared/bin"));
        PodProcess started = new PodProcess(directory);
        for (Container container : pod.getSpec().getContainers()) {
            started.start(container, programs.apply(container.getImage()));
        }
        return started;
    }

    private void start(Container container, Path programs) throws IOException {
        String name = container.getName();
        Map<String, String> environment = environment(container);
        environments.put(name, environment);
        List<String> command =
                new ArrayList<>(List.of("/usr/bin/unshare", "--mount", "--propagation=private", "--pid", "--fork"));
        command.addAll(List.of("--kill-child", "--mount-proc", "/usr/bin/sh", "-c", FIRST, "sh"));
        command.addAll(List.of(shared().toString(), programs.toString(), container.getWorkingDir()));
        command.addAll(
                environment.containsKey("JENKINS_SECRET")
                        ? agent(environment)
                        : Stream.concat(container.getCommand().stream(), container.getArgs().stream())
                                .toList());
        Path log = directory.resolve(name + ".log");
        Process process =
                builder(command, environment).redirectError(log.toFile()).start();
        processes.put(name, process);
        if (!"UP".equals(process.inputReader().readLine())) {
            throw new IOException("Container " + name + " does not start: " + Files.readString(log));
        }
    }

    /** As the image of an inbound agent starts it. */
    private static List<String> agent(Map<String, String> environment) throws IOException {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                Which.jarFile(Launcher.class).toString(),
                "-url",
                environment.get("JENKINS_URL"),
                "-name",
                environment.get("JENKINS_AGENT_NAME"),
                "-secret",
                environment.get("JENKINS_SECRET"),
                "-webSocket",
                "-workDir",
                environment.get("JENKINS_AGENT_WORKDIR"));
    }

    private Map<String, String> environment(Container container) throws IOException {
        Map<String, String> environment = new HashMap<>();
        // A pod has images and mounts of its own.
        environment.put(OwnStorage.VARIABLE, OwnStorage.in(directory.resolve("storage")));
        for (EnvVar variable : container.getEnv()) {
            environment.put(variable.getName(), variable.getValue());
        }
        environment.put("CONTAINER", container.getName());
        environment.put("HOME", container.getWorkingDir());
        environment.put("PATH", container.getWorkingDir() + "/bin");
        return environment;
    }

    /** What runs a command in a container. */
    ProcessBuilder exec(String container, List<String> command) {
        // unshare waits for the first process of the container.
        long first =
                processes.get(container).children().findFirst().orElseThrow().pid();
        List<String> entering =
                new ArrayList<>(List.of("/usr/bin/nsenter", "--target", String.valueOf(first), "--mount", "--pid"));
        entering.addAll(command);
        return builder(entering, environments.get(container));
    }

    private static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    /** What is mounted as the working directory. */
    private Path shared() {
        return directory.resolve("shared");
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
    }
}
