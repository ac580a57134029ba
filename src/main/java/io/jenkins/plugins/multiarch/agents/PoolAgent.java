package io.jenkins.plugins.multiarch.agents;

import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.labels.LabelAtom;
import hudson.model.queue.CauseOfBlockage;
import hudson.remoting.VirtualChannel;
import hudson.slaves.RetentionStrategy;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.multiarch.agents.EmulationAnswer.Obstacle;
import io.jenkins.plugins.multiarch.engine.agent.AgentLabels;
import io.jenkins.plugins.multiarch.engine.agent.BinfmtHandler;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.agent.Requirement;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One agent as a plan sees it: its labels and state are those of the moment in which it is made. */
final class PoolAgent {

    /** The requirements without which nothing is emulated, as {@code multiarch doctor} calls them. */
    private static final Set<String> EMULATION = Set.of("engine", "kernel", "binfmt_misc", "handlers");

    /** The requirements that name the handlers which do not meet them. */
    private static final Set<String> HANDLERS = Set.of("enabled", "flag F");

    private final Node node;
    private final Computer computer;
    private final Set<String> labels;
    private final boolean ready;
    private final Optional<Machine> machine;
    private EmulationAnswer answer;

    PoolAgent(Node node) {
        this(node, Optional.empty());
    }

    /** @param seen what it can build instead of what its last probe found; empty if that counts */
    PoolAgent(Node node, Optional<Machine> seen) {
        this.node = node;
        this.computer = node.toComputer();
        this.labels = node.getAssignedLabels().stream().map(LabelAtom::getName).collect(Collectors.toSet());
        this.ready = computer != null && isReady(computer);
        this.machine = seen.or(() -> AgentRecords.get().of(node).flatMap(AgentRecord::machine));
        seen.ifPresent(other -> {
            labels.removeAll(AgentRecords.get().labels(node));
            labels.addAll(AgentLabels.of(other));
        });
    }

    private static boolean isReady(Computer computer) {
        if (computer.isOnline()) {
            return computer.isAcceptingTasks();
        }
        return computer instanceof SlaveComputer agent
                && agent.getRetentionStrategy() instanceof RetentionStrategy.Demand
                && agent.isLaunchSupported()
                && !agent.isTemporarilyOffline();
    }

    String name() {
        return node.getDisplayName();
    }

    /** The address of its page below that of Jenkins, with a slash at the end; empty if it has none. */
    String url() {
        return computer == null ? "" : computer.getUrl();
    }

    /** Whether it is worth asking or naming for emulation: it is known to emulate, or has never been probed. */
    boolean mayEmulate(Platform platform) {
        return emulates(platform).orElse(true);
    }

    /** Whether its discovered labels say what it can do. */
    boolean isProbed() {
        return machine.isPresent();
    }

    /** The label that this agent alone has, as it stands in a label expression. */
    String selfLabel() {
        return node.getSelfLabel().getExpression();
    }

    boolean matches(Label label) {
        return label.matches(labels::contains);
    }

    /** Whether it takes builds now, or comes up on demand. */
    boolean isReady() {
        return ready;
    }

    /** Why it does not take a job; empty if it does, or if it takes nothing now. */
    Optional<String> refusal(JobAccess access) {
        return Optional.ofNullable(access.refusal(node)).map(CauseOfBlockage::getShortDescription);
    }

    /** Whether it is that node; false for null. */
    boolean isOf(Node other) {
        return node == other;
    }

    /** How many builds it would start at once, right now. */
    int freeExecutors() {
        return computer == null || !computer.isOnline() ? 0 : computer.countIdle();
    }

    /** Whether the planning build itself holds its only executor. */
    boolean isFullyOccupiedBy(Node occupied) {
        return node == occupied && node.getNumExecutors() == 1;
    }

    /** Whether it is connected, so that it can be asked. */
    boolean isConnected() {
        return channel().isPresent();
    }

    private Optional<VirtualChannel> channel() {
        return computer == null || !computer.isOnline() ? Optional.empty() : Optional.ofNullable(computer.getChannel());
    }

    /** Whether the last probe has found it to emulate the platform; empty if nothing is known. */
    Optional<Boolean> emulates(Platform platform) {
        return machine.map(known -> known.emulatedPlatforms().contains(platform));
    }

    /** Asks it about all platforms of a plan, once, without waiting for the answer. */
    void ask(Collection<Platform> platforms) {
        if (answer == null) {
            answer = channel()
                    .map(channel -> EmulationAnswer.ask(channel, platforms, machine.map(Machine::tools)))
                    .orElse(null);
        }
    }

    /**
     * Why it cannot run the platform: as it has answered, or, if it was not asked, as the last probe has found. An agent
     * that has answered something else than the probe found is probed again.
     */
    Obstacle obstacle(Platform platform) {
        if (machine.map(EmulatorInstallation::isPossible).orElse(false)) {
            return Obstacle.NONE;
        }
        return answer == null ? lastObstacle(platform) : obstacleNow(platform);
    }

    private Obstacle obstacleNow(Platform platform) {
        Obstacle obstacle = answer.obstacle(platform);
        if (emulates(platform).orElse(obstacle.exists()) == obstacle.exists()) {
            AgentProber.get().probe(computer);
        }
        return obstacle;
    }

    /**
     * What kept it from running the platform when it was last probed: a requirement of emulation that it does not meet,
     * or that it has no handler for the platform. No obstacle is known of an agent that has never been probed.
     */
    private Obstacle lastObstacle(Platform platform) {
        if (mayEmulate(platform)) {
            return Obstacle.NONE;
        }
        String handler = BinfmtHandler.nameFor(platform);
        return machine.orElseThrow().requirements().stream()
                .filter(requirement -> requirement.state() != Requirement.State.OK)
                .filter(requirement -> EMULATION.contains(requirement.id())
                        || HANDLERS.contains(requirement.id())
                                && requirement.found().contains(handler))
                .findFirst()
                .map(requirement -> new Obstacle(requirement.found(), requirement.remedy()))
                .orElseGet(() -> new Obstacle(
                        "it had no handler for " + platform + " when it was last probed",
                        "register " + handler
                                + ", for example by: docker run --privileged --rm tonistiigi/binfmt --install "
                                + platform.architecture()));
    }
}
