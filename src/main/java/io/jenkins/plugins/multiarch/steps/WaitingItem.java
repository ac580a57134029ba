package io.jenkins.plugins.multiarch.steps;

import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Item;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.CauseOfBlockage;
import hudson.slaves.Cloud;
import io.jenkins.plugins.multiarch.agents.JobAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * What an item of the queue waits for, for the log of its build.
 *
 * @param seconds for how long it has waited
 */
record WaitingItem(Queue.Item item, int seconds) {

    private static final int MOST_AGENTS = 5;

    /** What it waits for, who holds it, and what would help. */
    List<String> lines() {
        Label label = item.getAssignedLabel();
        List<Node> agents = Stream.concat(Stream.of(Jenkins.get()), Jenkins.get().getNodes().stream())
                .filter(node -> node.getNumExecutors() > 0 && (label == null || label.matches(node)))
                .toList();
        List<String> lines = new ArrayList<>();
        lines.add("After " + seconds + " s still waiting for an agent with the label '" + label + "': "
                + Objects.requireNonNullElse(item.getWhy(), "the queue has not looked at it yet"));
        agents.stream().limit(MOST_AGENTS).forEach(agent -> lines.add("  " + describe(agent)));
        if (agents.size() > MOST_AGENTS) {
            lines.add("  " + (agents.size() - MOST_AGENTS) + " more agents have the label");
        }
        List<Cloud> clouds = label == null ? List.of() : List.copyOf(label.getClouds());
        clouds.forEach(cloud -> lines.add("  cloud '" + cloud.getDisplayName() + "' provisions agents for it"));
        lines.add("  What would help: " + remedy(agents, clouds));
        return lines;
    }

    private String describe(Node agent) {
        String name = "agent '" + agent.getDisplayName() + "' ";
        Computer computer = agent.toComputer();
        if (computer == null || !computer.isOnline()) {
            return name + "is offline";
        }
        CauseOfBlockage refusal = JobAccess.refusal(agent, item);
        if (refusal != null) {
            return name + "does not take it: " + refusal.getShortDescription();
        }
        if (computer.countIdle() > 0) {
            return name + "has a free executor";
        }
        return name + "is busy with "
                + computer.getExecutors().stream()
                        .filter(Executor::isBusy)
                        .map(this::holder)
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    /** The name of a build is told only if this build may see it. */
    private String holder(Executor executor) {
        Queue.Executable executable = executor.getCurrentExecutable();
        if (executable != null && !(executable instanceof Run) && executable.getParentExecutable() != null) {
            executable = executable.getParentExecutable();
        }
        if (executable instanceof Run<?, ?> run) {
            return isOwn(run)
                    ? "this build itself"
                    : run.hasPermission2(item.authenticate2(), Item.READ) ? run.getFullDisplayName() : "another build";
        }
        return executable == null ? "a build that begins or ends" : "another task";
    }

    private boolean isOwn(Run<?, ?> run) {
        return run.equals(item.task.getOwnerExecutable());
    }

    private String remedy(List<Node> agents, List<Cloud> clouds) {
        if (Jenkins.get().isQuietingDown()) {
            return "Jenkins is about to shut down; it starts nothing. Cancel that under Manage Jenkins.";
        }
        if (!clouds.isEmpty()) {
            return "see under Manage Jenkins » Clouds how many agents the cloud may have at once, and in the system log"
                    + " whether it can start them.";
        }
        if (agents.isEmpty()) {
            return "connect an agent with that label.";
        }
        if (agents.stream().map(Node::toComputer).noneMatch(computer -> computer != null && computer.isOnline())) {
            return "bring one of these agents online.";
        }
        return "more executors for these agents, or another agent that can build the platform.";
    }
}
