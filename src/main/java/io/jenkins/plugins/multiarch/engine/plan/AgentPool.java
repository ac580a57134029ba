package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.platform.Platform;

/** The agents among which a plan distributes its platforms. */
public interface AgentPool {

    /** The agents that a label expression matches. */
    LabelCapacity matching(String labelExpression);

    /**
     * The same, except agents that a probe has looked into: their discovered labels say what they can do, and others do not
     * count for them. Clouds count, because nobody knows the agents that they will provision.
     */
    LabelCapacity unprobed(String labelExpression);

    /** Those of them that can run {@code platform} under QEMU; the others are named, with their remedy, as the problem. */
    LabelCapacity emulating(String labelExpression, Platform platform);

    /**
     * Takes an executor that is free right now for one platform of the plan, if there is one that the label expression
     * matches. The agent that the planning build occupies does not count: there the platform can be built in place.
     *
     * @return whether there was one
     */
    boolean reserve(String labelExpression);

    /** What an administrator can do to have a platform built by other agents, e.g. {@code map it to a label in …}. */
    String howToMap();
}
