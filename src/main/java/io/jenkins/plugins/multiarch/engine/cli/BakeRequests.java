package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.bake.BakeObstacles;
import io.jenkins.plugins.multiarch.engine.bake.BakePlan;
import io.jenkins.plugins.multiarch.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.build.BuildCache;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What to build for the targets of a bake file: a request for each platform of each.
 *
 * @param push whether anything is pushed
 * @param secrets the ids of those that were given
 * @param ssh file with a private key, {@code default} for the user's SSH agent; empty for none
 * @param cache what the repositories for build caches begin with; empty for the caches of the bake file
 */
record BakeRequests(BakePlan plan, boolean push, Set<String> secrets, String ssh, String cache) {

    /**
     * The requests of a target, with names in place of the images that it builds on.
     *
     * @param obstacles gets what keeps it from being built
     * @return none if there is an obstacle
     */
    List<BuildRequest> of(PlannedTarget planned, BakeObstacles obstacles) {
        Map<String, String> bases = new LinkedHashMap<>();
        planned.target()
                .bases()
                .forEach((name, base) -> bases.put(name, "docker-image://" + plan.image(plan.target(base))));
        try {
            check(planned);
            return planned.platforms().stream()
                    .map(platform -> withBases(request(planned, Platform.parse(platform)), bases))
                    .toList();
        } catch (IllegalArgumentException e) {
            obstacles.add(planned.name(), e.getMessage());
            return List.of();
        }
    }

    /** @param bases name of a build context to where the image is that it is */
    static BuildRequest withBases(BuildRequest request, Map<String, String> bases) {
        Map<String, String> contexts = new LinkedHashMap<>(request.features().contexts());
        contexts.putAll(bases);
        return request.with(request.features().withContexts(contexts));
    }

    private void check(PlannedTarget planned) {
        BakeTarget target = planned.target();
        for (String id : target.secrets()) {
            if (!secrets.contains(id)) {
                throw new IllegalArgumentException(
                        "It needs the secret '" + id + "'. Give it with --secret id=" + id + ",src=FILE.");
            }
        }
        if (target.ssh() && ssh.isEmpty()) {
            throw new IllegalArgumentException("It needs SSH. Give it with --ssh default, or --ssh default=KEY.");
        }
        BuildDirectories.requireContext(target.context());
        if (target.inlineDockerfile().isEmpty()) {
            BuildDirectories.requireDockerfile(target.context(), target.dockerfile());
        }
        if (!target.exportTo().isEmpty()) {
            planned.platforms()
                    .forEach(platform -> BuildDirectories.requireRoomForExport(
                            Path.of(target.exportTo()), Platform.parse(platform)));
        }
    }

    private BuildRequest request(PlannedTarget planned, Platform platform) {
        BakeTarget target = planned.target();
        BuildRequest request = new BuildRequest(
                plan.image(planned),
                platform,
                target.context(),
                target.inlineDockerfile().isEmpty() ? target.dockerfile() : inlineName(target),
                target.stage(),
                target.args(),
                target.labels(),
                target.noCache(),
                target.pull(),
                "",
                push && planned.isPushed(),
                false,
                features(planned));
        // Refuses a tag that is too long once the platform is part of it.
        request.platformTag();
        return request;
    }

    /** The name of its file; tools keep layers by it. */
    private static String inlineName(BakeTarget target) {
        return target.name().replaceAll("[^A-Za-z0-9_-]", "_") + ".Dockerfile";
    }

    private BuildFeatures features(PlannedTarget planned) {
        BakeTarget target = planned.target();
        Map<String, String> ids = new LinkedHashMap<>();
        target.secrets().forEach(id -> ids.put(id, ""));
        boolean ownCaches = cache.isEmpty();
        return new BuildFeatures(
                        ids,
                        ssh,
                        ownCaches ? target.cacheFrom() : List.of(),
                        ownCaches && push ? target.cacheTo() : List.of(),
                        BuildDirectories.absolute(target.contexts()),
                        target.provenance(),
                        false,
                        target.options())
                .withSbom(target.sbom())
                .withCache(
                        ownCaches
                                ? BuildCache.NONE
                                : BuildCache.of(ImageReference.parse(planned.cacheRepository(cache)), List.of()))
                .withArchive(planned.isBase() && !push)
                .withExport(!target.exportTo().isEmpty());
    }

    /** The given secrets that no target names. */
    Set<String> unusedSecrets() {
        Set<String> unused = new LinkedHashSet<>(secrets);
        plan.targets().forEach(planned -> unused.removeAll(planned.target().secrets()));
        return unused;
    }
}
