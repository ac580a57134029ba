package io.jenkins.plugins.multiarch.engine.bake;

import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks {@code docker buildx bake --print} what a bake file describes. That needs no Docker engine.
 *
 * @param files bake files; empty for those that buildx finds by their names
 * @param targets names of targets and groups; empty for the default
 * @param set overrides, each as {@code target.attribute=value}
 * @param withoutSsh whether no target is to ask for SSH: buildx would look for the user's agent, even where it only prints
 */
public record BakePrint(List<String> files, List<String> targets, List<String> set, boolean withoutSsh) {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Names that are neither an option nor a URL, which buildx would fetch. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    /** @throws BakeFileException if a name is none */
    public BakePrint {
        files = List.copyOf(files);
        targets = List.copyOf(targets);
        set = List.copyOf(set);
        targets.forEach(target -> {
            if (!NAME.matcher(target).matches()) {
                throw new BakeFileException(
                        "'" + target + "' is not the name of a target. Use letters, digits, '_', '-' and '.'.");
            }
        });
        set.forEach(override -> {
            if (!override.matches("(?s)[^=]+\\.[^=]+=.*")) {
                throw new BakeFileException("'" + override
                        + "' is no override. Write target.attribute=value, for example *.platform=linux/arm64.");
            }
        });
    }

    /** Whether the machine has buildx. */
    public static boolean isPossible(CommandRunner machine) throws IOException {
        try {
            return machine.run(List.of("docker", "buildx", "version"), PATIENCE).succeeded();
        } catch (IOException e) {
            // docker is not installed, or the machine is lost, and the next command says so.
            return false;
        }
    }

    /**
     * What it prints, as JSON.
     *
     * @throws BakeFileException with what buildx says
     * @throws IOException if it cannot be run
     */
    public String run(CommandRunner machine) throws IOException {
        List<String> command = new ArrayList<>(List.of("docker", "buildx", "bake", "--print"));
        command.addAll(options());
        set.forEach(override -> command.add("--set=" + override));
        if (withoutSsh) {
            command.add("--set=*.ssh=");
        }
        command.addAll(targets);
        CommandResult result = machine.run(command, PATIENCE);
        if (!result.succeeded()) {
            throw new BakeFileException("docker buildx bake --print failed: " + reason(result) + known(machine));
        }
        return result.stdout();
    }

    private List<String> options() {
        return files.stream().map(file -> "--file=" + file).toList();
    }

    private static String reason(CommandResult result) {
        if (result.timedOut()) {
            return "it took longer than " + PATIENCE.toMinutes() + " minutes.";
        }
        List<String> lines = result.stderr()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        return String.join("\n", lines);
    }

    /** Newer releases list what there is. */
    private String known(CommandRunner machine) throws IOException {
        if (targets.isEmpty()) {
            return "";
        }
        List<String> command = new ArrayList<>(List.of("docker", "buildx", "bake", "--list=type=targets"));
        command.addAll(options());
        CommandResult result = machine.run(command, PATIENCE);
        if (!result.succeeded()) {
            return "";
        }
        return "\nThe bake file has "
                + result.stdout()
                        .lines()
                        .skip(1)
                        .map(line -> line.trim().replaceFirst("\\s.*", ""))
                        .filter(line -> !line.isEmpty())
                        .collect(Collectors.joining(", "))
                + ".";
    }
}
