package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The labels that an agent carries by what it can build, such as {@code multiarch-linux-arm64},
 * {@code multiarch-qemu-linux-s390x}, {@code multiarch-podman} and {@code multiarch-builder}. Each is a single atom of a
 * label expression, without quotes.
 */
public final class AgentLabels {

    /** An agent with any usable build tool. */
    public static final String BUILDER = "multiarch-builder";

    private static final String PREFIX = "multiarch-";

    /** Neither white space nor what a label expression takes for an operator. */
    private static final Pattern WORD = Pattern.compile("[a-z0-9]+([._][a-z0-9]+)*");

    private AgentLabels() {}

    /** All labels of a machine: native platforms, emulated ones, tools, in this order; empty if it can do nothing. */
    public static Set<String> of(Machine machine) {
        Set<String> labels = new LinkedHashSet<>();
        machine.nativePlatforms().stream()
                .filter(AgentLabels::fitsLabel)
                .map(AgentLabels::nativeLabel)
                .forEach(labels::add);
        machine.emulatedPlatforms().stream()
                .filter(AgentLabels::fitsLabel)
                .map(AgentLabels::emulatedLabel)
                .forEach(labels::add);
        List<BuildTool> tools = machine.tools().usable();
        tools.stream().map(AgentLabels::toolLabel).forEach(labels::add);
        if (!tools.isEmpty()) {
            labels.add(BUILDER);
        }
        return Collections.unmodifiableSet(labels);
    }

    /**
     * The label of agents that run a platform themselves, e.g. {@code multiarch-linux-arm-v7}.
     *
     * @throws IllegalArgumentException if a part of the platform does not fit into a label; none that
     *     {@link Platform#parse} accepts is like that
     */
    public static String nativeLabel(Platform platform) {
        return PREFIX + suffix(platform);
    }

    /**
     * The label of agents that emulate a platform, e.g. {@code multiarch-qemu-linux-arm-v7}.
     *
     * @throws IllegalArgumentException as {@link #nativeLabel} does
     */
    public static String emulatedLabel(Platform platform) {
        return PREFIX + "qemu-" + suffix(platform);
    }

    /**
     * The label of agents that can build with a tool, e.g. {@code multiarch-buildx}.
     *
     * @param tool one of {@link BuildTool#PROGRAMS}; the others are on no agent
     */
    public static String toolLabel(BuildTool tool) {
        return PREFIX + tool;
    }

    private static boolean fitsLabel(Platform platform) {
        return WORD.matcher(platform.os()).matches()
                && WORD.matcher(platform.architecture()).matches()
                && (platform.variant().isEmpty()
                        || WORD.matcher(platform.variant()).matches());
    }

    private static String suffix(Platform platform) {
        if (!fitsLabel(platform)) {
            throw new IllegalArgumentException("Platform '" + platform
                    + "' does not fit into a label: its parts must be lower-case letters and digits.");
        }
        return platform.tagSuffix();
    }
}
