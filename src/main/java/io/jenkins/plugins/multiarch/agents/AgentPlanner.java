package io.jenkins.plugins.multiarch.agents;

import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.LabelRules;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.Planner;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collection;

/** Plans with the agents of this Jenkins. */
public final class AgentPlanner {

    private final LabelRules rules;
    private final OccupiedAgent occupied;
    private final JobAccess access;

    /**
     * @param rules which agents are of a platform, as it is configured for the job
     * @param occupied the node of which the planning build holds an executor
     * @param access which agents take the job
     */
    public AgentPlanner(LabelRules rules, OccupiedAgent occupied, JobAccess access) {
        this.rules = rules;
        this.occupied = occupied;
        this.access = access;
    }

    /**
     * Plans by the state of the moment. It may wait some seconds for agents to answer.
     *
     * @throws IllegalArgumentException if no platform is requested, or a configured label expression is malformed
     */
    public Plan plan(Collection<Platform> platforms, Emulation emulation) {
        AgentProber.get().awaitFirstProbes();
        return plan(platforms, emulation, true);
    }

    /**
     * Plans by what the last probes have found, which takes no time.
     *
     * @throws IllegalArgumentException as {@link #plan(Collection, Emulation)} does
     */
    public Plan planFromRecords(Collection<Platform> platforms, Emulation emulation) {
        return plan(platforms, emulation, false);
    }

    private Plan plan(Collection<Platform> platforms, Emulation emulation, boolean asking) {
        return new Planner(rules, new JenkinsAgentPool(rules, occupied, access, platforms, asking))
                .plan(platforms, emulation);
    }
}
