package io.jenkins.plugins.multiarch.engine.agent;

import java.io.Serializable;

/**
 * One thing that building images needs, and whether a machine has it.
 *
 * @param id what it is, e.g. {@code kernel}
 * @param state whether it is there
 * @param found what the machine has instead of, or for, it; never empty
 * @param remedy a command for root, or advice; empty where all is well
 */
public record Requirement(String id, State state, String found, String remedy) implements Serializable {

    /** How much of a requirement a machine meets. */
    public enum State {
        OK,
        /** Without it some platforms cannot be built. */
        WARNING,
        /** Without it nothing, or not what was asked for, can be built. */
        MISSING
    }

    static Requirement ok(String id, String found) {
        return new Requirement(id, State.OK, found, "");
    }

    static Requirement warning(String id, String found, String remedy) {
        return new Requirement(id, State.WARNING, found, remedy);
    }

    static Requirement missing(String id, String found, String remedy) {
        return new Requirement(id, State.MISSING, found, remedy);
    }
}
