package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.bake.BakeAnnotations;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.bake.PublishMode;
import io.jenkins.plugins.multiarch.engine.bake.TargetIndex;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.threads.DependentWork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Builds the targets of a bake file and publishes them.
 *
 * @param push whether anything is published
 * @param atOnce how many builds there are at the same time
 * @param failFast whether a failure stops everything, or only what needs it
 */
record BakeRun(
        LocalBuilder builder, BakeBuilds builds, boolean push, PublishMode publish, int atOnce, boolean failFast) {

    /** They wait for registries, not for this machine. */
    private static final int PUBLISHED_AT_ONCE = 8;

    /** Does all of it; what has failed is part of the result. */
    BakeResult run() throws IOException {
        List<BakeStep> building = new ArrayList<>();
        builds.jobs().forEach(job -> building.add(new BakeStep.Build(job)));
        List<BakeStep> publishing = push ? publications() : List.of();
        if (publish == PublishMode.EACH) {
            List<BakeStep> all = new ArrayList<>(building);
            all.addAll(publishing);
            return inOrder(all);
        }
        BakeResult built = inOrder(building);
        if (built.hasFailed() || publishing.isEmpty()) {
            return built;
        }
        // All of them have their images, so one that fails is no reason to stop another.
        return built.and(
                publishing,
                new DependentWork(PUBLISHED_AT_ONCE, false)
                        .run(publishing, step -> List.of(), (step, none) -> work(step, built.done())));
    }

    /** Each as soon as those that it needs are done. */
    private BakeResult inOrder(List<BakeStep> steps) throws IOException {
        return new BakeResult(
                steps,
                new DependentWork(atOnce, failFast)
                        .run(
                                steps,
                                step -> steps.stream()
                                        .filter(other -> needs(step, other))
                                        .toList(),
                                this::work));
    }

    private List<BakeStep> publications() {
        List<BakeStep> publications = new ArrayList<>();
        builds.jobs().stream()
                .map(BakeJob::target)
                .distinct()
                .forEach(target ->
                        target.indexes().forEach(index -> publications.add(new BakeStep.Publication(target, index))));
        return publications;
    }

    private static boolean needs(BakeStep step, BakeStep other) {
        if (!(other instanceof BakeStep.Build base)) {
            return false;
        }
        return step instanceof BakeStep.Build build
                ? build.job().isBuiltOn(base.job())
                : step.target().equals(base.target());
    }

    private BakeStep.Result work(BakeStep step, Map<BakeStep, BakeStep.Result> done) throws Exception {
        return step instanceof BakeStep.Build build
                ? new BakeStep.Result(build(build.job(), done), Optional.empty())
                : new BakeStep.Result(
                        List.of(),
                        Optional.of(publish(
                                step.target(),
                                ((BakeStep.Publication) step).index(),
                                images(step.target().name(), done))));
    }

    private static List<BuiltImage> images(String target, Map<BakeStep, BakeStep.Result> done) {
        return done.entrySet().stream()
                .filter(entry -> entry.getKey().target().name().equals(target))
                .flatMap(entry -> entry.getValue().images().stream())
                .toList();
    }

    private List<BuiltImage> build(BakeJob job, Map<BakeStep, BakeStep.Result> done)
            throws IOException, InterruptedException {
        LocalBuilder own = builder.logging(log(job.toString()));
        List<BuildRequest> requests = job.requests().stream()
                .map(request -> request.insecure(
                        builder.access().isInsecure(request.image().registry())))
                .toList();
        String files = job.target().target().exportTo();
        Optional<Path> exportTo = files.isEmpty() ? Optional.empty() : Optional.of(Path.of(files));
        if (job.needsNoMachine()) {
            return own.buildWithoutTool(requests, job.builds().get(0).recipe().orElseThrow(), exportTo);
        }
        Map<String, ImageReference> bases = bases(job, done);
        BuildRequest request = BakeRequests.withBases(requests.get(0), bases);
        request = request.with(request.features()
                .withInsecureRegistries(bases.values().stream()
                        .map(ImageReference::registry)
                        .filter(builder.access()::isInsecure)
                        .collect(Collectors.toSet())));
        return own.build(request, job.target().target().inlineDockerfile(), exportTo).stream()
                .toList();
    }

    /** The images that it builds on, for its own platform and by digest. */
    private static Map<String, ImageReference> bases(BakeJob job, Map<BakeStep, BakeStep.Result> done) {
        Platform platform = job.requests().get(0).platform();
        Map<String, ImageReference> bases = new LinkedHashMap<>();
        job.target()
                .target()
                .bases()
                .forEach((name, base) -> images(base, done).stream()
                        .filter(built -> built.image().descriptor().platform().equals(Optional.of(platform)))
                        .forEach(built -> bases.put(name, built.image().reference())));
        return bases;
    }

    private PublishedIndex publish(PlannedTarget target, TargetIndex index, List<BuiltImage> images)
            throws IOException {
        BakeAnnotations annotations = target.target().annotations();
        IndexRequest.Builder request = IndexRequest.builder(index.image())
                .tags(index.tags())
                .sources(images.stream().map(BuiltImage::source).toList())
                .annotations(annotations.index());
        annotations
                .entries()
                .forEach((platform, entries) -> request.platformAnnotations(Platform.parse(platform), entries));
        Consumer<String> log = log(target.name());
        return new IndexPublisher(new Registry(builder.access(), log), log).publish(request.build());
    }

    private Consumer<String> log(String name) {
        return line -> builder.log().accept("[" + name + "] " + line);
    }
}
