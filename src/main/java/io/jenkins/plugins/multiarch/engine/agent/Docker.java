package io.jenkins.plugins.multiarch.engine.agent;

import java.io.Serializable;

/**
 * The docker command and the engine behind it.
 *
 * @param client version of the command; null if it did not tell
 * @param server version of the engine; null if it cannot be reached
 * @param problem why the engine cannot be reached, without a full stop; empty if it can
 * @param remedy what to do then; may be empty
 */
public record Docker(Version client, Version server, String problem, String remedy) implements Serializable {

    /** Whether the engine answered. */
    public boolean reachable() {
        return server != null;
    }
}
