package io.jenkins.plugins.multiarch.engine.dockerfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code ENV}, {@code LABEL} and {@code ARG} set. */
public final class KeyValues {

    private KeyValues() {}

    /**
     * The pairs of {@code ENV} or {@code LABEL}: {@code key=value …}, or {@code key value} in the old form.
     *
     * @param variables what the instruction sees; what it sets itself is seen only after it
     * @throws IllegalArgumentException if it has no pairs; the message has its place and the remedy
     */
    public static Map<String, String> of(Instruction instruction, Variables variables) {
        List<String> words = variables.split(instruction.text());
        Map<String, String> pairs = new LinkedHashMap<>();
        if (words.get(0).indexOf('=') < 0) {
            String[] old = instruction.text().split("\\s+", 2);
            if (old.length < 2) {
                throw instruction.problem("'" + instruction.text() + "' has no value. Write name=value.");
            }
            pairs.put(expand(old[0], instruction, variables), expand(old[1].strip(), instruction, variables));
            return pairs;
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw instruction.problem("'" + word + "' is not name=value. Quote a value that has spaces.");
            }
            pairs.put(
                    expand(word.substring(0, equals), instruction, variables),
                    expand(word.substring(equals + 1), instruction, variables));
        }
        return pairs;
    }

    /** The names that {@code ARG} declares, with their defaults if they have any. */
    public static Map<String, Optional<String>> declared(Instruction instruction, Variables variables) {
        Map<String, Optional<String>> declared = new LinkedHashMap<>();
        for (String word : variables.split(instruction.text())) {
            int equals = word.indexOf('=');
            if (equals == 0) {
                throw instruction.problem("'" + word + "' has no name before the '='.");
            }
            if (equals < 0) {
                declared.put(expand(word, instruction, variables), Optional.empty());
            } else {
                declared.put(
                        expand(word.substring(0, equals), instruction, variables),
                        Optional.of(expand(word.substring(equals + 1), instruction, variables)));
            }
        }
        return declared;
    }

    private static String expand(String word, Instruction instruction, Variables variables) {
        return instruction.expand(word, variables);
    }
}
