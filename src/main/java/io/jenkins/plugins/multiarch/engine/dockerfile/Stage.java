package io.jenkins.plugins.multiarch.engine.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * One stage of a Dockerfile.
 *
 * @param index its number, from 0
 * @param name as after {@code AS}, in lower case; empty if it has none
 * @param from its first instruction
 * @param base what it begins with, as it stands there: an image, {@code scratch}, or an earlier stage
 * @param instructions those after {@code FROM}
 */
public record Stage(int index, String name, Instruction from, String base, List<Instruction> instructions) {

    public Stage {
        instructions = List.copyOf(instructions);
    }

    /** The first instruction that runs a program, which needs a machine of the platform. */
    public Optional<Instruction> run() {
        return instructions.stream()
                .filter(instruction -> instruction.keyword().equals("RUN"))
                .findFirst();
    }
}
