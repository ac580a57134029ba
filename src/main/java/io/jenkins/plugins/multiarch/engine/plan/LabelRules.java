package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.agent.AgentLabels;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which label expressions stand for agents of a platform, and for agents that emulate it.
 *
 * @param mapped what the administrator has set for agents of a platform; it alone counts for that platform
 * @param emulationLabel what the administrator has set for agents that emulate; empty for nothing
 * @param discovered whether agents carry the labels of {@link AgentLabels}
 * @param tool the discovered label of agents whose build tool will do; empty if none is needed
 */
public record LabelRules(Map<Platform, String> mapped, String emulationLabel, boolean discovered, String tool)
        implements Serializable {

    /** By convention, agents that emulate where nothing is known of any agent. */
    public static final String DEFAULT_EMULATION_LABEL = "amd64 && docker";

    private static final Platform AMD64 = Platform.of("linux", "amd64", "");

    public LabelRules {
        mapped = Map.copyOf(mapped);
        emulationLabel = emulationLabel.trim();
    }

    /** The label expressions of agents whose own CPU runs the platform, in order of preference. */
    public List<String> nativeLabels(Platform platform) {
        if (mapped.containsKey(platform)) {
            return List.of(mapped.get(platform));
        }
        return discovered
                ? List.of(and(AgentLabels.nativeLabel(platform), tool), conventionalLabel(platform))
                : List.of(conventionalLabel(platform));
    }

    /** Whether an administrator has named the label expression for a platform or for emulation. */
    public boolean isSet(String labelExpression) {
        return mapped.containsValue(labelExpression) || labelExpression.equals(emulationLabel);
    }

    /**
     * The label expressions of agents that emulate the platform, in order of preference: amd64 agents, then any. By
     * convention {@value #DEFAULT_EMULATION_LABEL} comes last, for agents that have never been online and for clouds.
     */
    public List<String> emulationLabels(Platform platform) {
        if (!emulationLabel.isEmpty()) {
            return List.of(emulationLabel);
        }
        String emulated = AgentLabels.emulatedLabel(platform);
        return discovered
                ? List.of(
                        and(emulated, AgentLabels.nativeLabel(AMD64), tool),
                        and(emulated, tool),
                        DEFAULT_EMULATION_LABEL)
                : List.of(DEFAULT_EMULATION_LABEL);
    }

    /**
     * The label expression of agents that would do if only they emulated the platform; they are asked whether they do
     * by now, and what they lack.
     */
    public String candidates() {
        if (!emulationLabel.isEmpty()) {
            return emulationLabel;
        }
        if (!discovered) {
            return DEFAULT_EMULATION_LABEL;
        }
        return tool.isEmpty() ? AgentLabels.nativeLabel(AMD64) : tool;
    }

    /**
     * By convention, agents of a platform have a label for the architecture with its variant, and {@code docker}, e.g.
     * {@code arm64 && docker}, {@code armv7 && docker}, {@code windows && amd64 && docker}.
     */
    static String conventionalLabel(Platform platform) {
        String label = platform.architecture() + platform.variant() + " && docker";
        return platform.os().equals("linux") ? label : platform.os() + " && " + label;
    }

    /** Where the label expression for agents of a platform comes from, as a remark behind a sentence. */
    String origin(Platform platform, String label) {
        if (mapped.containsKey(platform)) {
            return " (label set in the configuration)";
        }
        return label.equals(conventionalLabel(platform)) ? " (label by convention)" : "";
    }

    private static String and(String... labels) {
        return Stream.of(labels).filter(label -> !label.isEmpty()).collect(Collectors.joining(" && "));
    }
}
