package io.jenkins.plugins.multiarch.agents;

import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.labels.LabelAtom;
import hudson.remoting.VirtualChannel;
import hudson.slaves.RetentionStrategy;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.multiarch.agents.EmulationAnswer.Obstacle;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One agent as a plan sees it: its labels and state are those of the moment in which it is made. */
final class PoolAgent {

    private final Node node;
    private final Computer computer;
    private final Set<String> labels;
    private final boolean ready;
    private EmulationAnswer answer;

    PoolAgent(Node node) {
        this.node = node;
        this.computer = node.toComputer();
        this.labels = node.getAssignedLabels().stream().map(LabelAtom::getName).collect(Collectors.toSet());
        this.ready = computer != null && isReady(computer);
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

    private Optional<Machine> machine() {
        return AgentRecords.get().of(node).flatMap(AgentRecord::machine);
    }

    /** Whether the last probe has found it to emulate the platform; empty if nothing is known. */
    Optional<Boolean> emulates(Platform platform) {
        return machine().map(machine -> machine.emulatedPlatforms().contains(platform));
    }

    /** Asks it about all platforms of a plan, once, without waiting for the answer. */
    void ask(Collection<Platform> platforms) {
        if (answer == null) {
            answer = channel()
                    .map(channel ->
                            EmulationAnswer.ask(channel, platforms, machine().map(Machine::tools)))
                    .orElse(null);
        }
    }

    /**
     * Why it cannot run the platform: as it has answered, or, if it was not asked, as the last probe has found. An agent
     * that has answered something else than the probe found is probed again.
     */
    Obstacle obstacle(Platform platform) {
        Optional<Boolean> emulated = emulates(platform);
        Obstacle obstacle;
        if (answer == null) {
            obstacle = emulated.orElse(true)
                    ? Obstacle.NONE
                    : new Obstacle("it did not emulate " + platform + " when it was last probed", "");
        } else {
            obstacle = answer.obstacle(platform);
            if (emulated.isPresent() && emulated.get() == obstacle.exists()) {
                AgentProber.get().probe(computer);
            }
        }
        return machine().map(EmulatorInstallation::isPossible).orElse(false) ? Obstacle.NONE : obstacle;
    }
}
