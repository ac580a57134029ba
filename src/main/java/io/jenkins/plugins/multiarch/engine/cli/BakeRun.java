package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.bake.BakeAnnotations;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.bake.PublishMode;
import io.jenkins.plugins.multiarch.engine.bake.TargetIndex;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.ImageArchive;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Builds the targets of a bake file and publishes them.
 *
 * @param push whether anything is published; if not, images are handed on to what is built on them in files
 * @param kept an existing directory for these files
 * @param atOnce how many builds there are at the same time
 * @param failFast whether a failure stops everything, or only what needs it
 */
record BakeRun(
        LocalBuilder builder,
        BakeBuilds builds,
        boolean push,
        Path kept,
        PublishMode publish,
        int atOnce,
        boolean failFast) {

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
            Map<Platform, Path> archives = new HashMap<>();
            requests.stream()
                    .filter(request -> request.features().archive())
                    .forEach(request -> archives.put(
                            request.platform(), archive(job.target().name(), request)));
            return own.buildWithoutTool(requests, job.builds().get(0).recipe().orElseThrow(), exportTo, archives);
        }
        BuildRequest request = push ? onImages(job, requests.get(0), done) : onArchives(job, requests.get(0));
        Optional<Path> archive =
                request.features().archive() ? Optional.of(archive(job.target().name(), request)) : Optional.empty();
        return own.build(request, job.target().target().inlineDockerfile(), exportTo, archive).stream()
                .toList();
    }

    /** Where the image of a target is kept for those that are built on it. */
    private Path archive(String target, BuildRequest request) {
        List<String> names = builds.jobs().stream()
                .map(job -> job.target().name())
                .distinct()
                .toList();
        return kept.resolve(names.indexOf(target) + "-" + request.platform().tagSuffix() + ".tar");
    }

    private BuildRequest onArchives(BakeJob job, BuildRequest request) {
        Map<String, String> bases = new LinkedHashMap<>();
        job.target()
                .target()
                .bases()
                .forEach((name, base) ->
                        bases.put(name, new ImageArchive(archive(base, request).toString()).context()));
        return BakeRequests.withBases(request, bases);
    }

    private BuildRequest onImages(BakeJob job, BuildRequest request, Map<BakeStep, BakeStep.Result> done) {
        Map<String, ImageReference> images = bases(job, done);
        Map<String, String> bases = new LinkedHashMap<>();
        images.forEach((name, image) -> bases.put(name, "docker-image://" + image));
        BuildRequest based = BakeRequests.withBases(request, bases);
        return based.with(based.features()
                .withInsecureRegistries(images.values().stream()
                        .map(ImageReference::registry)
                        .filter(builder.access()::isInsecure)
                        .collect(Collectors.toSet())));
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
