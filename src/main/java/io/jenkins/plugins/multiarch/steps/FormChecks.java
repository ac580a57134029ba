package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import java.util.function.Consumer;

/** Form validation by the engine's own parsers, so that a form says what the step would say. */
final class FormChecks {

    private FormChecks() {}

    static FormValidation required(String value, Consumer<String> parser) {
        return Util.fixEmptyAndTrim(value) == null
                ? FormValidation.error(Messages.FormChecks_required())
                : check(value, parser);
    }

    static FormValidation eachLine(String value, Consumer<String> parser) {
        return check(value, text -> Lines.parse(text).forEach(parser));
    }

    /**
     * The registry of an image that somebody is typing, for which a credential is to be chosen.
     *
     * @param item where the form stands; null for outside of any folder
     * @return empty as long as there is none
     */
    static String registry(@Nullable Item item, String image) {
        if (Util.fixEmptyAndTrim(image) == null) {
            return "";
        }
        EffectiveConfiguration configuration =
                item == null ? EffectiveConfiguration.global() : EffectiveConfiguration.of(item);
        try {
            return configuration.image(image).registry();
        } catch (IllegalArgumentException e) {
            return "";
        }
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
