package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.LauncherDecorator;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.scm.SCM;
import io.jenkins.plugins.multiarch.checkout.Commit;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.RecordedRequest;
import io.jenkins.plugins.multiarch.report.RunRecord;
import io.jenkins.plugins.multiarch.steps.AbortExceptions;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import io.jenkins.plugins.multiarch.steps.RepeatableStepExecution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Plans a {@code multiArchBuild}, prints the plan, and packs the build context for its journey. */
public final class PlanStep extends DispatchStep {

    private boolean inPlace;
    private SCM scm;
    private Commit commit;

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

    @CheckForNull
    public SCM getScm() {
        return scm;
    }

    /** What each platform's agent is to check out; null if nothing is checked out. */
    @DataBoundSetter
    public void setScm(@CheckForNull SCM scm) {
        this.scm = scm;
    }

    @CheckForNull
    public Commit getCommit() {
        return commit;
    }

    /** The commit that it is to check out; null if nothing is checked out. */
    @DataBoundSetter
    public void setCommit(@CheckForNull Commit commit) {
        this.commit = commit;
    }

    @Override
    public StepExecution start(StepContext context) throws IOException, InterruptedException {
        return new Execution(context, inPlace, context.get(FilePath.class) != null, scm, commit);
    }

    /**
     * Returns what the dispatch script needs: {@code platforms}, each with where it is built, {@code checkout},
     * {@code failFast} and {@code retries}.
     */
    private static final class Execution extends RepeatableStepExecution<Map<String, Object>> {

        private static final long serialVersionUID = 1L;

        private final boolean inPlace;
        private final boolean inWorkspace;

        // Null if nothing is checked out, or if an older version has saved it.
        private final SCM scm;
        private final Commit commit;

        Execution(StepContext context, boolean inPlace, boolean inWorkspace, SCM scm, Commit commit) {
            super(context);
            this.scm = scm;
            this.commit = commit;
            this.inPlace = inPlace;
            this.inWorkspace = inWorkspace;
        }

        @Override
        protected boolean needsWorkspace() {
            return inWorkspace;
        }

        @Override
        protected Map<String, Object> run() throws Exception {
            BuildOrder order = getContext().get(BuildOrder.class);
            TaskListener listener = getContext().get(TaskListener.class);
            FilePath workspace = getContext().get(FilePath.class);
            boolean checksOut = order.checksOut(workspace != null);
            Run<?, ?> run = getContext().get(Run.class);
            // A credential that nobody can use is told before anything is built.
            AbortExceptions.translate(() -> order.credentials(run));
            AbortExceptions.translate(() -> {
                order.requireAllowed(run, getContext().get(EnvVars.class));
                return null;
            });
            BoundCredentials bound = BoundCredentials.of(getContext());
            warnOfVisibleCredentials(bound, order, listener);
            SurroundingAgent around = new SurroundingAgent(getContext(), inPlace);
            Plan agents = AbortExceptions.translate(
                    () -> order.plan(run, order.platforms(), around.occupied(order.needsNoTool())));
            Plan plan = AbortExceptions.translate(() -> withoutMachines(order, agents, run, workspace, listener));
            if (!isAgain() || run.getAction(MultiArchBuildAction.class) == null) {
                new RunRecord(run)
                        .addPlan(
                                new RecordedRequest(
                                        order.image().toString(),
                                        order.bakeTarget(),
                                        bound.hiddenIn(order.parameters())),
                                plan);
            }
            AbortExceptions.translate(plan::requirePossible);
            listener.getLogger().println("Plan for " + order.image() + ":");
            plan.lines().forEach(line -> listener.getLogger().println("  " + line));
            if (plan.platforms().stream().anyMatch(planned -> waits(order, planned))) {
                listener.getLogger()
                        .println("Native agents that are offline are waited for, " + order.nativeWait()
                                + " min at most");
            }
            boolean fromWorkspace = !checksOut && !order.hasRemoteContext();
            boolean shipped = fromWorkspace
                    && plan.platforms().stream().anyMatch(planned -> !planned.inPlace() || waits(order, planned));
            String stash = null;
            if (shipped) {
                stash = new ContextShipment(getContext()).pack(order, workspace, listener);
            } else if (fromWorkspace) {
                AbortExceptions.translate(
                        () -> workspace.child(order.context()).act(new CheckContext(order.dockerfile())));
            }
            boolean decorated = getContext().get(LauncherDecorator.class) != null;
            List<Map<String, Object>> platforms = new ArrayList<>();
            for (PlannedPlatform planned : plan.platforms()) {
                Map<String, Object> entry = new HashMap<>();
                entry.put("platform", planned.platform().toString());
                entry.put("branch", order.branch(planned.platform()));
                entry.put("label", planned.label());
                entry.put("inPlace", planned.inPlace());
                entry.put("decorated", decorated);
                entry.put("directory", order.folder(planned.platform()));
                entry.put("waits", waits(order, planned));
                entry.put("title", "Build " + planned.platform());
                entry.put("pushTitle", "Push " + planned.platform());
                entry.put("shipped", shipped);
                entry.put("stash", stash);
                entry.put("withoutMachine", planned.needsNoMachine());
                platforms.add(entry);
            }
            Map<String, Object> result = new HashMap<>();
            result.put("platforms", platforms);
            result.put("checkout", checksOut);
            result.put("failFast", order.failFast());
            result.put("retries", order.retries());
            result.put("publication", order.publication());
            return result;
        }

        /** The plan with changes for the platforms whose Dockerfile runs nothing. */
        private Plan withoutMachines(
                BuildOrder order, Plan agents, Run<?, ?> run, @CheckForNull FilePath workspace, TaskListener listener)
                throws Exception {
            if (!order.checksOut(workspace != null)) {
                return workspace == null || order.hasRemoteContext()
                        ? agents
                        : new PlanWithoutMachines(order, RecipeCheck.inWorkspace(order, workspace), inPlace).of(agents);
            }
            if (scm == null || commit == null || order.isMade()) {
                // With jib no other plan is possible. Each branch checks its Dockerfile.
                return agents;
            }
            RecipeCheck recipe = RecipeCheck.inCommit(order, run, scm, commit, listener.getLogger());
            return new PlanWithoutMachines(order, recipe, inPlace && workspace != null).of(agents);
        }

        private static boolean waits(BuildOrder order, PlannedPlatform planned) {
            return order.nativeWait() > 0 && planned.worthWaiting();
        }

        /** A build argument is in the history of the image, for everybody to read. */
        private static void warnOfVisibleCredentials(BoundCredentials bound, BuildOrder order, TaskListener listener) {
            bound.values()
                    .forEach((variable, value) -> order.buildArgs().forEach((name, given) -> {
                        if (given.contains(value)) {
                            listener.getLogger()
                                    .println("WARNING: The build argument " + name + " has the value of " + variable
                                            + ", which is a credential. Build arguments can be read in the image's history. Use"
                                            + " secrets: ['" + name + "': '<id of the credential>'] and RUN"
                                            + " --mount=type=secret,id=" + name + " instead.");
                        }
                    }));
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
