package io.jenkins.plugins.multiarch.load;

import hudson.model.Descriptor;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.DumbSlave;
import hudson.slaves.RetentionStrategy;
import hudson.slaves.SlaveComputer;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;

/** Agents that live together in one process beside the controller's; what they run are real processes. */
final class SimulatedAgents implements AutoCloseable {

    private final Process host;
    private final int port;
    private final Path directory;

    /**
     * @param directory for their workspaces
     * @param environment of what they run, besides that of this process
     */
    SimulatedAgents(Path directory, Map<String, String> environment) throws IOException, URISyntaxException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx2g",
                        "-cp",
                        place(Channel.class) + ":" + place(AgentHost.class),
                        AgentHost.class.getName(),
                        directory.resolve("jars").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        this.host = builder.start();
        BufferedReader said = host.inputReader();
        this.port = Integer.parseInt(said.readLine());
        this.directory = directory;
    }

    private static Path place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** Adds an agent that is online. */
    void add(String name, String label, int executors)
            throws Descriptor.FormException, IOException, ExecutionException, InterruptedException {
        DumbSlave agent = new DumbSlave(name, directory.resolve(name).toString(), new Launcher(port));
        agent.setLabelString(label);
        agent.setNumExecutors(executors);
        agent.setRetentionStrategy(RetentionStrategy.NOOP);
        Jenkins.get().addNode(agent);
        agent.toComputer().connect(false).get();
    }

    /** The process of all of them. */
    ProcessHandle process() {
        return host.toHandle();
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() throws InterruptedException {
        host.destroy();
        if (!host.waitFor(10, TimeUnit.SECONDS)) {
            host.destroyForcibly().waitFor();
        }
    }

    private static final class Launcher extends ComputerLauncher {

        private final int port;

        Launcher(int port) {
            this.port = port;
        }

        @Override
        public void launch(SlaveComputer computer, TaskListener listener) throws IOException, InterruptedException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            computer.setChannel(
                    socket.getInputStream(), new BufferedOutputStream(socket.getOutputStream()), listener, null);
        }
    }
}
