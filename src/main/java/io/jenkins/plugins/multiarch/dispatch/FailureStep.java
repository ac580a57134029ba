package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.engine.build.BuildFailure;
import io.jenkins.plugins.multiarch.steps.RepeatableStepExecution;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * Looks into the failure of a platform's branch. It returns if the branch shall begin anew, because its agent was lost;
 * otherwise it records the failure, and fails in turn, as understandably as it can.
 */
public final class FailureStep extends DispatchStep {

    private final String platform;
    private final Map<String, Object> failure;
    private final int retriesLeft;
    private boolean inPlace;

    /**
     * @param failure the exception as {@code error}; if it came so far, when the branch got its agent as
     *     {@code started}, and what {@link PrepareStep} has returned as {@code prepared}
     * @param retriesLeft how often the branch may still begin anew after the loss of an agent
     */
    @DataBoundConstructor
    public FailureStep(String platform, Map<String, Object> failure, int retriesLeft) {
        this.platform = platform;
        this.failure = failure;
        this.retriesLeft = retriesLeft;
    }

    public boolean isInPlace() {
        return inPlace;
    }

    /** Whether the branch was built on the executor around the step, so that it cannot begin anew. */
    @DataBoundSetter
    public void setInPlace(boolean inPlace) {
        this.inPlace = inPlace;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, platform, failure, retriesLeft, inPlace);
    }

    private static final class Execution extends RepeatableStepExecution<Void> {

        private static final long serialVersionUID = 1L;

        private final String platform;
        private final HashMap<String, Object> known;
        private final Throwable failure;
        private final int retriesLeft;
        private final boolean inPlace;

        Execution(StepContext context, String platform, Map<String, Object> failure, int retriesLeft, boolean inPlace) {
            super(context);
            this.platform = platform;
            this.known = new HashMap<>(failure);
            this.failure = (Throwable) known.remove("error");
            this.retriesLeft = retriesLeft;
            this.inPlace = inPlace;
        }

        @Override
        protected Void run() throws Exception {
            FlowNode node = Objects.requireNonNull(getContext().get(FlowNode.class));
            BranchLog branch = BranchLog.of(node, platform);
            String name = agent(branch);
            FailureRecord record = new FailureRecord(getContext(), node, branch, platform, name, known);
            String agent = "agent '" + (name.isEmpty() ? "unknown" : name) + "'";
            if (!AgentLoss.isCauseOf(failure, getContext())) {
                Optional<BuildFailure> recognised = Diagnosis.of(failure, branch);
                throw record.keep(
                        recognised.isPresent()
                                ? abort(platform + " on " + agent + ": "
                                        + recognised.get().message())
                                : failure instanceof Exception exception ? exception : new Exception(failure));
            }
            String loss = platform + ": " + agent + " was lost (" + AgentLoss.describe(failure) + ")";
            if (inPlace) {
                throw record.keep(abort(loss
                        + ", and with it the workspace of this build. To start on another agent, wrap the node"
                        + " block in retry(count: 2, conditions: [agent()])."));
            }
            if (retriesLeft <= 0) {
                throw record.keep(
                        abort(loss + ", and no retry is left. Look at the agent's log under Manage Jenkins » Nodes, or"
                                + " allow more with agentRetries."));
            }
            getContext()
                    .get(TaskListener.class)
                    .getLogger()
                    .println(loss + "; retrying on another agent ("
                            + (retriesLeft == 1 ? "last retry" : retriesLeft - 1 + " more retries left") + ")");
            return null;
        }

        /** The name of the agent that the branch has got, or that is around the step; empty if it is not known. */
        private String agent(BranchLog branch) throws IOException, InterruptedException {
            Node around = getContext().get(Node.class);
            if (!branch.agent().isEmpty() || !inPlace || around == null) {
                return branch.agent();
            }
            return around.getNodeName().isEmpty() ? "built-in" : around.getNodeName();
        }

        private AbortException abort(String message) {
            AbortException abort = new AbortException(message);
            abort.initCause(failure);
            return abort;
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
