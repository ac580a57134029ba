package io.jenkins.plugins.multiarch.engine.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A place of a test's own for the images and containers of podman and buildah. In the machine's, both fail to list images
 * while another test removes one.
 */
public final class OwnStorage {

    /** The environment variable that tells podman and buildah of it. */
    public static final String VARIABLE = "CONTAINERS_STORAGE_CONF";

    private OwnStorage() {}

    /**
     * Writes the configuration of a storage.
     *
     * @param directory where everything is; created if it does not exist
     * @return the value of {@link #VARIABLE}
     */
    public static String in(Path directory) throws IOException {
        return in(directory, "vfs");
    }

    /** @param driver how layers are kept; {@code overlay} needs mounts, which can outlive the test */
    static String in(Path directory, String driver) throws IOException {
        return Files.writeString(
                        Files.createDirectories(directory).resolve("storage.conf"), """
                [storage]
                driver = "%2$s"
                graphroot = "%1$s/graph"
                runroot = "%1$s/run"
                """.formatted(directory, driver))
                .toString();
    }
}
