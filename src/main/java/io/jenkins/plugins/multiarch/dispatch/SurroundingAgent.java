package io.jenkins.plugins.multiarch.dispatch;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Node;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.agents.AgentProber;
import io.jenkins.plugins.multiarch.agents.OccupiedAgent;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import java.io.IOException;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The agent around a step, with the build tools that a {@code sh} beside the step would find: those of the container that it
 * is in, by the variables of the Pipeline.
 *
 * @param context that of the step
 * @param mayBuild whether platforms may be built where the step stands
 */
record SurroundingAgent(StepContext context, boolean mayBuild) {

    /** @param needsNoTool whether nothing is to be built with a build tool */
    OccupiedAgent occupied(boolean needsNoTool) throws IOException, InterruptedException {
        Node node = context.get(Node.class);
        Launcher launcher = context.get(Launcher.class);
        FilePath workspace = context.get(FilePath.class);
        if (needsNoTool) {
            return new OccupiedAgent(workspace == null ? null : node, mayBuild, Optional.empty());
        }
        if (!mayBuild || node == null || launcher == null || workspace == null || !launcher.isUnix()) {
            return OccupiedAgent.holding(node);
        }
        try {
            return OccupiedAgent.building(node, machine(node, launcher, workspace));
        } catch (IOException e) {
            context.get(TaskListener.class)
                    .getLogger()
                    .println("Cannot look for build tools around the step: " + e.getMessage());
            return OccupiedAgent.building(node, Optional.empty());
        }
    }

    /** Empty if the last probe of the agent counts. */
    private Optional<Machine> machine(Node node, Launcher launcher, FilePath workspace)
            throws IOException, InterruptedException {
        return AgentProber.isKnownAsBuilder(node) && !(launcher instanceof Launcher.DecoratedLauncher)
                ? Optional.empty()
                : Optional.of(AgentProber.inspect(
                        workspace.getChannel(),
                        LauncherCommandRunner.export(launcher, context.get(EnvVars.class), workspace)));
    }
}
