package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Node;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import java.util.concurrent.TimeUnit;

/** Agents whose first probe, which starts by itself when they come online, is over. */
public final class Probed {

    private Probed() {}

    public static Machine await(Node node) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while ((AgentRecords.get().of(node).isEmpty() || AgentProber.get().isProbing(node.toComputer()))
                && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
        assertThat(AgentRecords.get().of(node))
                .as("record of agent '%s'", node.getNodeName())
                .hasValueSatisfying(record -> assertThat(record.problem()).isEmpty());
        return AgentRecords.get().of(node).orElseThrow().machine().orElseThrow();
    }
}
