package io.jenkins.plugins.multiarch.engine.plan;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.util.Map;

/**
 * Which label expression stands for agents of a platform.
 *
 * @param nativeLabels what the administrator has set; platforms not named here follow the convention
 * @param emulationLabel agents that emulate; empty for the convention, {@value #DEFAULT_EMULATION_LABEL}
 */
public record LabelRules(Map<Platform, String> nativeLabels, String emulationLabel) implements Serializable {

    public static final String DEFAULT_EMULATION_LABEL = "amd64 && docker";

    /** The conventions alone. */
    public static final LabelRules CONVENTIONS = new LabelRules(Map.of(), "");

    public LabelRules {
        nativeLabels = Map.copyOf(nativeLabels);
        emulationLabel = emulationLabel.isBlank() ? DEFAULT_EMULATION_LABEL : emulationLabel;
    }

    /**
     * The label expression for agents whose own CPU runs the platform: the administrator's, or by convention the
     * architecture with its variant and {@code docker}, e.g. {@code arm64 && docker}, {@code armv7 && docker},
     * {@code windows && amd64 && docker}.
     */
    public String nativeLabel(Platform platform) {
        String configured = nativeLabels.get(platform);
        if (configured != null) {
            return configured;
        }
        String label = platform.architecture() + platform.variant() + " && docker";
        return platform.os().equals("linux") ? label : platform.os() + " && " + label;
    }

    boolean isConfigured(Platform platform) {
        return nativeLabels.containsKey(platform);
    }
}
