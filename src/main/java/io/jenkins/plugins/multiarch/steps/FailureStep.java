package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.engine.build.BuildFailure;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * Looks into the failure of a platform's branch. It returns if the branch shall begin anew, because its agent was lost;
 * otherwise it fails in turn, as understandably as it can.
 */
public final class FailureStep extends Step {

    private final String platform;
    private final Throwable failure;
    private final int retriesLeft;

    /** @param retriesLeft how often the branch may still begin anew after the loss of an agent */
    @DataBoundConstructor
    public FailureStep(String platform, Throwable failure, int retriesLeft) {
        this.platform = platform;
        this.failure = failure;
        this.retriesLeft = retriesLeft;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, platform, failure, retriesLeft);
    }

    private static final class Execution extends RepeatableStepExecution<Void> {

        private static final long serialVersionUID = 1L;

        /** What {@code sh} says of a script that fails. */
        private static final Pattern EXIT = Pattern.compile("script returned exit code (\\d{1,3})");

        private final String platform;
        private final Throwable failure;
        private final int retriesLeft;

        Execution(StepContext context, String platform, Throwable failure, int retriesLeft) {
            super(context);
            this.platform = platform;
            this.failure = failure;
            this.retriesLeft = retriesLeft;
        }

        @Override
        protected Void run() throws Exception {
            BranchHistory history =
                    new BranchHistory(Objects.requireNonNull(getContext().get(FlowNode.class)));
            String agent = "agent '" + history.agent().orElse("unknown") + "'";
            if (!AgentLoss.isBehind(failure, getContext())) {
                Optional<BuildFailure> known = recognise(history);
                if (known.isPresent()) {
                    throw abort(platform + " on " + agent + ": " + known.get().message());
                }
                throw failure instanceof Exception exception ? exception : new Exception(failure);
            }
            String loss = platform + ": " + agent + " was lost (" + AgentLoss.describe(failure) + ")";
            if (retriesLeft <= 0) {
                throw abort(loss + ", and no retry is left. Look at the agent's log under Manage Jenkins » Nodes, or allow"
                        + " more with retries.");
            }
            getContext()
                    .get(TaskListener.class)
                    .getLogger()
                    .println(loss + "; it is started again elsewhere, "
                            + (retriesLeft == 1 ? "for the last time" : retriesLeft - 1 + " more retries are left"));
            return null;
        }

        private AbortException abort(String message) {
            AbortException abort = new AbortException(message);
            abort.initCause(failure);
            return abort;
        }

        /** Of what failed outside of the build tool, only a full disk needs to be explained. */
        private Optional<BuildFailure> recognise(BranchHistory history) throws IOException {
            String message = failure instanceof InterruptedException ? null : failure.getMessage();
            if (message == null) {
                return Optional.empty();
            }
            Matcher exit = EXIT.matcher(message);
            return exit.matches()
                    ? BuildFailure.recognise(history.failedOutput(), Integer.parseInt(exit.group(1)))
                    : BuildFailure.recognise(message.lines().toList(), 1)
                            .filter(known -> known.cause() == BuildFailure.Cause.DISK_FULL);
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchFailure", Run.class, TaskListener.class, FlowNode.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.FailureStep_displayName();
        }
    }
}
