package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform.Mode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** Decides for each platform whether a native agent builds it, an emulating one, or none. */
public record Planner(LabelRules rules, AgentPool pool) {

    /**
     * Plans without dispatching anything.
     *
     * @param platforms what is requested; a platform named twice is planned once
     * @return a plan in the order requested; it may hold impossible platforms, see {@link Plan#requirePossible}
     * @throws IllegalArgumentException if no platform is requested
     */
    public Plan plan(Collection<Platform> platforms, Emulation emulation) {
        if (platforms.isEmpty()) {
            throw new IllegalArgumentException("No platform is requested. Name at least one, for example linux/amd64.");
        }
        return new Plan(new LinkedHashSet<>(platforms)
                .stream().map(platform -> plan(platform, emulation)).toList());
    }

    private PlannedPlatform plan(Platform platform, Emulation emulation) {
        Supply natives = pool.matching(rules.nativeLabel(platform));
        boolean emulatable = platform.os().equals("linux");
        if (emulation == Emulation.NEVER || !emulatable) {
            return natives.isAvailable() || natives.offline() > 0
                    ? nativePlan(platform, natives)
                    : emulatable
                            ? impossible(platform, natives, "", "Emulation is 'never'; 'fallback' would allow QEMU.")
                            : impossible(platform, natives, ", and QEMU user mode emulates Linux only", "");
        }
        if (emulation == Emulation.FALLBACK && natives.isAvailable()) {
            return nativePlan(platform, natives);
        }
        Supply emulators = pool.emulating(rules.emulationLabel(), platform);
        if (emulators.isAvailable()) {
            return new PlannedPlatform(platform, Mode.EMULATED, emulators.label(), whyEmulated(emulation, natives));
        }
        if (natives.isAvailable() || natives.offline() > 0) {
            return nativePlan(platform, natives);
        }
        return impossible(platform, natives, "", noEmulator(emulators));
    }

    private PlannedPlatform nativePlan(Platform platform, Supply natives) {
        String waits = natives.isAvailable() ? "" : "; the build waits for it";
        return new PlannedPlatform(
                platform,
                Mode.NATIVE,
                natives.label(),
                natives.describe() + waits + (rules.isConfigured(platform) ? "" : " (label by convention)"));
    }

    private static String whyEmulated(Emulation emulation, Supply natives) {
        if (emulation == Emulation.ALWAYS) {
            return "emulation is 'always'";
        }
        return natives.offline() > 0
                ? "native label '" + natives.label() + "': " + natives.describe()
                : "no agent has the native label '" + natives.label() + "'";
    }

    /** @param emulation the sentence on what emulation would take; empty if it is none of the remedies */
    private PlannedPlatform impossible(Platform platform, Supply natives, String also, String emulation) {
        List<String> remedies = new ArrayList<>();
        String reason = natives.problem();
        if (reason.isEmpty()) {
            reason = "no agent or cloud has the label '" + rules.nativeLabel(platform) + "'";
            remedies.add("Give the label to an agent of that architecture, or map the platform to another label"
                    + " expression under Manage Jenkins » System » Multi-Arch Build.");
        }
        if (!emulation.isEmpty()) {
            remedies.add(emulation);
        }
        return new PlannedPlatform(platform, Mode.IMPOSSIBLE, "", reason + also, remedies);
    }

    private static String noEmulator(Supply emulators) {
        if (!emulators.problem().isEmpty()) {
            return "For emulation: " + emulators.problem() + ".";
        }
        return "For emulation, "
                + (emulators.offline() > 0
                        ? "bring an agent with the label '" + emulators.label() + "' online."
                        : "give an amd64 agent that has QEMU's binfmt_misc handlers the label '" + emulators.label()
                                + "'.");
    }
}
