package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Launcher;
import hudson.LauncherDecorator;
import hudson.model.Node;
import io.jenkins.plugins.multiarch.dispatch.DispatchStep;
import io.jenkins.plugins.multiarch.dispatch.DispatchStepDescriptor;
import java.io.Serializable;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * Keeps what the author's {@code container} or {@code docker.inside} does to processes away from its body: a branch on
 * another node is not in that container.
 */
public final class PlainLauncherStep extends DispatchStep {

    @DataBoundConstructor
    public PlainLauncherStep() {}

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context);
    }

    private static final class Execution extends StepExecution {

        private static final long serialVersionUID = 1L;

        Execution(StepContext context) {
            super(context);
        }

        @Override
        public boolean start() {
            getContext()
                    .newBodyInvoker()
                    .withContext(new Undecorated())
                    .withCallback(BodyExecutionCallback.wrap(getContext()))
                    .start();
            return false;
        }
    }

    /** Takes the place of the decorators further out. */
    private static final class Undecorated extends LauncherDecorator implements Serializable {

        private static final long serialVersionUID = 1L;

        @NonNull
        @Override
        public Launcher decorate(@NonNull Launcher launcher, @NonNull Node node) {
            return launcher;
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchPlainLauncher");
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PlainLauncherStep_displayName();
        }
    }
}
