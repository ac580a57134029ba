package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.scm.SCM;
import io.jenkins.plugins.multiarch.checkout.Commit;
import io.jenkins.plugins.multiarch.checkout.CommitPin;
import io.jenkins.plugins.multiarch.steps.RepeatableStepExecution;
import java.io.IOException;
import java.io.PrintStream;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** Finds the commit that every platform's agent is to check out, before the first one does. */
public final class CommitStep extends DispatchStep {

    private final SCM scm;

    /** @param scm that of the job */
    @DataBoundConstructor
    public CommitStep(SCM scm) {
        this.scm = scm;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, scm);
    }

    private static final class Execution extends RepeatableStepExecution<Commit> {

        private static final long serialVersionUID = 1L;

        private final SCM scm;

        Execution(StepContext context, SCM scm) {
            super(context);
            this.scm = scm;
        }

        @Override
        protected Commit run() throws Exception {
            PrintStream log = getContext().get(TaskListener.class).getLogger();
            try {
                Commit commit = CommitPin.resolve(getContext().get(Run.class), scm);
                if (commit.isKnown()) {
                    log.println("Every agent checks out commit " + commit);
                }
                return commit;
            } catch (IOException e) {
                // The agents may reach the server all the same. Then the first checkout counts for the others.
                log.println("The controller cannot ask for the newest commit (" + e.getMessage()
                        + "). The commit of the first checkout counts for all platforms.");
                return Commit.UNKNOWN;
            }
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchCommit", Run.class, TaskListener.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.CommitStep_displayName();
        }
    }
}
