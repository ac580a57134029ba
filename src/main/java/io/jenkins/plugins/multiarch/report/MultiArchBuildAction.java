package io.jenkins.plugins.multiarch.report;

import hudson.model.Api;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * What a run has planned, built and pushed: a section of its page, a page of its own, and a part of its remote API. Steps
 * read and write it by a {@link RunRecord}.
 */
@ExportedBean
public final class MultiArchBuildAction implements RunAction2 {

    static final String URL = "multiarch";

    /** Of every {@code multiArchBuild} of which each platform has succeeded, and no other. */
    private List<PlatformImage> images = new ArrayList<>();

    // Null in records that an older version has saved.
    private List<RecordedTarget> targets;
    private List<RecordedRequest> requests;
    private List<RecordedPlan> plans;
    private List<PlatformBuild> builds;
    private List<RecordedIndex> indexes;
    private List<FailedPush> failedPushes;

    private transient Run<?, ?> run;

    @Override
    public void onAttached(Run<?, ?> attached) {
        run = attached;
    }

    @Override
    public void onLoad(Run<?, ?> loaded) {
        run = loaded;
    }

    @Override
    public String getIconFileName() {
        return "symbol-cube";
    }

    @Override
    public String getDisplayName() {
        return Messages.MultiArchBuildAction_displayName();
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    public Api getApi() {
        return new Api(this);
    }

    /** Whose record it is. */
    public Run<?, ?> getRun() {
        return run;
    }

    /** The platform images that {@code pushManifestList} takes by default, in the order recorded. */
    @Exported
    public synchronized List<PlatformImage> getImages() {
        return List.copyOf(images);
    }

    /** The targets of every {@code multiArchBake}, each after those that it builds on. */
    @Exported(visibility = 2)
    public synchronized List<RecordedTarget> getTargets() {
        return targets == null ? List.of() : List.copyOf(targets);
    }

    /** What every {@code multiArchBuild} was asked for, in the order of their plans. */
    @Exported(visibility = 2)
    public synchronized List<RecordedRequest> getRequests() {
        return requests == null ? List.of() : List.copyOf(requests);
    }

    /** The plans of every {@code multiArchBuild}, line by line, in the order made. */
    @Exported(visibility = 2)
    public synchronized List<RecordedPlan> getPlans() {
        return plans == null ? List.of() : List.copyOf(plans);
    }

    /** Every platform that was built or could not be, in the order they ended. */
    @Exported(visibility = 2)
    public synchronized List<PlatformBuild> getBuilds() {
        List<PlatformBuild> known = builds == null ? List.of() : builds;
        List<PlatformBuild> all = new ArrayList<>();
        for (PlatformImage image : images) { // an older version has recorded nothing else
            if (known.stream().noneMatch(build -> build.getDigest().equals(image.getDigest()))) {
                all.add(PlatformBuild.succeeded(
                        ImageReference.parse(image.getReference()).name(), image));
            }
        }
        all.addAll(known);
        return all;
    }

    /** The indexes that were pushed, in that order. */
    @Exported(visibility = 2)
    public synchronized List<RecordedIndex> getIndexes() {
        return indexes == null ? List.of() : List.copyOf(indexes);
    }

    /** The indexes that could not be pushed. */
    @Exported(visibility = 2)
    public synchronized List<FailedPush> getFailedPushes() {
        return failedPushes == null ? List.of() : List.copyOf(failedPushes);
    }

    /** What was built by {@code multiArchBake}, by target, for the pages. */
    public TargetReports getTargetReports() {
        return TargetReports.of(this);
    }

    /** Everything else by repository, for the pages. */
    public List<ImageReport> getReports() {
        return ImageReport.of(this);
    }

    /** The platform images of this repository, the latest of each platform. */
    public synchronized List<PlatformImage> of(ImageReference image) {
        Map<String, PlatformImage> latest = new LinkedHashMap<>();
        images.stream()
                .filter(built ->
                        ImageReference.parse(built.getReference()).name().equals(image.name()))
                .forEach(built -> latest.put(built.getPlatform(), built));
        return List.copyOf(latest.values());
    }

    synchronized void addImages(List<PlatformImage> more) {
        images = plus(images, more);
    }

    synchronized void addTargets(List<RecordedTarget> more) {
        Map<String, RecordedTarget> all = new LinkedHashMap<>();
        getTargets().forEach(target -> all.put(target.getName(), target));
        more.forEach(target -> all.merge(target.getName(), target, RecordedTarget::with));
        targets = new ArrayList<>(all.values());
    }

    /** The target that is published under one of these tags; empty if there is none. */
    synchronized String targetOf(String repository, List<String> tags) {
        return getTargets().stream()
                .filter(target -> target.isPublishedAs(repository, tags))
                .map(RecordedTarget::getName)
                .findFirst()
                .orElse("");
    }

    synchronized void addRequest(RecordedRequest request) {
        requests = plus(requests, List.of(request));
    }

    synchronized void addPlan(List<RecordedPlan> more) {
        plans = plus(plans, more);
    }

    synchronized void addBuild(PlatformBuild build) {
        builds = plus(without(builds, build::isAgain), List.of(build));
    }

    synchronized void addIndex(RecordedIndex index) {
        indexes = plus(without(indexes, index::isAgain), List.of(index));
    }

    /** A step that a restart has cut short runs again, and tells once more what it has told. */
    private static <T> List<T> without(List<T> some, Predicate<T> again) {
        return some == null ? List.of() : some.stream().filter(again.negate()).toList();
    }

    synchronized void addFailedPush(FailedPush failed) {
        failedPushes = plus(failedPushes, List.of(failed));
    }

    /** A new list every time: the run may be saved by another thread at the same moment. */
    private static <T> List<T> plus(List<T> some, List<T> more) {
        List<T> all = new ArrayList<>(some == null ? List.of() : some);
        all.addAll(more);
        return all;
    }
}
