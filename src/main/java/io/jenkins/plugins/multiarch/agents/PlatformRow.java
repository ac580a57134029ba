package io.jenkins.plugins.multiarch.agents;

import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A platform, who builds it, and how it would be planned now; for pages and the remote API. */
@ExportedBean(defaultVisibility = 2)
public final class PlatformRow {

    private static final int MOST_SHOWN = 8;

    private final PlannedPlatform planned;
    private final List<PlatformProvider> natives;
    private final List<PlatformProvider> emulators;

    PlatformRow(PlannedPlatform planned, List<PlatformProvider> natives, List<PlatformProvider> emulators) {
        this.planned = planned;
        this.natives = natives;
        this.emulators = emulators;
    }

    @Exported
    public String getPlatform() {
        return planned.platform().toString();
    }

    /** {@code native}, {@code emulated} or {@code impossible}. */
    @Exported
    public String getMode() {
        return planned.mode().toString();
    }

    public String getModeText() {
        return switch (planned.mode()) {
            case NATIVE -> Messages.PlatformRow_native();
            case EMULATED -> Messages.PlatformRow_emulated();
            case WITHOUT_MACHINE -> throw new IllegalStateException("No agent is planned for " + planned.platform());
            case IMPOSSIBLE -> Messages.PlatformRow_impossible();
        };
    }

    public String getIcon() {
        return switch (planned.mode()) {
            case NATIVE -> "symbol-status-blue";
            case EMULATED, WITHOUT_MACHINE -> "symbol-information-circle";
            case IMPOSSIBLE -> "symbol-status-red";
        };
    }

    /** The label expression that a build would be queued for; empty if it is impossible. */
    @Exported
    public String getLabel() {
        return planned.label();
    }

    /** Why, in one sentence. */
    @Exported
    public String getReason() {
        return planned.reason();
    }

    /** What would make it possible; empty if it is. */
    @Exported
    public String getRemedy() {
        return planned.remedy();
    }

    /** The agents and clouds that run it on their own CPU. */
    @Exported
    public List<PlatformProvider> getNatives() {
        return natives;
    }

    /** Those that run it under QEMU. */
    @Exported
    public List<PlatformProvider> getEmulators() {
        return emulators;
    }

    /** As many of them as fit into a table. */
    public List<PlatformProvider> some(List<PlatformProvider> servers) {
        return servers.stream().limit(MOST_SHOWN).toList();
    }

    /** How many do not fit. */
    public int more(List<PlatformProvider> servers) {
        return Math.max(0, servers.size() - MOST_SHOWN);
    }
}
