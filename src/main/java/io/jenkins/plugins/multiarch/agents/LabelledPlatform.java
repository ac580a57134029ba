package io.jenkins.plugins.multiarch.agents;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A platform that an agent builds. */
@ExportedBean(defaultVisibility = 2)
public final class LabelledPlatform {

    private final Platform platform;
    private final boolean emulated;
    private final String label;

    LabelledPlatform(Platform platform, boolean emulated, String label) {
        this.platform = platform;
        this.emulated = emulated;
        this.label = label;
    }

    @Exported
    public String getPlatform() {
        return platform.toString();
    }

    /** Whether QEMU runs it, not the agent's own CPU. */
    @Exported
    public boolean isEmulated() {
        return emulated;
    }

    /** The dynamic label that stands for it. */
    @Exported
    public String getLabel() {
        return label;
    }
}
