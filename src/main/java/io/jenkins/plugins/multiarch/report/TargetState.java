package io.jenkins.plugins.multiarch.report;

/** What has become of a target of a {@code multiArchBake}. */
public enum TargetState {
    /** A platform could not be built, or an index could not be pushed. */
    FAILED("symbol-status-red"),
    /** Stopped because another target has failed, or by somebody. */
    STOPPED("symbol-status-aborted"),
    /** Nothing has become of any of its platforms. */
    NOT_BUILT("symbol-status-nobuilt"),
    /** Nothing has become of some of its platforms. */
    UNFINISHED("symbol-status-nobuilt"),
    /** Every platform is built, none is to be pushed. */
    BUILT("symbol-status-blue"),
    /** Every platform image is in the registry, but in no index. */
    PUSHED("symbol-status-blue"),
    /** It is in the registry under its tags. */
    PUBLISHED("symbol-status-blue");

    private final String icon;

    TargetState(String icon) {
        this.icon = icon;
    }

    public String getIcon() {
        return icon;
    }

    public String getText() {
        return switch (this) {
            case FAILED -> Messages.BuildRow_failed();
            case STOPPED -> Messages.BuildRow_stopped();
            case NOT_BUILT -> Messages.TargetState_notBuilt();
            case UNFINISHED -> Messages.TargetState_unfinished();
            case BUILT -> Messages.BuildRow_built();
            case PUSHED -> Messages.BuildRow_pushed();
            case PUBLISHED -> Messages.TargetState_published();
        };
    }
}
