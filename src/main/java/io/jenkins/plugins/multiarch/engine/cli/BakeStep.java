package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.bake.TargetIndex;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import java.util.List;
import java.util.Optional;

/** A piece of work on a target of a bake file. */
sealed interface BakeStep {

    PlannedTarget target();

    /** Builds and pushes platform images. */
    record Build(BakeJob job) implements BakeStep {
        @Override
        public PlannedTarget target() {
            return job.target();
        }
    }

    /** Publishes the index of a target in one repository. */
    record Publication(PlannedTarget target, TargetIndex index) implements BakeStep {}

    /**
     * What came of one.
     *
     * @param images of a build that pushes
     * @param index of a publication
     */
    record Result(List<BuiltImage> images, Optional<PublishedIndex> index) {}
}
