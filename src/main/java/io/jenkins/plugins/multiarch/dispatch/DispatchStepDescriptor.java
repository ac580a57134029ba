package io.jenkins.plugins.multiarch.dispatch;

import io.jenkins.plugins.multiarch.steps.BakeOrder;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/**
 * Descriptor of a {@link DispatchStep}. It requires a {@link BuildOrder} in its context, which
 * exists inside {@code multiArchBuild} alone, or a {@link BakeOrder}, which does inside {@code multiArchBake}. So no author
 * can call it.
 *
 * <p>A build that runs while the plugin is upgraded goes on with the script that it has started with, so a step must go
 * on to take the parameters that it took in earlier versions: new ones are optional.
 */
public abstract class DispatchStepDescriptor extends StepDescriptor {

    private final String functionName;
    private final Set<Class<?>> requiredContext;

    public DispatchStepDescriptor(String functionName, Class<?>... requiredContext) {
        this(BuildOrder.class, functionName, requiredContext);
    }

    /** @param order what only the script that calls the step has in its context */
    public DispatchStepDescriptor(Class<?> order, String functionName, Class<?>... requiredContext) {
        this.functionName = functionName;
        // First, because whoever calls the step from outside is to be told of that one.
        this.requiredContext = new LinkedHashSet<>(List.of(order));
        this.requiredContext.addAll(List.of(requiredContext));
    }

    @Override
    public final String getFunctionName() {
        return functionName;
    }

    @Override
    public final Set<? extends Class<?>> getRequiredContext() {
        return requiredContext;
    }

    /** Has the Snippet Generator list it among those that are not meant for authors. */
    @Override
    public final boolean isAdvanced() {
        return true;
    }
}
