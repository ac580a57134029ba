package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.util.Locale;

/**
 * One line of a plan.
 *
 * @param label the label expression whose agents build the platform; empty if it is built in place or impossible
 * @param inPlace whether it is built on the executor that the planning build holds
 * @param reason one sentence, without its full stop, on why it is so
 * @param remedy what would make an impossible platform possible; empty for any other
 * @param worthWaiting whether agents that would build an emulated platform natively exist, but are offline
 */
public record PlannedPlatform(
        Platform platform, Mode mode, String label, boolean inPlace, String reason, String remedy, boolean worthWaiting)
        implements Serializable {

    private static final String IN_PLACE = "in place";

    /** How a platform is built. */
    public enum Mode {
        NATIVE,
        EMULATED,
        /** Any machine will do, and no build tool is needed: the Dockerfile runs nothing. */
        WITHOUT_MACHINE,
        IMPOSSIBLE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    static PlannedPlatform natively(Platform platform, String label, String reason) {
        return new PlannedPlatform(platform, Mode.NATIVE, label, false, reason, "", false);
    }

    static PlannedPlatform emulated(Platform platform, String label, String reason, boolean worthWaiting) {
        return new PlannedPlatform(platform, Mode.EMULATED, label, false, reason, "", worthWaiting);
    }

    static PlannedPlatform impossible(Platform platform, String reason, String remedy) {
        return new PlannedPlatform(platform, Mode.IMPOSSIBLE, "", false, reason, remedy, false);
    }

    /**
     * One that no machine of the platform is needed for.
     *
     * @param inPlace whether it is made on the executor that the planning build holds; else on any agent
     */
    public static PlannedPlatform withoutMachine(Platform platform, boolean inPlace) {
        return new PlannedPlatform(
                platform,
                Mode.WITHOUT_MACHINE,
                "",
                inPlace,
                "no machine needed: the Dockerfile runs nothing",
                "",
                false);
    }

    /** The same with something more to say on why it is so. */
    public PlannedPlatform because(String more) {
        return new PlannedPlatform(platform, mode, label, inPlace, reason + "; " + more, remedy, worthWaiting);
    }

    /** The same without a label: nothing is queued for. */
    PlannedPlatform inPlace(String why) {
        return new PlannedPlatform(platform, mode, "", true, why, remedy, worthWaiting);
    }

    /** Where it is built, for a reader: the label expression, or that it is in place. */
    public String place() {
        return inPlace ? IN_PLACE : needsNoMachine() ? "any agent" : label;
    }

    public boolean isEmulated() {
        return mode == Mode.EMULATED;
    }

    public boolean needsNoMachine() {
        return mode == Mode.WITHOUT_MACHINE;
    }

    public boolean isImpossible() {
        return mode == Mode.IMPOSSIBLE;
    }
}
