package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.platform.Platform;

/** The agents among which a plan distributes its platforms. */
public interface AgentPool {

    /** The agents that a label expression matches. */
    Supply matching(String labelExpression);

    /** Those of them that can run {@code platform} under QEMU; the others are named, with their remedy, as the problem. */
    Supply emulating(String labelExpression, Platform platform);
}
