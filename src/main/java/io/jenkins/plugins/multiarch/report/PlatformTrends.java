package io.jenkins.plugins.multiarch.report;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.InvisibleAction;
import hudson.model.Job;
import hudson.model.Run;
import java.util.Collection;
import java.util.LinkedList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import jenkins.model.Jenkins;
import jenkins.model.TransientActionFactory;

/** The charts on the page of a job: how long each platform took, and how large its image was, over the last builds. */
public final class PlatformTrends extends InvisibleAction {

    /** Each may have to be read from disk for the page of the job. */
    private static final int MOST_BUILDS = 30;

    private static final double MEBIBYTE = 1024 * 1024;

    /** In seconds. */
    private static final PlatformNumbers DURATIONS =
            new PlatformNumbers(build -> Math.round(build.getDurationMillis() / 100.0) / 10.0);

    /** Compressed, in MiB. */
    private static final PlatformNumbers SIZES =
            new PlatformNumbers(build -> Math.round(build.getCompressedSize() / MEBIBYTE * 100) / 100.0);

    private final Job<?, ?> job;

    private PlatformTrends(Job<?, ?> job) {
        this.job = job;
    }

    /** Of the images outside of {@code multiArchBake}. */
    public PlatformTrend getDurations() {
        return new PlatformTrend(this::history, DURATIONS::ofImages);
    }

    public PlatformTrend getSizes() {
        return new PlatformTrend(this::history, SIZES::ofImages);
    }

    /** Of the targets of {@code multiArchBake}, as many as a chart can show. */
    public PlatformTrend getTargetDurations() {
        return new PlatformTrend(this::history, DURATIONS::ofTargets, TargetReports.FEW);
    }

    public PlatformTrend getTargetSizes() {
        return new PlatformTrend(this::history, SIZES::ofTargets, TargetReports.FEW);
    }

    /** Of the platforms of one target. */
    public PlatformTrend durationsOf(String target) {
        return new PlatformTrend(this::history, run -> DURATIONS.ofTarget(target, run));
    }

    public PlatformTrend sizesOf(String target) {
        return new PlatformTrend(this::history, run -> SIZES.ofTarget(target, run));
    }

    /** The names of the targets that the last builds have built. */
    public SortedSet<String> getTargets() {
        SortedSet<String> names = new TreeSet<>();
        history().forEach(run -> run.getTargetReports().getAll().forEach(target -> names.add(target.getName())));
        return names;
    }

    /** How many targets a chart has at most. */
    public int getMostTargets() {
        return TargetReports.FEW;
    }

    private List<MultiArchBuildAction> history() {
        LinkedList<MultiArchBuildAction> history = new LinkedList<>();
        Run<?, ?> run = job.getLastCompletedBuild();
        for (int read = 0; run != null && read < MOST_BUILDS; read++) {
            MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);
            if (action != null) {
                history.addFirst(action);
            }
            run = run.getPreviousCompletedBuild();
        }
        return history;
    }

    /** Adds the charts to the jobs that have built an image, if the ECharts API plugin is installed. */
    @Extension
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<Job> {

        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull Job job) {
            return Jenkins.get().getPlugin("echarts-api") != null && BuiltImages.of(job)
                    ? List.of(new PlatformTrends((Job<?, ?>) job))
                    : List.of();
        }
    }
}
