package io.jenkins.plugins.multiarch.report;

import hudson.Util;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One line of a plan, as the build's record keeps it. */
@ExportedBean(defaultVisibility = 3)
public final class RecordedPlan {

    private final String image;
    private final String platform;
    private final String mode;
    private final String label;

    /** False in records that an older version has saved. */
    private final boolean inPlace;

    private final String reason;

    // Null in records that an older version has saved.
    private final String remedy;
    private final String bakeTarget;

    /**
     * @param image what was to be built, {@code registry/repository:tag}
     * @param bakeTarget the target of a {@code multiArchBake} that it is for; empty for none
     */
    RecordedPlan(String image, String bakeTarget, PlannedPlatform planned) {
        this.image = image;
        this.bakeTarget = bakeTarget;
        this.platform = planned.platform().toString();
        this.mode = planned.mode().toString();
        this.label = planned.label();
        this.inPlace = planned.inPlace();
        this.reason = Truncation.line(planned.reason());
        this.remedy = Truncation.line(planned.remedy());
    }

    @Exported
    public String getImage() {
        return image;
    }

    /** The target of a {@code multiArchBake} that it is for; empty if it is for none. */
    @Exported
    public String getBakeTarget() {
        return Util.fixNull(bakeTarget);
    }

    @Exported
    public String getPlatform() {
        return platform;
    }

    /** {@code native}, {@code emulated}, {@code without machine} or {@code impossible}. */
    @Exported
    public String getMode() {
        return mode;
    }

    public boolean isImpossible() {
        return PlannedPlatform.Mode.IMPOSSIBLE.toString().equals(mode);
    }

    public String getModeText() {
        return isImpossible()
                ? Messages.RecordedPlan_impossible()
                : PlannedPlatform.Mode.EMULATED.toString().equals(mode)
                        ? Messages.BuildRow_emulated()
                        : PlannedPlatform.Mode.WITHOUT_MACHINE.toString().equals(mode)
                                ? Messages.BuildRow_withoutMachine()
                                : Messages.BuildRow_native();
    }

    /** Whether it is built on the executor that the surrounding node block holds. */
    @Exported
    public boolean isInPlace() {
        return inPlace;
    }

    /** The label expression of the agents that build it; empty if it is built in place or impossible. */
    @Exported
    public String getLabel() {
        return label;
    }

    /** One sentence on why. */
    @Exported
    public String getReason() {
        return reason;
    }

    /** What would make it possible; empty if it is. */
    @Exported
    public String getRemedy() {
        return remedy == null ? "" : remedy;
    }
}
