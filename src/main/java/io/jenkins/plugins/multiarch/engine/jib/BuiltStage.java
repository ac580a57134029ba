package io.jenkins.plugins.multiarch.engine.jib;

import java.util.List;
import java.util.Map;

/**
 * A stage that has been worked off.
 *
 * @param base layers of the image that it begins with
 * @param layers those that were made on top
 * @param arguments what {@code ARG} has set
 */
record BuiltStage(
        FileTree tree,
        ImageSettings settings,
        List<BaseLayer> base,
        List<Layer> layers,
        Map<String, String> arguments) {

    BuiltStage {
        base = List.copyOf(base);
        layers = List.copyOf(layers);
        arguments = Map.copyOf(arguments);
    }
}
