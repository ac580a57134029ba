package io.jenkins.plugins.multiarch.engine.dockerfile;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A Dockerfile.
 *
 * @param file what messages call it
 * @param syntax the image that the {@code syntax} directive names for reading it; empty if there is none
 * @param escape the character that continues a line and takes the meaning of the next character away
 * @param arguments the {@code ARG} instructions before the first stage, which are known in {@code FROM} lines
 * @param stages at least one
 */
public record Dockerfile(String file, String syntax, char escape, List<Instruction> arguments, List<Stage> stages) {

    public Dockerfile {
        arguments = List.copyOf(arguments);
        stages = List.copyOf(stages);
    }

    /**
     * Reads a Dockerfile.
     *
     * @param name what messages call it
     * @throws IllegalArgumentException if it is malformed; the message has file, line and what to do
     */
    public static Dockerfile parse(String name, String text) {
        return new DockerfileParser(name, text).parse();
    }

    /**
     * Reads an instruction that a base image has for those that are built on it ({@code ONBUILD}).
     *
     * @param from the instruction that names the base image, for messages
     */
    public static Instruction trigger(Instruction from, String text) {
        return DockerfileParser.instruction("ONBUILD of " + from.text() + " (" + from.place() + ")", text);
    }

    /**
     * The stage that is built.
     *
     * @param target a name or a number; empty for the last one
     * @throws IllegalArgumentException if there is none; the message names those that there are
     */
    public Stage stage(String target) {
        if (target.isEmpty()) {
            return stages.get(stages.size() - 1);
        }
        return find(target, stages.size())
                .orElseThrow(() -> new IllegalArgumentException("The Dockerfile has no stage '" + target
                        + "'. Name one of its stages: "
                        + String.join(
                                ", ",
                                stages.stream()
                                        .map(stage ->
                                                stage.name().isEmpty() ? String.valueOf(stage.index()) : stage.name())
                                        .toList())
                        + "."));
    }

    /**
     * A stage that another one refers to.
     *
     * @param reference a name or a number
     * @param before the number of the stage that refers to it: only earlier ones count
     * @return empty if it is no stage, so it is an image
     */
    public Optional<Stage> find(String reference, int before) {
        String wanted = reference.toLowerCase(Locale.ROOT);
        Optional<Stage> named = stages.stream()
                .filter(stage -> stage.index() < before && stage.name().equals(wanted))
                .reduce((first, second) -> second);
        return named.isPresent() || wanted.isEmpty()
                ? named
                : stages.stream()
                        .filter(stage -> stage.index() < before
                                && String.valueOf(stage.index()).equals(wanted))
                        .findFirst();
    }

    /**
     * What variables stand for in {@code FROM} lines.
     *
     * @param given build arguments; they count where an {@code ARG} before the first stage declares them
     * @param predefined see {@link PlatformArguments}; what is given replaces them
     */
    public Variables globals(Map<String, String> given, Map<String, String> predefined) {
        Map<String, String> values = new LinkedHashMap<>(predefined);
        values.replaceAll((name, value) -> given.getOrDefault(name, value));
        Variables variables = new Variables(escape, values);
        for (Instruction argument : arguments) {
            for (Map.Entry<String, Optional<String>> declared :
                    KeyValues.declared(argument, variables).entrySet()) {
                Optional<String> value =
                        Optional.ofNullable(given.get(declared.getKey())).or(declared::getValue);
                if (value.isPresent()) {
                    variables = variables.with(declared.getKey(), value.get());
                }
            }
        }
        return variables;
    }

    /**
     * The stages that make up one: itself, those it begins with and those it copies from, and theirs.
     *
     * @param globals as {@link #globals} has them
     * @return in the order of the Dockerfile
     */
    public List<Stage> needed(Stage wanted, Variables globals) {
        SortedMap<Integer, Stage> needed = new TreeMap<>();
        Deque<Stage> left = new ArrayDeque<>(List.of(wanted));
        while (!left.isEmpty()) {
            Stage stage = left.pop();
            if (needed.put(stage.index(), stage) == null) {
                find(stage.from().expand(stage.base(), globals), stage.index()).ifPresent(left::add);
                stage.instructions().stream()
                        .flatMap(instruction -> instruction.flag("from").stream())
                        .flatMap(name -> find(name, stage.index()).stream())
                        .forEach(left::add);
            }
        }
        return List.copyOf(needed.values());
    }
}
