package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.agents.AgentPlanner;
import io.jenkins.plugins.multiarch.agents.JobAccess;
import io.jenkins.plugins.multiarch.agents.OccupiedAgent;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.EmulationItems;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.forms.FormChecks;
import io.jenkins.plugins.multiarch.forms.UsualPlatforms;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStep;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * {@code platformNode('linux/arm64') { ... }}: {@code node} with an agent for a platform, found by the same planning as
 * that of {@code multiArchBuild}, and with the variables of {@link PlatformEnvironment} set.
 */
public final class PlatformNodeStep extends Step {

    private final String platform;
    private String emulation;

    /** @param platform in any spelling that {@link Platform#parse} reads */
    @DataBoundConstructor
    public PlatformNodeStep(String platform) {
        this.platform = Util.fixEmptyAndTrim(platform);
    }

    public String getPlatform() {
        return platform;
    }

    /** Null for what is configured. */
    public String getEmulation() {
        return emulation;
    }

    @DataBoundSetter
    public void setEmulation(String emulation) {
        this.emulation = Util.fixEmptyAndTrim(emulation);
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        Platform wanted = AbortExceptions.translate(() -> Platform.parse(platform));
        Run<?, ?> run = Objects.requireNonNull(context.get(Run.class));
        EffectiveConfiguration configuration = EffectiveConfiguration.of(run);
        // Nothing may wait here, on the thread that runs the Pipeline, so no agent is asked.
        Plan plan = AbortExceptions.translate(() -> new AgentPlanner(
                        configuration.labelRules(""),
                        OccupiedAgent.holding(context.get(Node.class)),
                        JobAccess.of(run.getParent()))
                .planFromRecords(
                        List.of(wanted), Emulation.parse(emulation == null ? configuration.emulation() : emulation))
                .requirePossible());
        TaskListener listener = Objects.requireNonNull(context.get(TaskListener.class));
        plan.lines().forEach(listener.getLogger()::println);
        Objects.requireNonNull(context.get(FlowNode.class)).addAction(new PlatformBlock(wanted));
        // Queueing, restarts and aborts are those of the node step.
        return new ExecutorStep(plan.platforms().get(0).label()).start(context);
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        @Override
        public String getFunctionName() {
            return "platformNode";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PlatformNodeStep_displayName();
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class, FlowExecution.class, FlowNode.class);
        }

        @Override
        public Set<? extends Class<?>> getProvidedContext() {
            return Set.of(Executor.class, Computer.class, Node.class, FilePath.class, EnvVars.class, Launcher.class);
        }

        @POST
        public FormValidation doCheckPlatform(@QueryParameter String value) {
            return FormChecks.required(value, Platform::parse);
        }

        @POST
        public AutoCompletionCandidates doAutoCompletePlatform(@QueryParameter String value) {
            return UsualPlatforms.containing(value);
        }

        @POST
        public ListBoxModel doFillEmulationItems() {
            return EmulationItems.listForStep();
        }
    }
}
