package io.jenkins.plugins.multiarch.forms;

import hudson.Util;
import hudson.util.FormValidation;
import java.util.function.Consumer;

/** Form validation by the engine's own parsers, so that a form says what the step would say. */
public final class FormChecks {

    private FormChecks() {}

    public static FormValidation required(String value, Consumer<String> parser) {
        return Util.fixEmptyAndTrim(value) == null
                ? FormValidation.error(Messages.FormChecks_required())
                : check(value, parser);
    }

    public static FormValidation eachLine(String value, Consumer<String> parser) {
        return check(value, text -> MultilineList.parse(text).forEach(parser));
    }

    private static FormValidation check(String value, Consumer<String> parser) {
        try {
            parser.accept(value);
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }
}
