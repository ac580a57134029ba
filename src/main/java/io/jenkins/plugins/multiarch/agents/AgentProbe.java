package io.jenkins.plugins.multiarch.agents;

import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import java.io.IOException;
import java.util.List;
import jenkins.security.MasterToSlaveCallable;

/** Looks at an agent's machine, on the agent. It ends by itself within the time that {@link Machine#inspect} allows. */
final class AgentProbe extends MasterToSlaveCallable<Machine, IOException> {

    private static final long serialVersionUID = 1L;

    @SuppressFBWarnings(value = "SE_BAD_FIELD", justification = "what goes to another machine is a proxy")
    private final CommandRunner runner;

    /** @param runner runs the build tools */
    AgentProbe(CommandRunner runner) {
        this.runner = runner;
    }

    @Override
    public Machine call() throws IOException {
        return Machine.inspect(List.of(), runner);
    }
}
