package io.jenkins.plugins.multiarch.agents;

import hudson.model.Node;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.LabelRules;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.Planner;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collection;

/** Plans with the agents of this Jenkins. */
public final class AgentPlanner {

    private final LabelRules rules;
    private final Node occupied;

    /**
     * @param rules which agents are of a platform, as it is configured for the job
     * @param occupied the node of which the planning build holds an executor; null if it holds none
     */
    public AgentPlanner(LabelRules rules, Node occupied) {
        this.rules = rules;
        this.occupied = occupied;
    }

    /**
     * Plans by the state of the moment. It may wait some seconds for agents to answer.
     *
     * @param inPlace whether the occupied node builds what it can on the executor that the build holds
     * @throws IllegalArgumentException if no platform is requested, or a configured label expression is malformed
     */
    public Plan plan(Collection<Platform> platforms, Emulation emulation, boolean inPlace) {
        AgentProber.get().awaitFirstProbes();
        return plan(platforms, emulation, inPlace, true);
    }

    /**
     * Plans by what the last probes have found, which takes no time, for what needs an executor of its own.
     *
     * @throws IllegalArgumentException as {@link #plan(Collection, Emulation, boolean)} does
     */
    public Plan planFromRecords(Collection<Platform> platforms, Emulation emulation) {
        return plan(platforms, emulation, false, false);
    }

    private Plan plan(Collection<Platform> platforms, Emulation emulation, boolean inPlace, boolean asking) {
        return new Planner(rules, new JenkinsAgentPool(rules, occupied, inPlace, platforms, asking))
                .plan(platforms, emulation);
    }
}
