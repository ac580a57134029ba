package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * What {@code withCredentials} and the like have put into the environment.
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
        Map<String, List<String>> hidden = new LinkedHashMap<>();
        texts.forEach(
                (name, all) -> hidden.put(name, all.stream().map(this::hiddenIn).toList()));
        return hidden;
    }

    private String hiddenIn(String text) {
        String hidden = text;
        for (String value : sorted(values.values())) {
            hidden = hidden.replace(value, HIDDEN);
        }
        return hidden;
    }

    /** The longest first: one may be part of another. */
    private static List<String> sorted(Collection<String> values) {
        return values.stream()
                .sorted((one, other) -> other.length() - one.length())
                .toList();
    }
}
