package io.jenkins.plugins.multiarch.engine.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each process that runs tests a place of its own for the images of podman and buildah. Maven names it in the
 * environment; what tests start inherits it.
 */
public final class StoragePerFork implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        String configuration = System.getenv(OwnStorage.VARIABLE);
        if (configuration != null && Files.notExists(Path.of(configuration))) {
            OwnStorage.in(Path.of(configuration).getParent(), "overlay");
        }
    }
}
