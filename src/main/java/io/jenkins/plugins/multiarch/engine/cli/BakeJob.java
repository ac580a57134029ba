package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The part of a target that is built in one go: one platform, or all platforms that need no machine, because these share
 * most of the work.
 *
 * @param builds at least one
 */
record BakeJob(PlannedTarget target, List<PlannedBuild> builds) {

    BakeJob {
        builds = List.copyOf(builds);
    }

    boolean needsNoMachine() {
        return builds.get(0).needsNoMachine();
    }

    List<BuildRequest> requests() {
        return builds.stream().map(PlannedBuild::request).toList();
    }

    private List<Platform> platforms() {
        return requests().stream().map(BuildRequest::platform).toList();
    }

    /** Whether it needs an image of the other one. */
    boolean isBuiltOn(BakeJob other) {
        return target.target().bases().containsValue(other.target().name())
                && platforms().stream().anyMatch(other.platforms()::contains);
    }

    /** For people to read: {@code app linux/arm64}. */
    @Override
    public String toString() {
        return target.name() + " "
                + platforms().stream().map(Platform::toString).collect(Collectors.joining(","));
    }
}
