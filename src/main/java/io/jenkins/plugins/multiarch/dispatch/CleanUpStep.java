package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.leftovers.FolderEntry;
import io.jenkins.plugins.multiarch.leftovers.RemoveFolders;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import io.jenkins.plugins.multiarch.steps.RepeatableStepExecution;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import jenkins.util.Timer;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * Removes what a platform's branch has put on its agent, whatever became of the build. If the agent is lost it does
 * nothing, so that the branch fails by that loss and nothing else.
 */
public final class CleanUpStep extends DispatchStep {

    private final String platform;
    private boolean failed;
    private boolean paused;

    @DataBoundConstructor
    public CleanUpStep(String platform) {
        this.platform = platform;
    }

    public boolean isFailed() {
        return failed;
    }

    /** Whether the build failed, so that its context may be wanted for a look. */
    @DataBoundSetter
    public void setFailed(boolean failed) {
        this.failed = failed;
    }

    public boolean isPaused() {
        return paused;
    }

    /** Whether the build has stopped before the push and was not told to go on, so that its image is still there. */
    @DataBoundSetter
    public void setPaused(boolean paused) {
        this.paused = paused;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, platform, failed, paused);
    }

    private static final class Execution extends RepeatableStepExecution<Void> {

        private static final long serialVersionUID = 1L;

        /** Longer than the removal of any folder takes, unless the agent hangs. */
        private static final long PATIENCE_SECONDS = 30;

        private final String platform;
        private final boolean failed;
        private final boolean paused;

        /** From the first instant, because a branch is often interrupted just when this step begins. */
        private transient volatile boolean finished;

        private transient volatile Throwable interruption;

        Execution(StepContext context, String platform, boolean failed, boolean paused) {
            super(context);
            this.platform = platform;
            this.failed = failed;
            this.paused = paused;
        }

        @Override
        protected boolean needsWorkspace() {
            return true;
        }

        /**
         * Waits for the removal to end. A stopped branch is often interrupted again, when another branch fails; if that ended
         * the removal, credentials would stay on the agent.
         */
        @Override
        public void stop(@NonNull Throwable cause) throws Exception {
            if (!postpone(cause)) {
                super.stop(cause);
                return;
            }
            Timer.get().schedule(() -> endAnyway(cause), PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        /** Whether the interruption can wait until the removal is over. */
        private synchronized boolean postpone(Throwable cause) {
            if (!finished) {
                interruption = cause;
            }
            return !finished;
        }

        private synchronized void finish() {
            finished = true;
        }

        private void endAnyway(Throwable cause) {
            if (finished) {
                return;
            }
            try {
                super.stop(cause);
            } catch (Exception e) {
                getContext().onFailure(e);
            }
        }

        @Override
        protected Void run() throws Exception {
            try {
                AgentLoss.cleanUp(getContext(), "Leftover files of the build of " + platform + " are", this::cleanUp);
            } finally {
                finish();
            }
            if (interruption != null) {
                throw interruption instanceof Exception exception ? exception : new Exception(interruption);
            }
            return null;
        }

        /** A failed build's context stays for a look if the administrator wants that; its credential does not. */
        private RemoveFolders removal(FolderEntry entry, BranchFolders folders)
                throws IOException, InterruptedException {
            int hours = failed ? MultiArchBuildConfiguration.get().getContextRetention() : 0;
            if (hours == 0 || !folders.unpacked() || !folders.context().exists()) {
                return new RemoveFolders(entry);
            }
            String context = folders.context().getRemote();
            getContext()
                    .get(TaskListener.class)
                    .getLogger()
                    .println("The build context of " + platform + " stays in " + context + " for " + hours + " h");
            return new RemoveFolders(entry, context, TimeUnit.HOURS.toMillis(hours));
        }

        /** Where the tool runs, which may be a container. */
        private void removeImage(FilePath build, FilePath workspace) throws IOException, InterruptedException {
            getContext()
                    .get(Launcher.class)
                    .launch()
                    .cmds("sh", "-c", BuildFolder.command(build.getRemote(), BuildFolder.Part.CLEAN_UP))
                    .envs(getContext().get(EnvVars.class))
                    .pwd(workspace)
                    .quiet(true)
                    .start()
                    .joinWithTimeout(
                            PATIENCE_SECONDS, TimeUnit.SECONDS, getContext().get(TaskListener.class));
        }

        private void cleanUp(FilePath workspace) throws IOException, InterruptedException {
            BuildOrder order = getContext().get(BuildOrder.class);
            // As if the context was shipped: that of a checkout has another path, and stays.
            BranchFolders folders = BranchFolders.of(order, Platform.parse(platform), workspace, true);
            if (paused && folders.build().exists()) {
                removeImage(folders.build(), workspace);
            }
            FolderEntry entry = folders.entry(order, getContext().get(Run.class));
            BranchFolders.home(getContext().get(Node.class)).act(removal(entry, folders));
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchCleanUp", Run.class, TaskListener.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.CleanUpStep_displayName();
        }
    }
}
