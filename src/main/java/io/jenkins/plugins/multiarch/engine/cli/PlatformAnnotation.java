package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.platform.Platform;

/** An annotation for the descriptor of one platform, {@code PLATFORM:KEY=VALUE} on the command line. */
record PlatformAnnotation(Platform platform, String key, String value) {

    /** @throws IllegalArgumentException if the text is malformed; the message names it */
    static PlatformAnnotation parse(String text) {
        int colon = text.indexOf(':');
        int equals = text.indexOf('=', colon + 1);
        if (colon < 0 || equals < 0) {
            throw new IllegalArgumentException("'" + text
                    + "' is not an annotation of a platform. Write PLATFORM:KEY=VALUE, for example"
                    + " linux/arm64:org.opencontainers.image.title=hello.");
        }
        return new PlatformAnnotation(
                Platform.parse(text.substring(0, colon)),
                text.substring(colon + 1, equals),
                text.substring(equals + 1));
    }
}
