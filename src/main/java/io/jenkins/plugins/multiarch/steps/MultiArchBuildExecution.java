package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import groovy.lang.Closure;
import groovy.lang.Script;
import hudson.FilePath;
import hudson.console.ConsoleLogFilter;
import org.jenkinsci.plugins.workflow.cps.CpsStepContext;
import org.jenkinsci.plugins.workflow.cps.CpsThread;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.GeneralNonBlockingStepExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Runs the dispatch script as the body of the step, the way the {@code load} step runs a script, but trusted. Its
 * superclass is that of builds which an older version has saved.
 */
public final class MultiArchBuildExecution extends GeneralNonBlockingStepExecution {

    private static final long serialVersionUID = 1L;

    private static final String SCRIPT = "io.jenkins.plugins.multiarch.steps.Dispatch";

    private final BuildOrder order;

    /** Only until the script has it, which keeps it from then on. */
    @SuppressFBWarnings(value = "SE_TRANSIENT_FIELD_NOT_RESTORED", justification = "a step is started once")
    private final transient Closure<?> testBlock;

    MultiArchBuildExecution(StepContext context, BuildOrder order, @CheckForNull Closure<?> testBlock) {
        super(context);
        this.order = order;
        this.testBlock = testBlock;
    }

    /** Tells it apart from every other, running or not. */
    public String orderId() {
        return order.id();
    }

    @Override
    public boolean start() throws Exception {
        CpsStepContext context = (CpsStepContext) getContext();
        boolean insideNode = context.get(FilePath.class) != null;
        AbortExceptions.translate(() -> {
            order.requireWorkspace(insideNode);
            return null;
        });
        CpsThread thread = CpsThread.current();
        context.newBodyInvoker(thread.getGroup().export(script(thread, insideNode)), true)
                .withDisplayName(order.image().toString())
                .withContexts(
                        order, BodyInvoker.mergeConsoleLogFilters(context.get(ConsoleLogFilter.class), order.mask()))
                .withCallback(BodyExecutionCallback.wrap(context))
                .start();
        return false;
    }

    private Script script(CpsThread thread, boolean insideNode) throws ReflectiveOperationException {
        Script script = DispatchScript.of(thread, SCRIPT);
        script.getBinding().setVariable("container", order.container());
        script.getBinding().setVariable("testBlock", testBlock);
        script.getBinding().setVariable("checksOut", order.checksOut(insideNode));
        return script;
    }
}
