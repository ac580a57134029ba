package io.jenkins.plugins.multiarch.agents;

import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.remoting.VirtualChannel;
import hudson.slaves.RetentionStrategy;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.multiarch.engine.plan.AgentPool;
import io.jenkins.plugins.multiarch.engine.plan.Supply;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The agents of this Jenkins. */
public final class JenkinsAgentPool implements AgentPool {

    private final Node occupied;

    /** @param occupied the node of which the planning build holds an executor; null if it holds none */
    public JenkinsAgentPool(Node occupied) {
        this.occupied = occupied;
    }

    @Override
    public Supply matching(String labelExpression) {
        Label label = label(labelExpression);
        int ready = 0;
        int offline = 0;
        String problem = "";
        for (Node node : label.getNodes()) {
            if (node.getNumExecutors() == 0) {
                continue;
            }
            if (isFullyOccupied(node)) {
                problem = "agent '" + node.getDisplayName() + "' has only one executor, which this build itself holds."
                        + " Give it a second one, or run multiArchBuild outside of a node with source: 'scm'";
                continue;
            }
            if (isReady(node)) {
                ready++;
            } else {
                offline++;
            }
        }
        return new Supply(labelExpression, ready, offline, !label.getClouds().isEmpty(), problem);
    }

    @Override
    public Supply emulating(String labelExpression, Platform platform) {
        Supply all = matching(labelExpression);
        List<Node> online = label(labelExpression).getNodes().stream()
                .filter(node -> node.getNumExecutors() > 0 && isReady(node) && channel(node) != null)
                .filter(node -> !isFullyOccupied(node))
                .toList();
        Map<Node, EmulationAnswer> answers = new LinkedHashMap<>();
        online.forEach(node -> answers.put(node, EmulationAnswer.ask(channel(node), platform)));
        List<String> able = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        answers.forEach((node, answer) -> {
            String problem = answer.problem();
            if (problem.isEmpty()) {
                able.add("(" + labelExpression + ") && " + node.getSelfLabel().getExpression());
            } else {
                problems.add("agent '" + node.getDisplayName() + "': " + problem);
            }
        });
        int unasked = all.ready() - online.size(); // they come up on demand, so nobody can ask them yet
        if (problems.isEmpty() || unasked > 0) {
            return all;
        }
        return new Supply(
                able.isEmpty() ? labelExpression : String.join(" || ", able),
                able.size(),
                all.offline(),
                all.cloud(),
                String.join("; ", problems));
    }

    private boolean isFullyOccupied(Node node) {
        return node == occupied && node.getNumExecutors() == 1;
    }

    private static Label label(String expression) {
        try {
            return Label.parseExpression(expression);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + expression + "' is not a label expression: " + e.getMessage()
                    + ". Correct it under Manage Jenkins » System » Multi-Arch Build.");
        }
    }

    private static boolean isReady(Node node) {
        Computer computer = node.toComputer();
        if (computer == null) {
            return false;
        }
        if (computer.isOnline()) {
            return computer.isAcceptingTasks();
        }
        return computer instanceof SlaveComputer agent
                && agent.getRetentionStrategy() instanceof RetentionStrategy.Demand
                && agent.isLaunchSupported()
                && !agent.isTemporarilyOffline();
    }

    private static VirtualChannel channel(Node node) {
        Computer computer = node.toComputer();
        return computer == null || !computer.isOnline() ? null : computer.getChannel();
    }
}
