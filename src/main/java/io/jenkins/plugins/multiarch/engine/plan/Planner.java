package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

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
        LabelCapacity natives = natives(platform);
        boolean emulatable = platform.os().equals("linux");
        if (emulation == Emulation.NEVER || !emulatable) {
            return natives.exists()
                    ? natively(platform, natives)
                    : PlannedPlatform.impossible(
                            platform,
                            noNative(platform, natives) + (emulatable ? "" : "; QEMU user mode emulates Linux only"),
                            natives.remedy().isEmpty()
                                    ? connectOrMap() + (emulatable ? " emulation: 'fallback' would allow QEMU." : "")
                                    : natives.remedy());
        }
        if (emulation == Emulation.FALLBACK && natives.isAvailable()) {
            return natively(platform, natives);
        }
        LabelCapacity emulators = emulators(platform);
        if (emulators.isAvailable()) {
            String why = emulation == Emulation.ALWAYS ? "emulation is 'always'" : whyNotNative(natives);
            return place(
                    PlannedPlatform.emulated(
                            platform, emulators.label(), why, emulation == Emulation.FALLBACK && natives.offline() > 0),
                    emulators,
                    why + "; agent '" + emulators.here() + "' emulates it");
        }
        if (natives.exists()) {
            return natively(platform, natives);
        }
        return PlannedPlatform.impossible(
                platform, noNative(platform, natives) + "; " + noEmulator(emulators), remedy(natives, emulators));
    }

    /**
     * All that would do: an agent that is there now may be gone before it is free, and then another one, or one of a
     * cloud, takes its place. For what is not there, the first label.
     */
    private LabelCapacity natives(Platform platform) {
        List<String> labels = rules.nativeLabels(platform);
        LabelCapacity first = pool.matching(labels.get(0));
        return labels.size() == 1 ? first : join(first, pool.unprobed(labels.get(1)), pool::matching);
    }

    /**
     * Likewise, of amd64 if there are any. Before giving up, those are asked that are not known to emulate the platform,
     * but may do so by now.
     */
    private LabelCapacity emulators(Platform platform) {
        List<String> labels = rules.emulationLabels(platform);
        int last = labels.size() - 1;
        String conventional = labels.get(last);
        LabelCapacity unprobed = pool.unprobed(conventional);
        LabelCapacity byConvention = unprobed.exists() ? pool.emulating(unprobed.label(), platform) : unprobed;
        for (String discovered : labels.subList(0, last)) {
            LabelCapacity supply = pool.emulating(discovered, platform);
            if (supply.isAvailable()) {
                return join(supply, byConvention, label -> pool.emulating(label, platform));
            }
        }
        LabelCapacity probed = pool.emulating(conventional, platform);
        return probed.isAvailable() ? probed : pool.emulating(rules.candidates(), platform);
    }

    /**
     * What there is for either of two label expressions.
     *
     * @param pool counts once what has the labels of both
     */
    private static LabelCapacity join(LabelCapacity one, LabelCapacity other, Function<String, LabelCapacity> pool) {
        if (one.exists() && other.exists()) {
            return pool.apply("(" + one.label() + ") || (" + other.label() + ")");
        }
        boolean tellsMore =
                !one.exists() && one.problem().isEmpty() && !other.problem().isEmpty();
        return other.exists() || tellsMore ? other : one;
    }

    private PlannedPlatform natively(Platform platform, LabelCapacity natives) {
        String waits = natives.isAvailable() ? "" : "; the build waits for it";
        return place(
                PlannedPlatform.natively(
                        platform,
                        natives.label(),
                        natives.describe() + waits + rules.origin(platform, natives.label())),
                natives,
                "agent '" + natives.here() + "' builds it");
    }

    /**
     * Leaves the platform where the build is already, unless another agent that would do has nothing to do. So builds that
     * hold all executors never wait for each other.
     */
    private PlannedPlatform place(PlannedPlatform elsewhere, LabelCapacity supply, String whyInPlace) {
        boolean free = pool.reserve(supply.label());
        return supply.isHere() && !free
                ? elsewhere.inPlace(whyInPlace + ", where this build runs; no other agent for it is free")
                : elsewhere;
    }

    private String whyNotNative(LabelCapacity natives) {
        if (!natives.problem().isEmpty()) {
            return natives.problem();
        }
        return natives.exists()
                ? "native label '" + natives.label() + "': " + natives.describe()
                : "there is no native agent" + (rules.tool().isEmpty() ? "" : " with a build tool");
    }

    private String noNative(Platform platform, LabelCapacity natives) {
        return natives.exists() || !natives.problem().isEmpty()
                ? whyNotNative(natives)
                : rules.nativeLabels(platform).stream()
                        .map(label -> "'" + label + "'")
                        .collect(Collectors.joining(" or ", "no agent or cloud has the native label ", ""));
    }

    private static String noEmulator(LabelCapacity emulators) {
        if (!emulators.problem().isEmpty()) {
            return emulators.problem();
        }
        return emulators.offline() > 0
                ? "the agents that might emulate it, '" + emulators.label() + "', are offline"
                : "no agent that might emulate it has the label '" + emulators.label() + "'";
    }

    private String connectOrMap() {
        return "Connect an agent of that architecture, or " + pool.howToMap() + ".";
    }

    private String remedy(LabelCapacity natives, LabelCapacity emulators) {
        if (!emulators.remedy().isEmpty()) {
            return emulators.remedy();
        }
        if (!natives.remedy().isEmpty()) {
            return natives.remedy();
        }
        return emulators.offline() > 0
                ? "Bring an agent with the label '" + emulators.label() + "' online."
                : "Connect an amd64 agent that has a build tool and QEMU's binfmt_misc handlers. Or: " + connectOrMap();
    }
}
