package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Node;
import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.RetentionStrategy;
import hudson.slaves.SlaveComputer;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jvnet.hudson.test.JenkinsRule;

/** An inbound agent in a process of its own, as on another machine: tests kill it, cut it off, and start it again. */
final class InboundAgent implements AutoCloseable {

    /**
     * How an agent gets in.
     *
     * @param url of the controller
     */
    record Entrance(String url, String name, String secret) implements Serializable {

        /** The same by another address, such as that of a tunnel. */
        Entrance by(String otherUrl) {
            return new Entrance(otherUrl, name, secret);
        }
    }

    private final Entrance entrance;
    private final Path directory;
    private final List<String> wrapper;
    private Process process;

    /**
     * @param directory where its files and its log are
     * @param wrapper what runs its command line, such as {@code ip netns exec}; usually nothing
     */
    InboundAgent(Entrance entrance, Path directory, String... wrapper) {
        this.entrance = entrance;
        this.directory = directory;
        this.wrapper = List.of(wrapper);
    }

    /** Sets an agent up on the controller, which then waits for it. */
    static Entrance expect(JenkinsRule jenkins, String name, String labels, Path root, int executors) throws Exception {
        JNLPLauncher launcher = new JNLPLauncher();
        launcher.setWebSocket(true);
        DumbSlave agent = new DumbSlave(name, root.toString(), launcher);
        agent.setLabelString(labels);
        agent.setNumExecutors(executors);
        agent.setMode(Node.Mode.NORMAL);
        agent.setRetentionStrategy(RetentionStrategy.INSTANCE);
        // Works in containers too, where buildah may not make namespaces.
        agent.getNodeProperties()
                .add(new EnvironmentVariablesNodeProperty(
                        new EnvironmentVariablesNodeProperty.Entry("BUILDAH_ISOLATION", "chroot")));
        jenkins.jenkins.addNode(agent);
        SlaveComputer computer = (SlaveComputer) agent.toComputer();
        return new Entrance(jenkins.getURL().toString(), name, computer.getJnlpMac());
    }

    /** Starts the process; it connects on its own time. */
    InboundAgent start() throws IOException {
        Files.createDirectories(directory);
        Path jar = directory.resolve("agent.jar");
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-jar", jar.toString()));
        command.addAll(List.of("-url", entrance.url(), "-name", entrance.name(), "-secret", entrance.secret()));
        command.addAll(List.of("-webSocket", "-workDir", directory.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("agent.log").toFile()));
        // What one agent's builds run is told from what another's do by it.
        builder.environment().put("TESTED_AGENT", entrance.name() + "@" + directory);
        process = builder.start();
        return this;
    }

    /** Fetches the agent's program from the controller, once. */
    InboundAgent fetch(String controller) throws IOException {
        Files.createDirectories(directory);
        try (InputStream in =
                URI.create(controller + "jnlpJars/agent.jar").toURL().openStream()) {
            Files.copy(in, directory.resolve("agent.jar"), StandardCopyOption.REPLACE_EXISTING);
        }
        return this;
    }

    /** Kills the agent as {@code kill -9} does. What its builds have started goes on. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the agent ended").isTrue();
    }

    /** Kills the agent and everything that it has started, as when its machine goes down. */
    void killMachine() throws IOException, InterruptedException {
        kill();
        killProcesses();
    }

    private void killProcesses() throws IOException {
        String mark = "TESTED_AGENT=" + entrance.name() + "@" + directory;
        for (ProcessHandle other : ProcessHandle.allProcesses().toList()) {
            if (environment(other).contains(mark)) {
                other.destroyForcibly();
            }
        }
    }

    private static String environment(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", String.valueOf(process.pid()), "environ"),
                    java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended, or is another user's
        }
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() throws Exception {
        if (process != null) {
            killMachine();
        }
    }
}
