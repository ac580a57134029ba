package io.jenkins.plugins.multiarch.dispatch;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.TaskListener;
import hudson.remoting.RequestAbortedException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import jenkins.model.CauseOfInterruption;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.MissingContextVariableException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.support.steps.AgentErrorCondition;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;

/** Tells failures that come from the loss of an agent from those that another agent would not change. */
public final class AgentLoss {

    /** What {@code sh} says of a process that vanished while its agent was away, as after the machine's restart. */
    private static final String PROCESS_GONE = "script returned exit code -";

    /** What {@code sh} says of an agent that has come back with an empty disk. */
    private static final String WORKSPACE_GONE = "missing workspace ";

    private AgentLoss() {}

    /** @param context where the failure is handled */
    static boolean isCauseOf(Throwable failure, StepContext context) throws IOException, InterruptedException {
        if (failure instanceof FlowInterruptedException interruption) {
            // What it has interrupted may have closed a channel, of a file for instance, and may be a part of it.
            return interruption.getCauses().stream().anyMatch(AgentLoss::isLoss);
        }
        if (failure instanceof AbortException && failure.getMessage() != null) {
            String message = failure.getMessage();
            return message.startsWith(PROCESS_GONE) || message.startsWith(WORKSPACE_GONE);
        }
        // The condition does not know calls that are under way when Jenkins itself disconnects the agent.
        return new AgentErrorCondition().test(failure, context)
                || ExceptionUtils.hasCause(failure, RequestAbortedException.class);
    }

    private static boolean isLoss(CauseOfInterruption cause) {
        // Jenkins itself would retry what was cancelled in the queue, but somebody wanted that.
        return cause instanceof AgentErrorCondition.Retryable
                && !(cause instanceof ExecutorStepExecution.QueueTaskCancelled);
    }

    /** Something that is done in the workspace of an agent. */
    interface Work {
        void in(FilePath workspace) throws IOException, InterruptedException;
    }

    /**
     * Cleans up on the agent around a step. If the agent is lost this does nothing but say so: that loss is the failure to show.
     *
     * @param leftovers what is left then, with its verb, as the beginning of a sentence
     */
    static void cleanUp(StepContext context, String leftovers, Work work) throws Exception {
        try {
            FilePath workspace = context.get(FilePath.class);
            if (workspace == null) {
                throw new MissingContextVariableException(FilePath.class);
            }
            work.in(workspace);
        } catch (IOException | MissingContextVariableException e) {
            if (!isCauseOf(e, context)) {
                throw e;
            }
            context.get(TaskListener.class)
                    .getLogger()
                    .println("The agent cannot be reached. " + leftovers + " removed after the agent reconnects.");
        }
    }

    /** The failure of what needs an agent that cannot be reached. */
    public static IOException offline() {
        return new IOException("The agent is offline", new ClosedChannelException());
    }

    /** What happened, as a clause. */
    static String describe(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElseThrow().trim();
    }
}
