package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.dockerfile.Instruction;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which instructions, with which options, can be worked off without a build tool. */
final class Instructions {

    private static final Map<String, Set<String>> FLAGS = Map.of(
            "COPY", Set.of("from", "chown", "chmod", "link"),
            "ADD", Set.of("chown", "chmod", "link"),
            "HEALTHCHECK", Set.of("interval", "timeout", "start-period", "start-interval", "retries"));

    static final Pattern REMOTE = Pattern.compile("(?i)(https?|ftp|git|ssh)://\\S+|git@\\S+:\\S+");
    private static final Pattern MODE = Pattern.compile("0*[0-7]{1,4}");

    private Instructions() {}

    /** @throws IllegalArgumentException if it cannot; the message names line, instruction and remedy */
    static void requirePossible(Instruction instruction) {
        for (String flag : instruction.flagNames()) {
            if (!FLAGS.getOrDefault(instruction.keyword(), Set.of()).contains(flag)) {
                throw instruction.problem(
                        "--" + flag + " is not known to the builder jib. Leave it out, or choose another builder.");
            }
        }
        instruction.flag("chmod").filter(mode -> !mode.contains("$")).ifPresent(mode -> mode(instruction, mode));
        if (instruction.keyword().equals("ADD")
                && instruction
                        .text()
                        .lines()
                        .anyMatch(line -> REMOTE.matcher(line).find())) {
            throw instruction.problem("fetches from elsewhere, which the builder jib does not do. Fetch it before the"
                    + " build and COPY it, or choose another builder.");
        }
    }

    static int mode(Instruction instruction, String text) {
        if (!MODE.matcher(text).matches()) {
            throw instruction.problem("--chmod=" + text + " is not an octal mode from 0 to 7777. Write it like 755.");
        }
        return Integer.parseInt(text, 8);
    }
}
