package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Functions;
import hudson.Launcher;
import hudson.LauncherDecorator;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.agents.AgentProber;
import io.jenkins.plugins.multiarch.agents.OccupiedAgent;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.build.FolderEntry;
import io.jenkins.plugins.multiarch.engine.context.ContextSummary;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.flow.StashManager;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Plans a {@code multiArchBuild}, prints the plan, and packs the build context for its journey. */
public final class PlanStep extends DispatchStep {

    private boolean inPlace;

    @DataBoundConstructor
    public PlanStep() {}

    public boolean isInPlace() {
        return inPlace;
    }

    /** Whether the surrounding node may build; a script of an earlier version knows labels alone. */
    @DataBoundSetter
    public void setInPlace(boolean inPlace) {
        this.inPlace = inPlace;
    }

    @Override
    public StepExecution start(StepContext context) throws IOException, InterruptedException {
        return new Execution(context, inPlace, context.get(FilePath.class) != null);
    }

    /**
     * Returns what the dispatch script needs: {@code platforms}, each with where it is built, {@code checkout},
     * {@code failFast} and {@code retries}.
     */
    private static final class Execution extends RepeatableStepExecution<Map<String, Object>> {

        private static final long serialVersionUID = 1L;

        private final boolean inPlace;
        private final boolean inWorkspace;

        Execution(StepContext context, boolean inPlace, boolean inWorkspace) {
            super(context);
            this.inPlace = inPlace;
            this.inWorkspace = inWorkspace;
        }

        @Override
        boolean needsWorkspace() {
            return inWorkspace;
        }

        @Override
        protected Map<String, Object> run() throws Exception {
            BuildOrder order = getContext().get(BuildOrder.class);
            TaskListener listener = getContext().get(TaskListener.class);
            FilePath workspace = getContext().get(FilePath.class);
            BuildOrder.Source source = order.source(workspace != null);
            if (source == BuildOrder.Source.WORKSPACE && workspace == null && !order.hasRemoteContext()) {
                throw new AbortException(
                        "source 'workspace' needs a workspace, but multiArchBuild stands outside of any"
                                + " node. Put it inside an agent or node block, or set source: 'scm'.");
            }
            Run<?, ?> run = getContext().get(Run.class);
            // A credential that nobody can use is told before anything is built.
            AbortExceptions.translate(() -> order.credentials(run));
            warnOfVisibleCredentials(order, listener);
            Plan plan = AbortExceptions.translate(() -> order.plan(run, order.platforms(), occupied()));
            if (!isAgain() || run.getAction(MultiArchBuildAction.class) == null) {
                MultiArchBuildAction.recordPlan(run, order.image(), plan);
            }
            AbortExceptions.translate(plan::requirePossible);
            listener.getLogger().println("Plan for " + order.image() + ":");
            plan.lines().forEach(line -> listener.getLogger().println("  " + line));
            if (plan.platforms().stream().anyMatch(planned -> waits(order, planned))) {
                listener.getLogger()
                        .println("Native agents that are offline are waited for, " + order.nativeWait()
                                + " min at most");
            }
            boolean fromWorkspace = source == BuildOrder.Source.WORKSPACE && !order.hasRemoteContext();
            boolean shipped = fromWorkspace
                    && plan.platforms().stream().anyMatch(planned -> !planned.inPlace() || waits(order, planned));
            if (shipped) {
                pack(order, workspace, listener);
            } else if (fromWorkspace) {
                AbortExceptions.translate(
                        () -> workspace.child(order.context()).act(new CheckContext(order.dockerfile())));
            }
            boolean decorated = getContext().get(LauncherDecorator.class) != null;
            List<Map<String, Object>> platforms = new ArrayList<>();
            for (PlannedPlatform planned : plan.platforms()) {
                Map<String, Object> entry = new HashMap<>();
                entry.put("platform", planned.platform().toString());
                entry.put("label", planned.label());
                entry.put("inPlace", planned.inPlace());
                entry.put("decorated", decorated);
                entry.put("directory", order.folder(planned.platform()));
                entry.put("waits", waits(order, planned));
                entry.put("title", "Build " + planned.platform());
                entry.put("shipped", shipped);
                platforms.add(entry);
            }
            Map<String, Object> result = new HashMap<>();
            result.put("platforms", platforms);
            result.put("checkout", source == BuildOrder.Source.SCM && !order.hasRemoteContext());
            result.put("failFast", order.failFast());
            result.put("retries", order.retries());
            result.put("publication", order.publication());
            return result;
        }

        /** The agent around the step, with the build tools that a {@code sh} beside the step would find. */
        private OccupiedAgent occupied() throws IOException, InterruptedException {
            Node node = getContext().get(Node.class);
            Launcher launcher = getContext().get(Launcher.class);
            FilePath workspace = getContext().get(FilePath.class);
            if (!inPlace || node == null || launcher == null || workspace == null || !launcher.isUnix()) {
                return OccupiedAgent.holding(node);
            }
            try {
                return OccupiedAgent.building(node, machine(node, launcher, workspace));
            } catch (IOException e) {
                getContext()
                        .get(TaskListener.class)
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
                            workspace
                                    .getChannel()
                                    .export(
                                            CommandRunner.class,
                                            new LauncherCommandRunner(
                                                    launcher, getContext().get(EnvVars.class), workspace))));
        }

        private static boolean waits(BuildOrder order, PlannedPlatform planned) {
            return order.nativeWait() > 0 && planned.worthWaiting();
        }

        /** A build argument is in the history of the image, for everybody to read. */
        private void warnOfVisibleCredentials(BuildOrder order, TaskListener listener)
                throws IOException, InterruptedException {
            EnvironmentExpander bound = getContext().get(EnvironmentExpander.class);
            EnvVars environment = getContext().get(EnvVars.class);
            if (bound == null || environment == null) {
                return;
            }
            for (String variable : bound.getSensitiveVariables()) {
                String value = environment.get(variable, "");
                order.buildArgs().forEach((name, given) -> {
                    if (!value.isEmpty() && given.contains(value)) {
                        listener.getLogger()
                                .println("WARNING: The build argument " + name + " has the value of " + variable
                                        + ", which is a credential. Build arguments can be read in the image's history. Use"
                                        + " secrets: ['" + name + "': '<id of the credential>'] and RUN"
                                        + " --mount=type=secret,id=" + name + " instead.");
                    }
                });
            }
        }

        private void pack(BuildOrder order, FilePath workspace, TaskListener listener) throws Exception {
            FilePath folder = BranchFolders.temporary(workspace).child(order.stash());
            FilePath home = BranchFolders.home(getContext().get(Node.class));
            FolderEntry entry = new FolderEntry(
                    order.stash(),
                    order.id(),
                    getContext().get(Run.class).getExternalizableId(),
                    List.of(folder.getRemote()),
                    0);
            home.act(new AddFolders(entry, LeftoverSweep.KEPT_MILLIS));
            try {
                ContextSummary packed = AbortExceptions.translate(() -> folder.act(
                        new PackContext(workspace.child(order.context()).getRemote(), order.dockerfile())));
                int number = 0;
                for (String directory : order.directories().values()) {
                    PackContext further =
                            PackContext.further(workspace.child(directory).getRemote(), number++);
                    ContextSummary one = AbortExceptions.translate(() -> folder.act(further));
                    packed = new ContextSummary(packed.files() + one.files(), packed.bytes() + one.bytes());
                }
                StashManager.stash(
                        getContext().get(Run.class),
                        order.stash(),
                        folder,
                        getContext().get(Launcher.class),
                        getContext().get(EnvVars.class),
                        TaskListener.NULL,
                        PackContext.ARCHIVES,
                        null,
                        false,
                        false);
                listener.getLogger()
                        .println("Packed the build context: " + packed.files() + " files, "
                                + Functions.humanReadableByteSize(packed.bytes()));
            } finally {
                home.act(new RemoveFolders(entry));
            }
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchPlan", Run.class, TaskListener.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PlanStep_displayName();
        }
    }
}
