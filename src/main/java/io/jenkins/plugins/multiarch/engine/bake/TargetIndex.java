package io.jenkins.plugins.multiarch.engine.bake;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;

/**
 * The index of a target in one of its repositories.
 *
 * @param image the repository, with the first tag
 * @param tags the further tags
 */
public record TargetIndex(ImageReference image, List<String> tags) {

    public TargetIndex {
        tags = List.copyOf(tags);
    }
}
