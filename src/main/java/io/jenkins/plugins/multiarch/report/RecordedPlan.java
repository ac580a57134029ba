package io.jenkins.plugins.multiarch.report;

import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One line of a plan, as the build's record keeps it. */
@ExportedBean
public final class RecordedPlan {

    private final String image;
    private final String platform;
    private final String mode;
    private final String label;
    private final String reason;

    /** @param image what was to be built, {@code registry/repository:tag} */
    public RecordedPlan(String image, PlannedPlatform planned) {
        this.image = image;
        this.platform = planned.platform().toString();
        this.mode = planned.mode().toString();
        this.label = planned.label();
        this.reason = planned.reason();
    }

    @Exported
    public String getImage() {
        return image;
    }

    @Exported
    public String getPlatform() {
        return platform;
    }

    /** {@code native}, {@code emulated} or {@code impossible}. */
    @Exported
    public String getMode() {
        return mode;
    }

    /** The label expression of the agents that build it; empty if it is impossible. */
    @Exported
    public String getLabel() {
        return label;
    }

    /** One sentence on why. */
    @Exported
    public String getReason() {
        return reason;
    }
}
