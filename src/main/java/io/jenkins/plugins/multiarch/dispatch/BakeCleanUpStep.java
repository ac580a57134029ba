package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.steps.BakeOrder;
import io.jenkins.plugins.multiarch.steps.RepeatableStepExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** Removes what a {@code multiArchBake} has put on the agent around it, whatever became of the build. */
public final class BakeCleanUpStep extends DispatchStep {

    @DataBoundConstructor
    public BakeCleanUpStep() {}

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context);
    }

    private static final class Execution extends RepeatableStepExecution<Void> {

        private static final long serialVersionUID = 1L;

        Execution(StepContext context) {
            super(context);
        }

        @Override
        protected boolean needsWorkspace() {
            return true;
        }

        @Override
        protected Void run() throws Exception {
            try {
                AgentLoss.cleanUp(
                        getContext(),
                        "Dockerfiles of the bake file are",
                        workspace -> InlineDockerfiles.of(getContext()).remove());
            } finally {
                SharedContexts.remove(getContext().get(BakeOrder.class).id());
            }
            return null;
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super(BakeOrder.class, "multiArchBakeCleanUp", Run.class, TaskListener.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BakeCleanUpStep_displayName();
        }
    }
}
