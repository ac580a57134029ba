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
import jenkins.model.Jenkins;
import jenkins.model.TransientActionFactory;

/** The charts on the page of a job: how long each platform took, and how large its image was, over the last builds. */
public final class PlatformTrends extends InvisibleAction {

    /** Each may have to be read from disk for the page of the job. */
    private static final int MOST_BUILDS = 30;

    private static final double MEBIBYTE = 1024 * 1024;

    private final Job<?, ?> job;

    private PlatformTrends(Job<?, ?> job) {
        this.job = job;
    }

    /** In seconds. */
    public PlatformTrend getDurations() {
        return new PlatformTrend(this::history, build -> Math.round(build.getDurationMillis() / 100.0) / 10.0);
    }

    /** Compressed, in MiB. */
    public PlatformTrend getSizes() {
        return new PlatformTrend(
                this::history, build -> Math.round(build.getCompressedSize() / MEBIBYTE * 100) / 100.0);
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
