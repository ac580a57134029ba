package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * One line of a plan.
 *
 * @param label the label expression whose agents build the platform; empty if it is impossible
 * @param reason one clause on why it is so
 * @param remedies one sentence for each thing that would make it possible; empty unless it is impossible
 */
public record PlannedPlatform(Platform platform, Mode mode, String label, String reason, List<String> remedies)
        implements Serializable {

    public PlannedPlatform {
        remedies = List.copyOf(remedies);
    }

    /** A platform that can be built. */
    PlannedPlatform(Platform platform, Mode mode, String label, String reason) {
        this(platform, mode, label, reason, List.of());
    }

    /** How a platform is built. */
    public enum Mode {
        NATIVE,
        EMULATED,
        IMPOSSIBLE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean isEmulated() {
        return mode == Mode.EMULATED;
    }

    boolean isImpossible() {
        return mode == Mode.IMPOSSIBLE;
    }
}
