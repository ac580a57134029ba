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

    /** From this version on, the command has no BuildKit of its own: buildx is a plugin to be installed. */
    private static final int WITHOUT_BUILDKIT = 23;

    /** Whether the command has only its classic builder, which cannot emulate, unless buildx is installed. */
    public boolean isClassic() {
        return client != null && client.atLeast(WITHOUT_BUILDKIT, 0);
    }

    /** Whether the engine answered. */
    public boolean reachable() {
        return server != null;
    }
}
