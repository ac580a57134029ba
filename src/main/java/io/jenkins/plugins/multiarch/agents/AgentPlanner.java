package io.jenkins.plugins.multiarch.agents;

import hudson.model.Node;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.Planner;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collection;

/** Plans with the agents of this Jenkins by the rules of its administrator. */
public final class AgentPlanner {

    private final String tool;
    private final Node occupied;

    /**
     * @param tool the dynamic label of agents whose build tool will do; empty if none is needed
     * @param occupied the node of which the planning build holds an executor; null if it holds none
     */
    public AgentPlanner(String tool, Node occupied) {
        this.tool = tool;
        this.occupied = occupied;
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
        return new Planner(
                        MultiArchBuildConfiguration.get().labelRules(tool),
                        new JenkinsAgentPool(occupied, platforms, asking))
                .plan(platforms, emulation);
    }
}
