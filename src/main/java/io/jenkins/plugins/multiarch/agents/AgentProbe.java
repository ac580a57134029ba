package io.jenkins.plugins.multiarch.agents;

import io.jenkins.plugins.multiarch.engine.agent.Machine;
import java.io.IOException;
import java.util.List;
import jenkins.security.MasterToSlaveCallable;

/** Looks at an agent's machine, on the agent. It ends by itself within the time that {@link Machine#inspect} allows. */
final class AgentProbe extends MasterToSlaveCallable<Machine, IOException> {

    private static final long serialVersionUID = 1L;

    @Override
    public Machine call() throws IOException {
        return Machine.inspect(List.of());
    }
}
