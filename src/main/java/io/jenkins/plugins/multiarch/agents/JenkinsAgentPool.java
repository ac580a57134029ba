package io.jenkins.plugins.multiarch.agents;

import hudson.model.Label;
import hudson.slaves.Cloud;
import io.jenkins.plugins.multiarch.agents.EmulationAnswer.Obstacle;
import io.jenkins.plugins.multiarch.engine.plan.AgentPool;
import io.jenkins.plugins.multiarch.engine.plan.LabelCapacity;
import io.jenkins.plugins.multiarch.engine.plan.LabelRules;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/** The agents and clouds of this Jenkins, as they are when the pool is made; it serves one plan. */
public final class JenkinsAgentPool implements AgentPool {

    /** Of more agents a sample is asked whether they emulate a platform; for the others, the last probe counts. */
    private static final int MOST_ASKED = 20;

    private static final int MOST_NAMED = 5;

    private final LabelRules rules;
    private final List<PoolAgent> agents;
    private final OccupiedAgent occupied;
    private final JobAccess access;
    private final Collection<Platform> platforms;
    private final int mostAsked;
    private final Map<PoolAgent, Integer> reserved = new HashMap<>();
    private final Map<String, List<PoolAgent>> matches = new HashMap<>();
    private final Map<String, List<Cloud>> clouds = new HashMap<>();
    private final Map<PoolAgent, Optional<String>> refusals = new HashMap<>();

    /**
     * @param rules say which label expressions an administrator has set: only those select the built-in node
     * @param occupied the node of which the planning build holds an executor
     * @param access which agents take the job of that build
     * @param platforms all that the plan is about
     * @param asking whether agents are asked what they emulate right now; if not, what the last probe found counts, and
     *     nothing waits
     */
    JenkinsAgentPool(
            LabelRules rules,
            OccupiedAgent occupied,
            JobAccess access,
            Collection<Platform> platforms,
            boolean asking) {
        Jenkins jenkins = Jenkins.get();
        this.rules = rules;
        this.agents = Stream.concat(Stream.of(jenkins), jenkins.getNodes().stream())
                .filter(node -> node.getNumExecutors() > 0)
                .map(node -> node == occupied.node() ? new PoolAgent(node, occupied.machine()) : new PoolAgent(node))
                .toList();
        this.occupied = occupied;
        this.access = access;
        this.platforms = List.copyOf(platforms);
        this.mostAsked = asking ? MOST_ASKED : 0;
    }

    /** A pool for a quick look: no agent is asked, the last probe of each counts. */
    static JenkinsAgentPool asLastProbed(LabelRules rules) {
        return new JenkinsAgentPool(rules, OccupiedAgent.holding(null), JobAccess.any(), List.of(), false);
    }

    /** The agents that a label expression matches and that take the job, ready or not. */
    List<PoolAgent> agents(String labelExpression) {
        return matched(labelExpression).stream()
                .filter(agent -> refusal(agent).isEmpty())
                .toList();
    }

    /** Why an agent does not take the job; empty if it does, or if the build is on it already. */
    private Optional<String> refusal(PoolAgent agent) {
        return isHere(agent) ? Optional.empty() : refusals.computeIfAbsent(agent, key -> key.refusal(access));
    }

    private List<PoolAgent> matched(String labelExpression) {
        return matches.computeIfAbsent(labelExpression, key -> {
            Label label = label(key);
            return agents.stream()
                    .filter(agent -> agent.matches(label) && !isForbidden(agent, key))
                    .toList();
        });
    }

    /** What runs on the built-in node can read the controller's secrets. */
    private boolean isForbidden(PoolAgent agent, String labelExpression) {
        return agent.isOf(Jenkins.get()) && !rules.isSet(labelExpression);
    }

    /** The label expression without the agents that it matches by mistake. */
    private String permitted(String labelExpression) {
        Label label = label(labelExpression);
        List<PoolAgent> forbidden = agents.stream()
                .filter(agent -> isForbidden(agent, labelExpression) && agent.matches(label))
                .toList();
        return forbidden.isEmpty() ? labelExpression : without(labelExpression, forbidden);
    }

    /** The clouds that provision agents for a label expression. */
    List<Cloud> clouds(String labelExpression) {
        return clouds.computeIfAbsent(labelExpression, key -> {
            Cloud.CloudState state = new Cloud.CloudState(label(key), 0);
            return Jenkins.get().clouds.stream()
                    .filter(cloud -> cloud.canProvision(state))
                    .toList();
        });
    }

    /** Whether the planning build can build on it without another executor. */
    private boolean isHere(PoolAgent agent) {
        return occupied.inPlace() && agent.isOf(occupied.node());
    }

    @Override
    public LabelCapacity matching(String labelExpression) {
        int ready = 0;
        int offline = 0;
        String here = "";
        String problem = "";
        for (PoolAgent agent : agents(labelExpression)) {
            if (isHere(agent) && agent.isConnected()) {
                here = agent.name();
            }
            if (isHere(agent) && agent.isFullyOccupiedBy(occupied.node())) {
                continue; // it has no executor to wait for, and needs none
            }
            if (agent.isFullyOccupiedBy(occupied.node())) {
                problem = "agent '" + agent.name() + "' has only one executor, which this build itself holds";
            } else if (agent.isReady()) {
                ready++;
            } else {
                offline++;
            }
        }
        String remedy = problem.isEmpty()
                ? ""
                : "Give it a second executor, or run multiArchBuild outside of a node with source: 'scm'.";
        List<PoolAgent> refusing = matched(labelExpression).stream()
                .filter(agent -> refusal(agent).isPresent())
                .toList();
        if (problem.isEmpty() && !refusing.isEmpty()) {
            problem = names(refusing)
                    + (refusing.size() == 1 ? " does not take this job: " : " do not take this job: ")
                    + refusal(refusing.get(0)).orElseThrow();
            remedy = "Let the job use it, or connect another agent.";
        }
        return new LabelCapacity(
                permitted(labelExpression),
                ready,
                offline,
                here,
                !clouds(labelExpression).isEmpty(),
                problem,
                remedy);
    }

    @Override
    public boolean reserve(String labelExpression) {
        for (PoolAgent agent : agents(labelExpression)) {
            int taken = reserved.getOrDefault(agent, 0);
            if (!agent.isOf(occupied.node()) && agent.isReady() && agent.freeExecutors() > taken) {
                reserved.put(agent, taken + 1);
                return true;
            }
        }
        return false;
    }

    @Override
    public String howToMap() {
        return "map the platform to a label expression under Manage Jenkins » System » Multi-Arch Build";
    }

    @Override
    public LabelCapacity unprobed(String labelExpression) {
        List<PoolAgent> probed =
                agents(labelExpression).stream().filter(PoolAgent::isProbed).toList();
        if (probed.isEmpty()) {
            return matching(labelExpression);
        }
        LabelCapacity others = matching(without(labelExpression, probed));
        return others.exists()
                ? others
                : LabelCapacity.none(
                        labelExpression,
                        names(probed) + (probed.size() == 1 ? " matches '" : " match '") + labelExpression
                                + "', but the last probe has found that it cannot build for the platform",
                        "See what it lacks under Manage Jenkins » Multi-Arch Build, or map the platform to a label"
                                + " expression under Manage Jenkins » System » Multi-Arch Build.");
    }

    @Override
    public LabelCapacity emulating(String labelExpression, Platform platform) {
        LabelCapacity all = matching(labelExpression);
        // Those first that are known to, so that they are in the sample.
        Map<Boolean, List<PoolAgent>> byKnowledge = agents(labelExpression).stream()
                .filter(agent -> isHere(agent) || agent.isReady() && !agent.isFullyOccupiedBy(occupied.node()))
                .collect(Collectors.partitioningBy(
                        agent -> agent.emulates(platform).orElse(false)));
        List<PoolAgent> matching = Stream.concat(byKnowledge.get(true).stream(), byKnowledge.get(false).stream())
                .toList();
        matching.stream().filter(PoolAgent::isConnected).limit(mostAsked).forEach(agent -> agent.ask(platforms));
        List<PoolAgent> able = new ArrayList<>();
        Map<Obstacle, List<PoolAgent>> unable = new LinkedHashMap<>();
        for (PoolAgent agent : matching) {
            Obstacle obstacle = agent.obstacle(platform);
            if (obstacle.exists()) {
                unable.computeIfAbsent(obstacle, key -> new ArrayList<>()).add(agent);
            } else {
                able.add(agent);
            }
        }
        if (unable.isEmpty()) {
            return all;
        }
        List<PoolAgent> excluded =
                unable.values().stream().flatMap(List::stream).toList();
        return new LabelCapacity(
                narrow(all.label(), able, excluded, all.cloud()),
                (int) able.stream()
                        .filter(agent -> agent.isReady() && !agent.isFullyOccupiedBy(occupied.node()))
                        .count(),
                all.offline(),
                able.stream().anyMatch(this::isHere) ? all.here() : "",
                all.cloud(),
                join(describe(unable, Obstacle::problem, ""), all.problem()),
                join(describe(unable, Obstacle::remedy, "On "), all.remedy()));
    }

    /** @param cloud whether agents that nobody knows yet may match as well */
    private static String narrow(String expression, List<PoolAgent> able, List<PoolAgent> excluded, boolean cloud) {
        if (able.isEmpty() && !cloud) {
            return expression;
        }
        return cloud || excluded.size() < able.size()
                ? without(expression, excluded)
                : able.stream()
                        .map(PoolAgent::selfLabel)
                        .collect(Collectors.joining(" || ", "(" + expression + ") && (", ")"));
    }

    private static String without(String expression, List<PoolAgent> excluded) {
        return excluded.stream()
                .map(agent -> " && !" + agent.selfLabel())
                .collect(Collectors.joining("", "(" + expression + ")", ""));
    }

    private static String describe(
            Map<Obstacle, List<PoolAgent>> unable, Function<Obstacle, String> what, String prefix) {
        return unable.entrySet().stream()
                .filter(entry -> !what.apply(entry.getKey()).isEmpty())
                .map(entry -> prefix + names(entry.getValue()) + ": " + what.apply(entry.getKey()))
                .collect(Collectors.joining("; "));
    }

    private static String join(String clause, String other) {
        return Stream.of(clause, other).filter(text -> !text.isEmpty()).collect(Collectors.joining("; "));
    }

    private static String names(List<PoolAgent> agents) {
        String some = agents.stream()
                .limit(MOST_NAMED)
                .map(agent -> "'" + agent.name() + "'")
                .collect(Collectors.joining(", "));
        return (agents.size() == 1 ? "agent " : "agents ")
                + some
                + (agents.size() > MOST_NAMED ? " and " + (agents.size() - MOST_NAMED) + " more" : "");
    }

    private static Label label(String expression) {
        try {
            return Label.parseExpression(expression);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + expression + "' is not a label expression: " + e.getMessage()
                    + ". Correct it under Manage Jenkins » System » Multi-Arch Build.");
        }
    }
}
