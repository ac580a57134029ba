package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.engine.bake.BakeObstacles;
import io.jenkins.plugins.multiarch.engine.bake.BakePlan;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.report.RunRecord;
import io.jenkins.plugins.multiarch.steps.AbortExceptions;
import io.jenkins.plugins.multiarch.steps.BakeArguments;
import io.jenkins.plugins.multiarch.steps.BakeOrder;
import io.jenkins.plugins.multiarch.steps.BakeTargetStep;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import io.jenkins.plugins.multiarch.steps.RepeatableStepExecution;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** Reads the bake files of a {@code multiArchBake}, checks and prints what will be built where. */
public final class BakePlanStep extends DispatchStep {

    @DataBoundConstructor
    public BakePlanStep() {}

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context);
    }

    /**
     * Returns what the script needs: {@code targets}, each after those that it builds on, with the arguments of the steps
     * that build and publish it, and how they are to be built.
     */
    private static final class Execution extends RepeatableStepExecution<Map<String, Object>> {

        private static final long serialVersionUID = 1L;

        Execution(StepContext context) {
            super(context);
        }

        @Override
        protected boolean needsWorkspace() {
            return true;
        }

        @Override
        protected Map<String, Object> run() throws Exception {
            return AbortExceptions.translate(this::plan);
        }

        private Map<String, Object> plan() throws Exception {
            BakeOrder order = Objects.requireNonNull(getContext().get(BakeOrder.class));
            Run<?, ?> run = Objects.requireNonNull(getContext().get(Run.class));
            FilePath directory = Objects.requireNonNull(getContext().get(FilePath.class));
            PrintStream log =
                    Objects.requireNonNull(getContext().get(TaskListener.class)).getLogger();
            BakePlan plan = order.plan(
                    new BakeFiles(
                                    order,
                                    directory,
                                    Objects.requireNonNull(getContext().get(Launcher.class)),
                                    Objects.requireNonNull(getContext().get(EnvVars.class)))
                            .read(),
                    EffectiveConfiguration.of(run));
            BakeArguments arguments = new BakeArguments(order, plan);
            warn(order, plan, log);
            order.requireAllowed(run, arguments.references());
            InlineDockerfiles dockerfiles = InlineDockerfiles.of(getContext());
            List<Map<String, Object>> targets = new ArrayList<>();
            Map<String, Plan> places = new LinkedHashMap<>();
            BakeObstacles obstacles = new BakeObstacles();
            for (PlannedTarget target : plan.targets()) {
                String text = target.target().inlineDockerfile();
                String dockerfile = text.isEmpty() ? null : dockerfiles.write(target.name(), targets.size(), text);
                Map<String, Object> build = arguments.build(target);
                try {
                    places.put(target.name(), places(target, build, dockerfile, run, directory));
                } catch (IllegalArgumentException | IllegalStateException e) {
                    obstacles.add(target.name(), e.getMessage());
                }
                Map<String, Object> entry = new HashMap<>();
                entry.put("name", target.name());
                entry.put("build", build);
                entry.put("dockerfile", dockerfile);
                entry.put("bases", new LinkedHashMap<>(target.target().bases()));
                entry.put("handOver", target.isBase() && !order.push());
                entry.put("publications", arguments.publications(target));
                entry.put("summary", arguments.summary(target));
                targets.add(entry);
            }
            obstacles.requireNone();
            if (!order.dryRun()) {
                new RunRecord(run).addTargets(arguments.records());
            }
            print(places, log);
            Map<String, Object> result = new HashMap<>();
            result.put("targets", targets);
            result.put("dryRun", order.dryRun());
            result.put("push", order.push());
            result.put("each", order.publishesEach());
            result.put("failFast", order.failFast());
            result.put("maxParallel", maxParallel(order, places.values(), log));
            return result;
        }

        /** What is built in place waits for no executor, so nothing else would keep the agent from building all at once. */
        private int maxParallel(BakeOrder order, Collection<Plan> places, PrintStream log)
                throws IOException, InterruptedException {
            boolean inPlace =
                    places.stream().flatMap(plan -> plan.platforms().stream()).anyMatch(PlannedPlatform::inPlace);
            if (order.maxParallel() > 0 || !inPlace) {
                return order.maxParallel();
            }
            int executors = Math.max(
                    1, Objects.requireNonNull(getContext().get(Node.class)).getNumExecutors());
            if (executors < places.size()) {
                log.println(
                        "At most " + executors + (executors == 1 ? " target is" : " targets are")
                                + " built at the same time: as many as the agent has executors. To change that, set maxParallel.");
            }
            return executors;
        }

        private static void warn(BakeOrder order, BakePlan plan, PrintStream log) {
            List<String> unused = new ArrayList<>(order.secrets().keySet());
            for (PlannedTarget target : plan.targets()) {
                target.target().warnings().forEach(warning -> log.println("WARNING: " + warning));
                unused.removeAll(target.target().secrets());
            }
            unused.forEach(id -> log.println("WARNING: No target names the secret '" + id + "'. Write secret = [\"id="
                    + id + "\"] in the bake file to use it."));
        }

        /** Where a target is built, and whether it can be. */
        private Plan places(
                PlannedTarget target,
                Map<String, Object> build,
                @CheckForNull String dockerfile,
                Run<?, ?> run,
                FilePath directory)
                throws Exception {
            BuildOrder order = BakeTargetStep.preview(target, build, dockerfile, getContext());
            // A credential that nobody can use is told before anything is built.
            order.credentials(run);
            Plan agents = order.plan(
                    run, order.platforms(), new SurroundingAgent(getContext(), true).occupied(order.needsNoTool()));
            if (order.hasRemoteContext()) {
                return agents.requirePossible();
            }
            directory.child(order.context()).act(new CheckContext(order.dockerfile()));
            return new PlanWithoutMachines(order, RecipeCheck.inWorkspace(order, directory), true)
                    .of(agents)
                    .requirePossible();
        }

        private static void print(Map<String, Plan> places, PrintStream log) {
            log.println("Plan for " + places.size() + (places.size() == 1 ? " target:" : " targets:"));
            int width = places.keySet().stream().mapToInt(String::length).max().orElse(1);
            int platforms = places.values().stream()
                    .flatMap(plan -> plan.platforms().stream())
                    .mapToInt(planned -> planned.platform().toString().length())
                    .max()
                    .orElse(1);
            String format = "  %-" + width + "s  %-" + platforms + "s  %s, %s: %s%n";
            places.forEach((target, plan) -> plan.platforms()
                    .forEach(planned -> log.printf(
                            format, target, planned.platform(), planned.mode(), planned.place(), planned.reason())));
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super(
                    BakeOrder.class,
                    "multiArchBakePlan",
                    Run.class,
                    TaskListener.class,
                    FilePath.class,
                    Launcher.class,
                    EnvVars.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BakePlanStep_displayName();
        }
    }
}
