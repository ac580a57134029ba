package io.jenkins.plugins.multiarch.engine.dockerfile;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One instruction of a Dockerfile, with its continued lines joined.
 *
 * @param file the name of the Dockerfile, for messages
 * @param line the number of its first line, from 1
 * @param keyword in upper case, e.g. {@code COPY}
 * @param flags its options as they stand there, e.g. {@code --chown=1:1}; variables are not replaced
 * @param text what follows keyword and flags, without surrounding white space
 * @param documents its here-documents
 */
public record Instruction(
        String file, int line, String keyword, List<String> flags, String text, List<HereDocument> documents) {

    public Instruction {
        flags = List.copyOf(flags);
        documents = List.copyOf(documents);
    }

    /** The value of an option, e.g. of {@code --chown}; an option without a value has an empty one. */
    public Optional<String> flag(String name) {
        return flags.stream()
                .filter(flag -> flag.equals("--" + name) || flag.startsWith("--" + name + "="))
                .map(flag -> flag.contains("=") ? flag.substring(flag.indexOf('=') + 1) : "")
                .reduce((first, second) -> second);
    }

    /** The names of all its options. */
    public List<String> flagNames() {
        return flags.stream()
                .map(flag -> flag.substring(2).replaceFirst("=.*", ""))
                .toList();
    }

    /** The text as a list of strings in JSON; empty if it is in shell form. */
    public Optional<List<String>> json() {
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        JsonNode node;
        try {
            node = Json.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // As with docker, what is no JSON is for the shell.
        }
        List<String> words = new ArrayList<>();
        for (JsonNode word : node) {
            if (!word.isTextual()) {
                return Optional.empty();
            }
            words.add(word.textValue());
        }
        return Optional.of(words);
    }

    /**
     * One word of it, as it is meant.
     *
     * @throws IllegalArgumentException as {@link Variables#expand} does, with the place of the instruction
     */
    public String expand(String word, Variables variables) {
        try {
            return variables.expand(word);
        } catch (IllegalArgumentException e) {
            throw problem("cannot be read: " + e.getMessage() + ". Correct it.");
        }
    }

    /** Where it is, and what is wrong with it: {@code Dockerfile, line 3: COPY …}. */
    public IllegalArgumentException problem(String what) {
        return new IllegalArgumentException(place() + ": " + keyword + " " + what);
    }

    /** {@code Dockerfile, line 3}. */
    public String place() {
        return file + ", line " + line;
    }

    @Override
    public String toString() {
        return (keyword + " " + String.join(" ", flags) + " " + text)
                .replaceAll("\\s+", " ")
                .strip();
    }
}
