package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.bake.BakeObstacles;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How this machine builds the targets of a bake file.
 *
 * @param jobs in an order in which they could be done
 * @param obstacles what keeps targets from being built
 */
record BakeBuilds(List<BakeJob> jobs, BakeObstacles obstacles) {

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
