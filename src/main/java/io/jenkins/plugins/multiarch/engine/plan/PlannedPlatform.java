package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.util.Locale;

/**
 * One line of a plan.
 *
 * @param label the label expression whose agents build the platform; empty if it is impossible
 * @param reason one sentence, without its full stop, on why it is so
 * @param remedy what would make an impossible platform possible; empty for any other
 * @param worthWaiting whether agents that would build an emulated platform natively exist, but are offline
 */
public record PlannedPlatform(
        Platform platform, Mode mode, String label, String reason, String remedy, boolean worthWaiting)
        implements Serializable {

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

    static PlannedPlatform onCpu(Platform platform, String label, String reason) {
        return new PlannedPlatform(platform, Mode.NATIVE, label, reason, "", false);
    }

    static PlannedPlatform emulated(Platform platform, String label, String reason, boolean worthWaiting) {
        return new PlannedPlatform(platform, Mode.EMULATED, label, reason, "", worthWaiting);
    }

    static PlannedPlatform impossible(Platform platform, String reason, String remedy) {
        return new PlannedPlatform(platform, Mode.IMPOSSIBLE, "", reason, remedy, false);
    }

    public boolean isEmulated() {
        return mode == Mode.EMULATED;
    }

    public boolean isImpossible() {
        return mode == Mode.IMPOSSIBLE;
    }
}
