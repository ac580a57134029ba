package io.jenkins.plugins.multiarch.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.AbstractCloudSlave;
import hudson.slaves.EphemeralNode;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.agent.MachineJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** Has agents probed, in threads of its own, so that nobody waits who does not want to. */
@Extension
public final class AgentProber {

    private static final Logger LOGGER = Logger.getLogger(AgentProber.class.getName());

    /** Half a minute more than an agent takes at most: the first probe also loads the plugin's classes there. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** What a plan waits for agents that have just come online. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(10);

    private static final int THREADS = 8;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new NamingThreadFactory(new DaemonThreadFactory(), "multi-arch agent probe"));

    private final Map<Computer, CompletableFuture<Void>> underway = new ConcurrentHashMap<>();

    public AgentProber() {
        threads.allowCoreThreadTimeOut(true);
    }

    static AgentProber get() {
        return ExtensionList.lookupSingleton(AgentProber.class);
    }

    /**
     * Has an agent probed, unless it is being probed or not connected.
     *
     * @return ends when what the agent says is recorded; never fails
     */
    CompletableFuture<Void> probe(Computer computer) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> other = underway.putIfAbsent(computer, done);
        if (other != null) {
            return other;
        }
        Runnable task = () -> {
            try {
                look(computer);
            } finally {
                underway.remove(computer);
                done.complete(null);
            }
        };
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) { // Jenkins is going down
            underway.remove(computer);
            done.complete(null);
        }
        return done;
    }

    /** Whether a probe of the agent is under way, or waits for its turn. */
    boolean isProbing(Computer computer) {
        return underway.containsKey(computer);
    }

    /** Waits for probes of agents of which nothing is known yet, but not for long: these may have just come online. */
    void awaitFirstProbes() {
        CompletableFuture<?>[] first = underway.entrySet().stream()
                .filter(entry -> {
                    Node node = entry.getKey().getNode();
                    return node != null && AgentRecords.get().of(node).isEmpty();
                })
                .map(Map.Entry::getValue)
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(first)
                .completeOnTimeout(null, FIRST_PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Probes every connected agent whose record is older than that, and those whose last probe has failed. */
    void probeAll(Duration age) {
        Instant limit = Instant.now().minus(age);
        for (Computer computer : Jenkins.get().getComputers()) {
            Node node = computer.getNode();
            if (node != null
                    && isDiscovered(node)
                    && AgentRecords.get()
                            .of(node)
                            .map(record -> record.probed().isBefore(limit)
                                    || !record.problem().isEmpty())
                            .orElse(true)) {
                probe(computer);
            }
        }
    }

    /** Whether an agent is probed by itself. */
    static boolean isDiscovered(@CheckForNull Node node) {
        return node != null
                && !isOfCloud(node)
                && MultiArchBuildConfiguration.get().discovers(node);
    }

    /** Whether a cloud has made it, and will remove it. What a plan wants to know of such an agent it asks by itself. */
    static boolean isOfCloud(@CheckForNull Node node) {
        return node instanceof AbstractCloudSlave || node instanceof EphemeralNode;
    }

    /** Whether the last probe of a node has found a build tool. */
    public static boolean isKnownAsBuilder(Node node) {
        return AgentRecords.get()
                .of(node)
                .flatMap(AgentRecord::machine)
                .map(machine -> !machine.tools().usable().isEmpty())
                .orElse(false);
    }

    /**
     * What an agent can build with the tools that a runner finds. Nothing is recorded. It takes seconds.
     *
     * @param runner where the agent is another machine, exported to it
     * @throws IOException if the agent does not answer
     */
    public static Machine inspect(VirtualChannel channel, CommandRunner runner) throws IOException {
        return ask(channel, runner);
    }

    private static void look(Computer computer) {
        Node node = computer.getNode();
        VirtualChannel channel = computer.getChannel();
        // Nothing is built on a node without executors; usually it is the controller's own.
        if (node == null || channel == null || node.getNumExecutors() == 0) {
            return;
        }
        AgentRecords records = AgentRecords.get();
        AgentRecord record;
        try {
            record = record(records.of(node), ask(channel, tools(computer)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "Probing agent '" + node.getNodeName() + "' failed");
            String reason = String.valueOf(e.getMessage());
            record = records.of(node)
                    .map(known -> known.failed(reason))
                    .orElseGet(() -> AgentRecord.neverAnswered(reason));
        }
        // Nothing would ever remove the record of an agent that was removed meanwhile.
        if (computer.getNode() != null) {
            records.put(node, record);
        }
    }

    /** Finds the tools that {@code sh} would, whose variables Node Properties may set. */
    private static CommandRunner tools(Computer computer) throws IOException, InterruptedException {
        return new AgentCommandRunner(computer.buildEnvironment(TaskListener.NULL), null);
    }

    /** What a machine too busy to answer does not tell does not count as gone. */
    private static AgentRecord record(Optional<AgentRecord> before, Machine machine) {
        List<String> unanswered = machine.tools().unanswered();
        return unanswered.isEmpty()
                ? AgentRecord.of(machine)
                : before.filter(record -> record.machine().isPresent())
                        .map(record -> record.failed(String.join("; ", unanswered)))
                        .orElseGet(() -> AgentRecord.of(machine).failed(String.join("; ", unanswered)));
    }

    /** Asks twice if need be: the first time, classes are loaded, which stay loaded on the agent. */
    private static Machine ask(VirtualChannel channel, CommandRunner runner) throws IOException {
        try {
            return askOnce(channel, runner);
        } catch (IOException e) {
            if (e.getCause() instanceof TimeoutException) {
                return askOnce(channel, runner);
            }
            throw e;
        }
    }

    private static Machine askOnce(VirtualChannel channel, CommandRunner runner) throws IOException {
        var answer = channel.callAsync(new AgentProbe(runner));
        try {
            // An agent may answer anything: what reads untrusted text bounds and checks it.
            return MachineJson.read(MachineJson.write(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("The agent has not answered within " + PATIENCE.toSeconds() + " seconds", e);
        } catch (ExecutionException e) {
            throw new IOException("The probe failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("The probe was interrupted", e);
        }
    }

    @Terminator
    public static void stop() {
        get().threads.shutdownNow();
    }
}
