package io.jenkins.plugins.multiarch.report;

import hudson.BulkChange;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.engine.build.CacheUse;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.ImageIndex;
import io.jenkins.plugins.multiarch.engine.index.IndexFormat;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Records on a run what a build of {@value #IMAGE} leaves there. */
final class Sample {

    static final String NAME = "registry.example.com/team/app";
    static final String IMAGE = NAME + ":1.0";

    /** What a browser would run if it were not shown as text. */
    static final String SCRIPT =
            "<script>window.hacked='script'</script>\"><img src=x onerror=\"window.hacked='image'\">";

    private Sample() {}

    static String digest(String content) {
        return Digest.ofSha256(content.getBytes(StandardCharsets.UTF_8)).toString();
    }

    static PlatformImage image(String platform, String node, boolean emulated, long seconds, long size) {
        String digest = digest(platform);
        return new PlatformImage(
                platform,
                NAME + "@" + digest,
                digest,
                482,
                Manifest.OCI_MANIFEST,
                "1.0-" + platform.replace('/', '-'),
                node,
                emulated,
                "buildah",
                seconds * 1000,
                size,
                emulated ? CacheUse.UNKNOWN : new CacheUse(5, 2));
    }

    static PlatformImage notPushed(String platform, long seconds) {
        return attempt(platform, "builder", "buildah", seconds);
    }

    static RecordedRequest request() {
        return new RecordedRequest(
                IMAGE,
                "",
                new TreeMap<>(Map.of(
                        "buildArgs", List.of("GREETING=hello", "NAME=" + SCRIPT),
                        "platforms", List.of("linux/amd64", "linux/arm64", "linux/s390x"))));
    }

    static Plan plan() {
        return new Plan(List.of(
                planned("linux/amd64", PlannedPlatform.Mode.NATIVE, "multiarch-linux-amd64", "2 agents are available"),
                planned("linux/arm64", PlannedPlatform.Mode.NATIVE, "multiarch-linux-arm64", "1 agent is available"),
                planned(
                        "linux/s390x",
                        PlannedPlatform.Mode.EMULATED,
                        "multiarch-qemu-linux-s390x && multiarch-linux-amd64",
                        "there is no native agent")));
    }

    static PlannedPlatform planned(String platform, PlannedPlatform.Mode mode, String label, String reason) {
        return new PlannedPlatform(Platform.parse(platform), mode, label, false, reason, "", false);
    }

    static PublishedIndex index(List<PlatformImage> images, Map<String, String> annotations, List<String> tags) {
        List<Descriptor> members = new ArrayList<>();
        for (PlatformImage image : images) {
            members.add(Descriptor.of(
                    image.getMediaType(),
                    Digest.parse(image.getDigest()),
                    image.getSize(),
                    Platform.parse(image.getPlatform())));
        }
        Manifest manifest = ImageIndex.of(IndexFormat.OCI, members, annotations).toManifest();
        return new PublishedIndex(ImageReference.parse(IMAGE).withDigest(manifest.digest()), tags, manifest);
    }

    /** A build of three platforms and its index. */
    static PublishedIndex success(Run<?, ?> run, String node) throws IOException {
        List<PlatformImage> images = List.of(
                image("linux/amd64", node, false, 12, 3_400_000),
                image("linux/arm64", "gone", false, 20, 3_300_000),
                image("linux/s390x", node, true, 95, 3_500_000));
        new RunRecord(run).addPlan(request(), plan());
        for (PlatformImage image : List.of(images.get(2), images.get(0), images.get(1))) { // as they happen to end
            new RunRecord(run).addBuild(PlatformBuild.succeeded(IMAGE, image));
        }
        new RunRecord(run).addImages(images);
        PublishedIndex index = index(
                images,
                Map.of(
                        "org.opencontainers.image.version", "1.0",
                        "org.opencontainers.image.source", "https://git.example.com/team/app.git"),
                List.of("1.0", "latest"));
        new RunRecord(run).addIndex(index);
        return index;
    }

    /** A build of which one platform failed, another was stopped by that, and a third is pushed. */
    static void failure(Run<?, ?> run, String error, String output) throws IOException {
        new RunRecord(run).addPlan(request(), plan());
        new RunRecord(run)
                .addBuild(PlatformBuild.succeeded(IMAGE, image("linux/amd64", "builder", false, 12, 3_400_000)));
        new RunRecord(run)
                .addBuild(PlatformBuild.failed(
                        IMAGE, false, attempt("linux/arm64", "builder", "podman", 7), error, output));
        new RunRecord(run)
                .addBuild(PlatformBuild.failed(
                        IMAGE, true, attempt("linux/s390x", "", "", 0), "Failed in branch linux/arm64", ""));
    }

    static final List<String> PLATFORMS = List.of("linux/amd64", "linux/arm64", "linux/ppc64le", "linux/s390x");

    /** The repository of a target of {@link #bake}. */
    static String repository(String target) {
        return "registry.example.com/team/" + target;
    }

    /**
     * Targets of a bake file, each for four platforms: {@code base}, which is not published, {@code broken}, of which a
     * platform failed, {@code unbuilt}, and others that are published and called {@code t00}, {@code t01} and so on.
     *
     * @param others how many others
     */
    static void bake(Run<?, ?> run, int others) throws IOException {
        List<String> names = new ArrayList<>(List.of("base", "broken"));
        for (int i = 0; i < others; i++) {
            names.add("t%02d".formatted(i));
        }
        names.add("unbuilt");
        RunRecord record = new RunRecord(run);
        record.addTargets(names.stream()
                .map(name -> new RecordedTarget(
                        name,
                        PLATFORMS,
                        name.equals("base")
                                ? List.of()
                                : List.of(repository(name) + ":1.0", repository(name) + ":latest")))
                .toList());
        try (BulkChange all = new BulkChange(run)) {
            for (int i = 0; i < names.size() - 1; i++) {
                bakeTarget(record, names.get(i), i);
            }
            all.commit();
        }
    }

    private static void bakeTarget(RunRecord record, String target, int seconds) throws IOException {
        ImageReference image = ImageReference.parse(repository(target) + ":1.0");
        record.addPlan(new RecordedRequest(image.toString(), target, Map.of()), plan());
        List<PlatformImage> images = new ArrayList<>();
        for (String platform : PLATFORMS) {
            if (target.equals("broken") && platform.equals("linux/arm64")) {
                record.addBuild(PlatformBuild.failed(
                                image.toString(),
                                false,
                                attempt(platform, "builder", "podman", 7),
                                "No rule",
                                "make: ***")
                        .of(target));
                continue;
            }
            String digest = digest(target + platform);
            PlatformImage built = new PlatformImage(
                    platform,
                    image.name() + "@" + digest,
                    digest,
                    482,
                    Manifest.OCI_MANIFEST,
                    "",
                    "builder",
                    false,
                    "buildah",
                    (10 + seconds) * 1000L,
                    (1 + seconds) * 1024 * 1024L,
                    new CacheUse(5, 2));
            images.add(built);
            record.addBuild(PlatformBuild.succeeded(image.toString(), built).of(target));
        }
        if (target.startsWith("t")) {
            PublishedIndex index = index(images, Map.of(), List.of("1.0", "latest"));
            record.addIndex(new PublishedIndex(
                    image.withDigest(index.manifest().digest()), List.of("1.0", "latest"), index.manifest()));
        }
    }

    private static PlatformImage attempt(String platform, String node, String tool, long seconds) {
        return new PlatformImage(platform, "", "", 0, "", "", node, false, tool, seconds * 1000, 0, CacheUse.UNKNOWN);
    }
}
