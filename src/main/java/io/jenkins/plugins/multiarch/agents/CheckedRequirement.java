package io.jenkins.plugins.multiarch.agents;

import io.jenkins.plugins.multiarch.engine.agent.Requirement;
import java.util.Locale;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One {@link Requirement} as pages and the remote API show it. */
@ExportedBean(defaultVisibility = 3)
public final class CheckedRequirement {

    private final Requirement requirement;

    CheckedRequirement(Requirement requirement) {
        this.requirement = requirement;
    }

    /** What it is, e.g. {@code docker engine}. */
    @Exported
    public String getId() {
        return requirement.id();
    }

    /** {@code ok}, {@code warning} or {@code missing}. */
    @Exported
    public String getState() {
        return requirement.state().name().toLowerCase(Locale.ROOT);
    }

    /** What the agent has. */
    @Exported
    public String getFound() {
        return requirement.found();
    }

    /** A command for root, or advice; empty where all is well. */
    @Exported
    public String getRemedy() {
        return requirement.remedy();
    }

    public boolean isOk() {
        return requirement.state() == Requirement.State.OK;
    }

    /** Whether the remedy is something to be copied to a shell; advice begins like a sentence. */
    public boolean isCommand() {
        String remedy = requirement.remedy();
        return !remedy.isEmpty() && !Character.isUpperCase(remedy.codePointAt(0));
    }

    public String getIcon() {
        return switch (requirement.state()) {
            case OK -> "symbol-status-blue";
            case WARNING -> "symbol-status-yellow";
            case MISSING -> "symbol-status-red";
        };
    }

    public String getStateText() {
        return switch (requirement.state()) {
            case OK -> Messages.CheckedRequirement_ok();
            case WARNING -> Messages.CheckedRequirement_warning();
            case MISSING -> Messages.CheckedRequirement_missing();
        };
    }
}
