package io.jenkins.plugins.multiarch.steps;

import groovy.lang.Script;
import hudson.console.ConsoleLogFilter;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.credentials.SecretMask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jenkinsci.plugins.workflow.cps.CpsBodyInvoker;
import org.jenkinsci.plugins.workflow.cps.CpsStepContext;
import org.jenkinsci.plugins.workflow.cps.CpsThread;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.GeneralNonBlockingStepExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Runs the dispatch script as the body of the step, the way the {@code load} step runs a script, but trusted. */
final class MultiArchBuildExecution extends GeneralNonBlockingStepExecution {

    private static final long serialVersionUID = 1L;

    private static final String SCRIPT = "dispatch.groovy";

    private final BuildOrder order;

    MultiArchBuildExecution(StepContext context, BuildOrder order) {
        super(context);
        this.order = order;
    }

    /** Tells it apart from every other, running or not. */
    String orderId() {
        return order.id();
    }

    @Override
    public boolean start() throws Exception {
        CpsStepContext context = (CpsStepContext) getContext();
        CpsThread thread = CpsThread.current();
        Script script = thread.getExecution().getTrustedShell().parse(text());
        // Exporting works on this thread only; looking up a credential may take long and must leave it.
        CpsBodyInvoker invoker = context.newBodyInvoker(thread.getGroup().export(script), true);
        run(() -> {
            invoker.withDisplayName(order.image().toString())
                    .withContext(order)
                    .withCallback(BodyExecutionCallback.wrap(context));
            if (order.push()) {
                Run<?, ?> run = context.get(Run.class);
                var credential = Refusal.asAbort(() -> RegistryCredentials.find(
                        run, order.credentialsId(), order.image().registry()));
                if (credential.isPresent()) {
                    invoker.withContext(BodyInvoker.mergeConsoleLogFilters(
                            context.get(ConsoleLogFilter.class),
                            new SecretMask(credential.get(), run.getCharset().name())));
                }
            }
            invoker.start();
        });
        return false;
    }

    private static String text() throws IOException {
        try (InputStream resource = MultiArchBuildExecution.class.getResourceAsStream(SCRIPT)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
