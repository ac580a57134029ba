package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The credentials that {@code withCredentials} and similar steps have put into the environment.
 *
 * @param values of the variables that hold credentials, by name
 */
record BoundCredentials(Map<String, String> values) {

    private static final String HIDDEN = "****";

    static BoundCredentials of(StepContext context) throws IOException, InterruptedException {
        @CheckForNull EnvironmentExpander bound = context.get(EnvironmentExpander.class);
        @CheckForNull EnvVars environment = context.get(EnvVars.class);
        Map<String, String> values = new LinkedHashMap<>();
        if (bound != null && environment != null) {
            for (String variable : bound.getSensitiveVariables()) {
                String value = environment.get(variable, "");
                if (!value.isEmpty()) {
                    values.put(variable, value);
                }
            }
        }
        return new BoundCredentials(values);
    }

    /** The texts without the credentials. */
    Map<String, List<String>> hiddenIn(Map<String, List<String>> texts) {
        if (values.isEmpty()) {
            return texts;
        }
        Pattern credentials = SecretPatterns.getAggregateSecretPattern(values.values());
        Map<String, List<String>> hidden = new LinkedHashMap<>();
        texts.forEach((name, all) -> hidden.put(
                name,
                all.stream()
                        .map(text -> credentials.matcher(text).replaceAll(HIDDEN))
                        .toList()));
        return hidden;
    }
}
