package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.bake.BakeObstacles;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PreparedBuild;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How this machine builds the targets of a bake file.
 *
 * @param jobs in an order in which they could be done
 * @param obstacles what keeps targets from being built
 */
record BakeBuilds(List<BakeJob> jobs, BakeObstacles obstacles) {

    /**
     * Looks at the machine and the Dockerfiles.
     *
     * @param tools those of the machine
     * @param wanted the build tool; empty for the first that will do
     */
    static BakeBuilds plan(BakeRequests requests, BuildTools tools, Optional<BuildTool> wanted) throws IOException {
        BakeObstacles obstacles = new BakeObstacles();
        Map<PlannedTarget, List<BuildRequest>> all = new LinkedHashMap<>();
        requests.plan().targets().forEach(target -> all.put(target, requests.of(target, obstacles)));
        boolean withoutTool = wanted.equals(Optional.of(BuildTool.JIB));
        LocalPlanner planner = new LocalPlanner(
                withoutTool ? tools : wanted.map(tools::only).orElse(tools),
                all.values().stream()
                        .flatMap(List::stream)
                        .map(BuildRequest::platform)
                        .toList());
        List<BakeJob> jobs = new ArrayList<>();
        for (PlannedTarget target : all.keySet()) {
            List<PlannedBuild> withoutMachine = new ArrayList<>();
            for (BuildRequest request : all.get(target)) {
                PlannedBuild build;
                try {
                    Optional<Recipe> recipe = withoutTool || wanted.isEmpty()
                            ? LocalRecipe.find(request, target.target().inlineDockerfile(), withoutTool)
                            : Optional.empty();
                    build = withoutTool
                            ? PlannedBuild.withoutMachine(request, recipe.orElseThrow())
                            : planner.plan(request, recipe);
                } catch (IllegalArgumentException e) {
                    obstacles.add(target.name(), e.getMessage());
                    continue;
                }
                if (build.needsNoMachine()) {
                    withoutMachine.add(build);
                } else {
                    check(target, build, tools, wanted, obstacles);
                    jobs.add(new BakeJob(target, List.of(build)));
                }
            }
            if (!withoutMachine.isEmpty()) {
                jobs.add(new BakeJob(target, withoutMachine));
            }
        }
        return new BakeBuilds(jobs, obstacles);
    }

    private static void check(
            PlannedTarget target,
            PlannedBuild build,
            BuildTools tools,
            Optional<BuildTool> wanted,
            BakeObstacles obstacles) {
        if (!build.isPossible()) {
            obstacles.add(target.name(), "This machine cannot build " + build.check());
            return;
        }
        try {
            PreparedBuild.requireTool(build.request(), tools, wanted);
        } catch (IllegalStateException e) {
            obstacles.add(target.name(), e.getMessage());
        }
    }

    /** One row for each platform of each target. */
    TextTable table() {
        TextTable table = new TextTable("TARGET", "PLATFORM", "BUILT", "WHY");
        for (BakeJob job : jobs) {
            for (PlannedBuild build : job.builds()) {
                table.row(job.target().name(), build.request().platform().toString(), build.mode(), build.reason());
            }
        }
        return table;
    }

    /** @throws IllegalStateException naming everything that keeps a target from being built */
    void requirePossible() {
        obstacles.requireNone();
    }

    /** Every image that is pushed, or read without a build tool. */
    Set<ImageReference> images() {
        Set<ImageReference> images = new TreeSet<>(Comparator.comparing(ImageReference::toString));
        for (BakeJob job : jobs) {
            job.target().indexes().forEach(index -> images.add(index.image()));
            for (PlannedBuild build : job.builds()) {
                images.add(build.request().image());
                build.recipe().ifPresent(recipe -> images.addAll(recipe.images(build.request())));
            }
        }
        return images;
    }
}
