package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.provenance.ResolvedBaseImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stage that has been worked off.
 *
 * @param from the image that it begins with, or the stage that it begins with does; empty for none
 * @param base layers of the image that it begins with
 * @param layers those that were made on top
 * @param arguments what {@code ARG} has set
 */
record BuiltStage(
        FileTree tree,
        ImageSettings settings,
        Optional<ResolvedBaseImage> from,
        List<BaseLayer> base,
        List<Layer> layers,
        Map<String, String> arguments) {

    BuiltStage {
        base = List.copyOf(base);
        layers = List.copyOf(layers);
        arguments = Map.copyOf(arguments);
    }
}
