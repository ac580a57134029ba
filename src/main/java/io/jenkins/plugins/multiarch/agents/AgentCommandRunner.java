package io.jenkins.plugins.multiarch.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Runs commands on the agent that it is sent to, as that agent's own launcher would: so the controller has no part in them.
 *
 * @param environment variables of the commands, beside those of the agent's process
 * @param directory where they run; null for where the agent's process does
 */
public record AgentCommandRunner(
        EnvVars environment, @CheckForNull String directory) implements CommandRunner, Serializable {

    @Override
    public CommandResult run(List<String> command, Duration timeout) throws IOException {
        EnvVars variables = new EnvVars(EnvVars.masterEnvVars);
        variables.overrideExpandingAll(environment);
        return new LocalCommandRunner(variables, directory == null ? null : new File(directory)).run(command, timeout);
    }
}
