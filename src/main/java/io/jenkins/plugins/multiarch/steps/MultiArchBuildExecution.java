package io.jenkins.plugins.multiarch.steps;

import groovy.lang.Script;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jenkinsci.plugins.workflow.cps.CpsStepContext;
import org.jenkinsci.plugins.workflow.cps.CpsThread;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.GeneralNonBlockingStepExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Runs the dispatch script as the body of the step, the way the {@code load} step runs a script, but trusted. Its
 * superclass is that of builds which an older version has saved.
 */
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
        context.newBodyInvoker(thread.getGroup().export(script), true)
                .withDisplayName(order.image().toString())
                .withContext(order)
                .withCallback(BodyExecutionCallback.wrap(context))
                .start();
        return false;
    }

    private static String text() throws IOException {
        try (InputStream resource = MultiArchBuildExecution.class.getResourceAsStream(SCRIPT)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
