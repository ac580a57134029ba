package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.bake.BakeObstacles;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PreparedBuild;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plans how this machine builds the targets of a bake file, from what it can do and what the Dockerfiles are.
 *
 * @param tools those of the machine
 * @param wanted the build tool; empty for the first that will do
 */
record BakePlanner(BuildTools tools, Optional<BuildTool> wanted) {

    /** Plans all of it; what is not possible is among the obstacles. */
    BakeBuilds plan(BakeRequests requests) {
        BakeObstacles obstacles = new BakeObstacles();
        Map<PlannedTarget, List<BuildRequest>> all = new LinkedHashMap<>();
        requests.plan().targets().forEach(target -> all.put(target, requests.of(target, obstacles)));
        LocalPlanner machine = new LocalPlanner(
                isWithoutTool() ? tools : wanted.map(tools::only).orElse(tools),
                all.values().stream()
                        .flatMap(List::stream)
                        .map(BuildRequest::platform)
                        .toList());
        List<BakeJob> jobs = new ArrayList<>();
        all.forEach((target, platforms) -> {
            List<PlannedBuild> builds = new ArrayList<>();
            for (BuildRequest request : platforms) {
                try {
                    builds.add(plan(target, request, machine));
                } catch (IllegalArgumentException | IOException e) {
                    obstacles.add(target.name(), e.getMessage());
                }
            }
            builds.forEach(build -> check(target, build, obstacles));
            jobs.addAll(jobs(target, builds));
        });
        return new BakeBuilds(jobs, obstacles);
    }

    private boolean isWithoutTool() {
        return wanted.equals(Optional.of(BuildTool.JIB));
    }

    private PlannedBuild plan(PlannedTarget target, BuildRequest request, LocalPlanner machine) throws IOException {
        Optional<Recipe> recipe = isWithoutTool() || wanted.isEmpty()
                ? LocalRecipe.find(request, target.target().inlineDockerfile(), isWithoutTool())
                : Optional.empty();
        return isWithoutTool()
                ? PlannedBuild.withoutMachine(request, recipe.orElseThrow())
                : machine.plan(request, recipe);
    }

    private void check(PlannedTarget target, PlannedBuild build, BakeObstacles obstacles) {
        if (!build.isPossible()) {
            obstacles.add(target.name(), "This machine cannot build " + build.check());
        } else if (!build.needsNoMachine()) {
            try {
                PreparedBuild.requireTool(build.request(), tools, wanted);
            } catch (IllegalStateException e) {
                obstacles.add(target.name(), e.getMessage());
            }
        }
    }

    private static List<BakeJob> jobs(PlannedTarget target, List<PlannedBuild> builds) {
        List<BakeJob> jobs = new ArrayList<>();
        List<PlannedBuild> withoutMachine =
                builds.stream().filter(PlannedBuild::needsNoMachine).toList();
        builds.stream()
                .filter(build -> !build.needsNoMachine())
                .forEach(build -> jobs.add(new BakeJob(target, List.of(build))));
        if (!withoutMachine.isEmpty()) {
            jobs.add(new BakeJob(target, withoutMachine));
        }
        return jobs;
    }
}
