package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** Removes what a platform's branch has put on its agent, whatever became of the build. */
public final class CleanUpStep extends Step {

    private final String platform;

    @DataBoundConstructor
    public CleanUpStep(String platform) {
        this.platform = platform;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, platform);
    }

    private static final class Execution extends SynchronousNonBlockingStepExecution<Void> {

        private static final long serialVersionUID = 1L;

        private final String platform;

        Execution(StepContext context, String platform) {
            super(context);
            this.platform = platform;
        }

        @Override
        protected Void run() throws Exception {
            BuildOrder order = getContext().get(BuildOrder.class);
            BranchFolders folders = BranchFolders.of(
                    order, Platform.parse(platform), getContext().get(FilePath.class), true);
            // First the one with the credential. A context of a checkout has another path and stays.
            folders.build().deleteRecursive();
            if (folders.unpacked()) {
                folders.context().deleteRecursive();
            }
            return null;
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchCleanUp", Run.class, TaskListener.class, FilePath.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.CleanUpStep_displayName();
        }
    }
}
