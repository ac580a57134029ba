package io.jenkins.plugins.multiarch.report;

import hudson.Util;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What a run has planned, built and pushed for one target of a {@code multiArchBake}; for pages. */
public final class TargetReport {

    private final RecordedTarget target;
    private final ImageReport report;

    TargetReport(RecordedTarget target, ImageReport report) {
        this.target = target;
        this.report = report;
    }

    public String getName() {
        return target.getName();
    }

    /** The id of its section on the page. */
    public String getAnchor() {
        return "target-" + getName();
    }

    /** Everything that is recorded of it. */
    public ImageReport getReport() {
        return report;
    }

    /** That of the last attempt, if there were several. */
    public TargetState getState() {
        Collection<PlatformBuild> builds = report.latest().values();
        if (any(builds, PlatformBuild.State.FAILED)
                || report.isUnpublished()
                || !report.getImpossible().isEmpty()) {
            return TargetState.FAILED;
        }
        if (any(builds, PlatformBuild.State.STOPPED)) {
            return TargetState.STOPPED;
        }
        if (!report.getIndexes().isEmpty()) {
            return TargetState.PUBLISHED;
        }
        if (builds.isEmpty()) {
            return TargetState.NOT_BUILT;
        }
        if (!report.latest().keySet().containsAll(target.getPlatforms())) {
            return TargetState.UNFINISHED;
        }
        return any(builds, PlatformBuild.State.BUILT) ? TargetState.BUILT : TargetState.PUSHED;
    }

    private static boolean any(Collection<PlatformBuild> builds, PlatformBuild.State state) {
        return builds.stream().anyMatch(build -> build.getState() == state);
    }

    public boolean isFailed() {
        return getState() == TargetState.FAILED;
    }

    /** Whether every platform is built. */
    boolean isComplete() {
        Map<String, PlatformBuild> builds = report.latest();
        return builds.keySet().containsAll(target.getPlatforms())
                && builds.values().stream().allMatch(PlatformBuild::isSuccess);
    }

    /** What it is published as, one line for each index: the repository with the tags. */
    public List<String> getPublished() {
        return report.getIndexes().stream().map(IndexRow::getTagged).distinct().toList();
    }

    /** How many platforms are built, and of how many, if some are missing. */
    public String getPlatformCount() {
        Collection<PlatformBuild> builds = report.latest().values();
        long built = builds.stream().filter(PlatformBuild::isSuccess).count();
        long planned = Math.max(builds.size(), target.getPlatforms().size());
        return built == planned ? String.valueOf(built) : Messages.TargetReport_platforms(built, planned);
    }

    /** The time that all its platforms took together; empty if none has got an agent. */
    public String getDurationText() {
        long millis = report.latest().values().stream()
                .mapToLong(PlatformBuild::getDurationMillis)
                .sum();
        return millis > 0 ? Util.getTimeSpanString(millis) : "";
    }
}
