package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import java.util.concurrent.ExecutionException;

/** Agents whose first probe, which starts by itself when they come online, is over. */
public final class Probed {

    private static final int MOST_PROBES = 5;

    private Probed() {}

    /** Has it that a probe has found something else on the agent. */
    public static void pretend(Node node, Machine machine) {
        AgentRecords.get().put(node, AgentRecord.of(machine));
    }

    /** Lets nothing remain of an agent that was removed, nor of a probe of it that is under way. */
    public static void forget(Node removed, Computer computer) throws InterruptedException, ExecutionException {
        AgentProber.get().probe(computer).get();
        new AgentRecords.Listener().onDeleted(removed);
    }

    /** Waits for the first probe of an agent. */
    public static Machine await(Node node) throws InterruptedException, ExecutionException {
        // A machine that is busy with other tests may be too slow for the first ones.
        for (int probes = 0; probes < MOST_PROBES && !isComplete(node); probes++) {
            AgentProber.get().probe(node.toComputer()).get();
        }
        assertThat(AgentRecords.get().of(node))
                .as("record of agent '%s'", node.getNodeName())
                .hasValueSatisfying(record -> assertThat(record.problem()).isEmpty());
        return AgentRecords.get().of(node).orElseThrow().machine().orElseThrow();
    }

    private static boolean isComplete(Node node) {
        return AgentRecords.get()
                .of(node)
                .map(record -> record.problem().isEmpty())
                .orElse(false);
    }
}
