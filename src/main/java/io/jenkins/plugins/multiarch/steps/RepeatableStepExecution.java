package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.Objects;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/**
 * The execution of a step that may simply run once more if a restart of the controller has cut it short: whatever the
 * first run got done makes no difference to the second.
 *
 * @param <T> what the step returns
 */
abstract class RepeatableStepExecution<T> extends SynchronousNonBlockingStepExecution<T> {

    private static final long serialVersionUID = 1L;

    private transient volatile boolean again;

    RepeatableStepExecution(@NonNull StepContext context) {
        super(context);
    }

    /** Whether a run before this one may have got some of it done. */
    final boolean isAgain() {
        return again;
    }

    @Override
    public void onResume() {
        again = true;
        try {
            FlowExecution execution = Objects.requireNonNull(getContext().get(FlowExecution.class));
            // Steps are resumed by a thread that may do everything; the build may not.
            try (ACLContext asTheBuild = ACL.as2(execution.getAuthentication2())) {
                start();
            }
        } catch (Exception e) {
            getContext().onFailure(e);
        }
    }
}
