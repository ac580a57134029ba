package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;

/**
 * A registry as it is named on the command line.
 *
 * @param text {@code host} or {@code host:port}
 */
record RegistryName(String text) {

    /** @throws IllegalArgumentException if the text is neither; the message names it */
    static RegistryName parse(String text) {
        return new RegistryName(ImageReference.requireRegistry(text));
    }
}
