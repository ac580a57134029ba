package io.jenkins.plugins.multiarch.report;

import hudson.Functions;
import hudson.Util;
import hudson.model.Computer;
import jenkins.model.Jenkins;

/** A {@link PlatformBuild} as a page shows it. */
public final class BuildRow {

    private static final int SHORT_DIGEST = "sha256:".length() + 10;

    private final PlatformBuild build;
    private final long longest;

    /** @param longest the longest duration of those it is shown with, in milliseconds */
    BuildRow(PlatformBuild build, long longest) {
        this.build = build;
        this.longest = longest;
    }

    public PlatformBuild getBuild() {
        return build;
    }

    public String getStateText() {
        return switch (build.getState()) {
            case PUSHED -> Messages.BuildRow_pushed();
            case BUILT -> Messages.BuildRow_built();
            case FAILED -> Messages.BuildRow_failed();
            case STOPPED -> Messages.BuildRow_stopped();
        };
    }

    public String getIcon() {
        return switch (build.getState()) {
            case PUSHED, BUILT -> "symbol-status-blue";
            case FAILED -> "symbol-status-red";
            case STOPPED -> "symbol-status-aborted";
        };
    }

    /** As much of a digest as people need to tell it apart. */
    static String shortDigest(String digest) {
        return digest.length() <= SHORT_DIGEST ? digest : digest.substring(0, SHORT_DIGEST) + "…";
    }

    public String getShortDigest() {
        return shortDigest(build.getDigest());
    }

    public String getSizeText() {
        if (build.getCompressedSize() > 0) {
            return Functions.humanReadableByteSize(build.getCompressedSize());
        }
        return build.getDigest().isEmpty() ? "" : Messages.BuildRow_unknown();
    }

    public String getModeText() {
        if (build.getTool().isEmpty()) {
            return "";
        }
        if (build.isMadeWithoutMachine()) {
            return Messages.BuildRow_withoutMachine();
        }
        return build.isEmulated() ? Messages.BuildRow_emulated() : Messages.BuildRow_native();
    }

    /** The address of its agent below that of Jenkins; null if the agent is gone. */
    public String getAgentUrl() {
        if (build.getNode().isEmpty()) {
            return null;
        }
        Computer computer = Jenkins.get().getComputer(build.getNode());
        if (computer == null && build.getNode().equals("built-in")) {
            computer = Jenkins.get().getComputer("");
        }
        return computer == null ? null : computer.getUrl();
    }

    public String getDurationText() {
        return build.getDurationMillis() > 0 ? Util.getTimeSpanString(build.getDurationMillis()) : "";
    }

    /** Its duration in percent of the longest. */
    public long getBar() {
        return longest <= 0 ? 0 : Math.max(1, Math.min(100, build.getDurationMillis() * 100 / longest));
    }

    public String getCacheText() {
        if (build.getSteps() > 0) {
            return Messages.BuildRow_cached(build.getCachedSteps(), build.getSteps());
        }
        return build.isSuccess() ? Messages.BuildRow_unknown() : "";
    }
}
