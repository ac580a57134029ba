package io.jenkins.plugins.multiarch.report;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/** What a run has planned, built and pushed for one repository, or for one target of a bake file; for pages. */
public final class ImageReport {

    private final String name;
    private final List<RecordedRequest> requests = new ArrayList<>();
    private final List<RecordedPlan> plans = new ArrayList<>();
    private final List<PlatformBuild> builds = new ArrayList<>();
    private final List<RecordedIndex> indexes = new ArrayList<>();
    private final List<FailedPush> failedPushes = new ArrayList<>();

    ImageReport(String name) {
        this.name = name;
    }

    /** One for each repository, in the order in which they come up first; without what is of a target. */
    static List<ImageReport> of(MultiArchBuildAction action) {
        return group(
                action,
                (target, reference) ->
                        target.isEmpty() ? ImageReference.parse(reference).name() : "");
    }

    /** One for each target of which there is something, in the order in which they come up first. */
    static List<ImageReport> ofTargets(MultiArchBuildAction action) {
        return group(action, (target, reference) -> target);
    }

    /** @param name of target and reference to the name of the report; empty for none */
    private static List<ImageReport> group(MultiArchBuildAction action, BinaryOperator<String> name) {
        Map<String, ImageReport> reports = new LinkedHashMap<>();
        BiFunction<String, String, ImageReport> report =
                (target, reference) -> reports.computeIfAbsent(name.apply(target, reference), ImageReport::new);
        action.getRequests()
                .forEach(request -> report.apply(request.getBakeTarget(), request.getImage())
                        .requests
                        .add(request));
        action.getPlans()
                .forEach(plan -> report.apply(plan.getBakeTarget(), plan.getImage())
                        .plans
                        .add(plan));
        action.getBuilds()
                .forEach(build -> report.apply(build.getBakeTarget(), build.getImage())
                        .builds
                        .add(build));
        action.getIndexes()
                .forEach(index -> report.apply(index.getBakeTarget(), index.getReference())
                        .indexes
                        .add(index));
        action.getFailedPushes()
                .forEach(failed -> report.apply(failed.getBakeTarget(), failed.getImage())
                        .failedPushes
                        .add(failed));
        reports.remove("");
        return List.copyOf(reports.values());
    }

    /** {@code registry/repository}, or the name of the target. */
    public String getName() {
        return name;
    }

    public List<IndexRow> getIndexes() {
        return indexes.stream().map(IndexRow::new).toList();
    }

    /** What was asked for. */
    public List<RecordedRequest> getRequests() {
        return List.copyOf(requests);
    }

    public List<RecordedPlan> getPlans() {
        return List.copyOf(plans);
    }

    /** Every platform that was built or could not be, in the order of the plan. */
    public List<BuildRow> getRows() {
        List<String> order = plans.stream().map(RecordedPlan::getPlatform).toList();
        long longest = builds.stream()
                .mapToLong(PlatformBuild::getDurationMillis)
                .max()
                .orElse(0);
        return builds.stream()
                .sorted(Comparator.comparingInt(build -> order.indexOf(build.getPlatform())))
                .map(build -> new BuildRow(build, longest))
                .toList();
    }

    /** Those of the rows that have no image. */
    public List<BuildRow> getFailures() {
        return getRows().stream().filter(row -> !row.getBuild().isSuccess()).toList();
    }

    public List<FailedPush> getFailedPushes() {
        return List.copyOf(failedPushes);
    }

    /** The plans of what nothing can build. */
    public List<RecordedPlan> getImpossible() {
        return plans.stream().filter(RecordedPlan::isImpossible).toList();
    }

    /** How many things went wrong; a platform that was stopped for another's sake is none. */
    public long getProblemCount() {
        return builds.stream()
                        .filter(build -> build.getState() == PlatformBuild.State.FAILED)
                        .count()
                + getImpossible().size()
                + failedPushes.size();
    }

    /** The platforms that have an image, for a list in a sentence. */
    public String getPlatforms() {
        return getRows().stream()
                .filter(row -> row.getBuild().isSuccess())
                .map(row -> row.getBuild().getPlatform())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** Platform to the last that became of it, in the order of the plan. */
    Map<String, PlatformBuild> latest() {
        Map<String, PlatformBuild> latest = new LinkedHashMap<>();
        getRows().forEach(row -> latest.put(row.getBuild().getPlatform(), row.getBuild()));
        return latest;
    }

    /** Whether an index could not be pushed, and was not pushed later on. */
    boolean isUnpublished() {
        return failedPushes.stream()
                .map(failed -> ImageReference.parse(failed.getImage()).name())
                .anyMatch(repository ->
                        indexes.stream().noneMatch(index -> index.getImage().equals(repository)));
    }

    /** Whether it was built under several tags, so that a row must say which. */
    public boolean isSeveral() {
        return builds.stream().map(PlatformBuild::getImage).distinct().count() > 1;
    }
}
