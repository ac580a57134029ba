package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.engine.build.CacheUse;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.PlatformBuild;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** Records why a platform could not be built. The failure itself goes its way, whatever becomes of the record. */
public final class RecordFailureStep extends Step {

    private final String platform;
    private final Map<String, Object> failure;

    /**
     * @param failure the exception as {@code error}; if it came so far, when the branch got its agent as
     *     {@code started}, and what {@link PrepareStep} has returned as {@code prepared}
     */
    @DataBoundConstructor
    public RecordFailureStep(String platform, Map<String, Object> failure) {
        this.platform = platform;
        this.failure = failure;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, platform, failure);
    }

    private static final class Execution extends SynchronousNonBlockingStepExecution<Void> {

        private static final long serialVersionUID = 1L;

        private final String platform;

        /** Not kept: after a restart the base class reports the interruption and runs nothing again. */
        private final transient Map<String, Object> failure;

        Execution(StepContext context, String platform, Map<String, Object> failure) {
            super(context);
            this.platform = platform;
            this.failure = failure;
        }

        @Override
        protected Void run() throws Exception {
            Throwable error = (Throwable) failure.get("error");
            boolean stopped = error instanceof FlowInterruptedException interruption && interruption.isActualInterruption();
            BranchLog branch = BranchLog.of(getContext().get(FlowNode.class));
            Run<?, ?> run = getContext().get(Run.class);
            PrintStream log = getContext().get(TaskListener.class).getLogger();
            try {
                MultiArchBuildAction.recordBuild(
                        run,
                        PlatformBuild.failed(
                                getContext().get(BuildOrder.class).image().toString(),
                                stopped,
                                attempt(branch.agent()),
                                error.getMessage() == null ? error.toString() : error.getMessage(),
                                stopped ? "" : branch.failure()));
                log.println((stopped ? "Stopped " : "Failed ") + platform + ": " + MultiArchBuildAction.link(run));
            } catch (IOException e) {
                log.println("Could not record the failure of " + platform + ": " + e);
            }
            return null;
        }

        private PlatformImage attempt(String agent) {
            Map<?, ?> prepared = failure.get("prepared") instanceof Map<?, ?> map ? map : Map.of();
            return new PlatformImage(
                    platform,
                    "",
                    "",
                    0,
                    "",
                    "",
                    agent,
                    Boolean.TRUE.equals(prepared.get("emulated")),
                    prepared.get("tool") instanceof String tool ? tool : "",
                    failure.get("started") instanceof Long started ? System.currentTimeMillis() - started : 0,
                    0,
                    CacheUse.UNKNOWN);
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchRecordFailure", Run.class, TaskListener.class, FlowNode.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RecordFailureStep_displayName();
        }
    }
}
