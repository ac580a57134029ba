package io.jenkins.plugins.multiarch.steps;

import groovy.lang.Script;
import org.jenkinsci.plugins.workflow.cps.CpsStepContext;
import org.jenkinsci.plugins.workflow.cps.CpsThread;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.GeneralNonBlockingStepExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Runs the script of {@code multiArchBake} as the body of the step, as {@link MultiArchBuildExecution} does with its own. */
final class MultiArchBakeExecution extends GeneralNonBlockingStepExecution {

    private static final long serialVersionUID = 1L;

    private static final String SCRIPT = "io.jenkins.plugins.multiarch.steps.Bake";

    private final BakeOrder order;

    MultiArchBakeExecution(StepContext context, BakeOrder order) {
        super(context);
        this.order = order;
    }

    @Override
    public boolean start() throws Exception {
        CpsStepContext context = (CpsStepContext) getContext();
        CpsThread thread = CpsThread.current();
        Script script = DispatchScript.of(thread, SCRIPT);
        script.getBinding().setVariable("container", order.container());
        context.newBodyInvoker(thread.getGroup().export(script), true)
                .withContext(order)
                .withCallback(BodyExecutionCallback.wrap(context))
                .start();
        return false;
    }
}
