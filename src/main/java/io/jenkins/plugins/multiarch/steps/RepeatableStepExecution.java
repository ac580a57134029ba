package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.multiarch.dispatch.AgentLoss;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jenkins.util.Timer;
import org.jenkinsci.plugins.workflow.actions.WorkspaceAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/**
 * The execution of a step that may simply run once more if a restart of the controller has cut it short: whatever the
 * first run got done makes no difference to the second.
 *
 * @param <T> what the step returns
 */
public abstract class RepeatableStepExecution<T> extends SynchronousNonBlockingStepExecution<T> {

    private static final long serialVersionUID = 1L;

    /** As long as Pipeline itself waits for agents after a restart. */
    private static final long PATIENCE_MILLIS = TimeUnit.MINUTES.toMillis(5);

    private transient volatile boolean again;
    private transient volatile boolean stopped;

    public RepeatableStepExecution(@NonNull StepContext context) {
        super(context);
    }

    /** Whether a run before this one may have got some of it done. */
    protected final boolean isAgain() {
        return again;
    }

    /** Whether it works in the workspace of the innermost node around it. */
    protected boolean needsWorkspace() {
        return false;
    }

    @Override
    public void onResume() {
        again = true;
        resume(System.currentTimeMillis() + PATIENCE_MILLIS);
    }

    @Override
    public void stop(@NonNull Throwable cause) throws Exception {
        stopped = true;
        super.stop(cause);
    }

    /** @param deadline milliseconds since the epoch */
    private void resume(long deadline) {
        if (stopped) {
            return;
        }
        try {
            if (needsWorkspace() && !hasWorkspace()) {
                if (System.currentTimeMillis() > deadline) {
                    throw AgentLoss.offline();
                }
                Timer.get()
                        .schedule(
                                () -> Computer.threadPoolForRemoting.execute(() -> resume(deadline)),
                                1,
                                TimeUnit.SECONDS);
                return;
            }
            FlowExecution execution = Objects.requireNonNull(getContext().get(FlowExecution.class));
            // Steps are resumed by a thread that may do everything; the build may not.
            try (ACLContext asTheBuild = ACL.as2(execution.getAuthentication2())) {
                start();
            }
        } catch (Exception e) {
            getContext().onFailure(e);
        }
    }

    /** While the agent is not back yet, Pipeline offers the workspace of a node further out instead. */
    private boolean hasWorkspace() throws IOException, InterruptedException {
        Optional<WorkspaceAction> innermost =
                Objects.requireNonNull(getContext().get(FlowNode.class)).getEnclosingBlocks().stream()
                        .map(block -> block.getAction(WorkspaceAction.class))
                        .filter(Objects::nonNull)
                        .findFirst();
        FilePath offered;
        try {
            offered = getContext().get(FilePath.class);
        } catch (IOException e) {
            return false; // not yet
        }
        Computer computer = offered == null ? null : offered.toComputer();
        return computer != null
                && innermost.isPresent()
                && computer.getName().equals(innermost.get().getNode())
                && offered.getRemote().equals(innermost.get().getPath());
    }
}
