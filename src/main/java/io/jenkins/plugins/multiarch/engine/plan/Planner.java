package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Decides for each platform whether a native agent builds it, an emulating one, or none. */
public record Planner(LabelRules rules, AgentPool pool) {

    private static final String MAP_IT =
            "Connect an agent of that architecture, or map the platform to a label expression"
                    + " under Manage Jenkins » System » Multi-Arch Build.";

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
        Supply natives = natives(platform);
        boolean emulatable = platform.os().equals("linux");
        if (emulation == Emulation.NEVER || !emulatable) {
            return natives.exists()
                    ? onCpu(platform, natives)
                    : PlannedPlatform.impossible(
                            platform,
                            noNative(platform, natives) + (emulatable ? "" : "; QEMU user mode emulates Linux only"),
                            natives.remedy().isEmpty()
                                    ? MAP_IT + (emulatable ? " emulation: 'fallback' would allow QEMU." : "")
                                    : natives.remedy());
        }
        if (emulation == Emulation.FALLBACK && natives.isAvailable()) {
            return onCpu(platform, natives);
        }
        Supply emulators = emulators(platform);
        if (emulators.isAvailable()) {
            return PlannedPlatform.emulated(
                    platform,
                    emulators.label(),
                    emulation == Emulation.ALWAYS ? "emulation is 'always'" : whyNotNative(natives),
                    emulation == Emulation.FALLBACK && natives.offline() > 0);
        }
        if (natives.exists()) {
            return onCpu(platform, natives);
        }
        return PlannedPlatform.impossible(
                platform, noNative(platform, natives) + "; " + noEmulator(emulators), remedy(natives, emulators));
    }

    /** The first label whose agents are available, else the first that has any; for what is not there, the first. */
    private Supply natives(Platform platform) {
        List<Supply> supplies = new ArrayList<>();
        for (String label : rules.nativeLabels(platform)) {
            Supply supply = pool.matching(label);
            if (supply.isAvailable()) {
                return supply;
            }
            supplies.add(supply);
        }
        return supplies.stream()
                .filter(Supply::exists)
                .findFirst()
                .or(() -> supplies.stream()
                        .filter(supply -> !supply.problem().isEmpty())
                        .findFirst())
                .orElse(supplies.get(0));
    }

    /** Likewise; before giving up, those are asked that are not known to emulate the platform, but may do so by now. */
    private Supply emulators(Platform platform) {
        for (String label : rules.emulationLabels(platform)) {
            Supply supply = pool.emulating(label, platform);
            if (supply.isAvailable()) {
                return supply;
            }
        }
        return pool.emulating(rules.candidates(), platform);
    }

    private PlannedPlatform onCpu(Platform platform, Supply natives) {
        String waits = natives.isAvailable() ? "" : "; the build waits for it";
        return PlannedPlatform.onCpu(
                platform, natives.label(), natives.describe() + waits + rules.origin(platform, natives.label()));
    }

    private String whyNotNative(Supply natives) {
        if (!natives.problem().isEmpty()) {
            return natives.problem();
        }
        return natives.exists()
                ? "native label '" + natives.label() + "': " + natives.describe()
                : "there is no native agent" + (rules.tool().isEmpty() ? "" : " with a build tool");
    }

    private String noNative(Platform platform, Supply natives) {
        return natives.exists() || !natives.problem().isEmpty()
                ? whyNotNative(natives)
                : rules.nativeLabels(platform).stream()
                        .map(label -> "'" + label + "'")
                        .collect(Collectors.joining(" or ", "no agent or cloud has the native label ", ""));
    }

    private static String noEmulator(Supply emulators) {
        if (!emulators.problem().isEmpty()) {
            return emulators.problem();
        }
        return emulators.offline() > 0
                ? "the agents that might emulate it, '" + emulators.label() + "', are offline"
                : "no agent that might emulate it has the label '" + emulators.label() + "'";
    }

    private static String remedy(Supply natives, Supply emulators) {
        if (!emulators.remedy().isEmpty()) {
            return emulators.remedy();
        }
        if (!natives.remedy().isEmpty()) {
            return natives.remedy();
        }
        return emulators.offline() > 0
                ? "Bring an agent with the label '" + emulators.label() + "' online."
                : "Connect an amd64 agent that has a build tool and QEMU's binfmt_misc handlers. Or: " + MAP_IT;
    }
}
