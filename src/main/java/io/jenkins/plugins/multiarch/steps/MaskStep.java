package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.console.ConsoleLogFilter;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.credentials.SecretMask;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCredential;
import java.util.Objects;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.GeneralNonBlockingStepExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** Looks up the credential of a {@code multiArchBuild}, and masks its password in whatever the body of the step logs. */
public final class MaskStep extends DispatchStep {

    @DataBoundConstructor
    public MaskStep() {}

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context);
    }

    private static final class Execution extends GeneralNonBlockingStepExecution {

        private static final long serialVersionUID = 1L;

        Execution(StepContext context) {
            super(context);
        }

        @Override
        public boolean start() {
            run(this::begin); // credentials may be far away
            return false;
        }

        private void begin() throws Exception {
            BuildOrder order = Objects.requireNonNull(getContext().get(BuildOrder.class));
            BodyInvoker invoker = getContext().newBodyInvoker().withCallback(BodyExecutionCallback.wrap(getContext()));
            if (order.push()) {
                Run<?, ?> run = Objects.requireNonNull(getContext().get(Run.class));
                Optional<RegistryCredential> credential = Refusal.asAbort(() -> RegistryCredentials.find(
                        run, order.credentialsId(), order.image().registry()));
                if (credential.isPresent()) {
                    invoker.withContext(BodyInvoker.mergeConsoleLogFilters(
                            getContext().get(ConsoleLogFilter.class),
                            new SecretMask(credential.get(), run.getCharset().name())));
                }
            }
            invoker.start();
        }

        /** Looks the credential up once more if a restart of the controller has cut that short. */
        @Override
        public void onResume() {
            try {
                FlowExecution execution = Objects.requireNonNull(getContext().get(FlowExecution.class));
                // Once the body runs, the heads are nodes of that.
                if (!execution.isCurrentHead(getContext().get(FlowNode.class))) {
                    return;
                }
                // Steps are resumed by a thread that may do everything; the build may not.
                try (ACLContext asTheBuild = ACL.as2(execution.getAuthentication2())) {
                    start();
                }
            } catch (Exception e) {
                getContext().onFailure(e);
            }
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchMask", Run.class, FlowNode.class);
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MaskStep_displayName();
        }
    }
}
