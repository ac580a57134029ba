package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jenkinsci.plugins.pipeline.modeldefinition.ast.ModelASTAgent;
import org.jenkinsci.plugins.pipeline.modeldefinition.ast.ModelASTClosureMap;
import org.jenkinsci.plugins.pipeline.modeldefinition.ast.ModelASTMethodArg;
import org.jenkinsci.plugins.pipeline.modeldefinition.ast.ModelASTValue;
import org.jenkinsci.plugins.pipeline.modeldefinition.validator.DeclarativeValidatorContributor;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;

/**
 * Refuses a Jenkinsfile in which a {@link PlatformAgent} has a value that it could not take, before anything of it runs.
 * What is only known when it runs, such as the axis of a matrix, is left to the step.
 */
@Extension(optional = true)
public final class PlatformAgentValidator extends DeclarativeValidatorContributor {

    /** The parameters that have a form of their own, each with its parser. */
    private static final Map<String, Consumer<String>> PARSERS =
            Map.of("platform", Platform::parse, "emulation", Emulation::parse);

    @NonNull
    @Override
    public List<String> validateElementAll(@NonNull ModelASTAgent agent, @CheckForNull FlowExecution execution) {
        List<String> errors = new ArrayList<>();
        if (agent.getAgentType() == null || !agent.getAgentType().getKey().equals(PlatformAgent.SYMBOL)) {
            return errors;
        }
        if (agent.getVariables() instanceof ModelASTClosureMap parameters) {
            parameters.getVariables().forEach((name, value) -> check(name.getKey(), value, errors));
        } else {
            check("platform", agent.getVariables(), errors);
        }
        return errors;
    }

    private static void check(String parameter, ModelASTMethodArg given, List<String> errors) {
        if (given instanceof ModelASTValue value && value.isLiteral() && PARSERS.containsKey(parameter)) {
            try {
                PARSERS.get(parameter).accept(String.valueOf(value.getValue()));
            } catch (IllegalArgumentException e) {
                errors.add(e.getMessage());
            }
        }
    }
}
