package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.util.List;

/**
 * The buildx plugin of docker and its current builder.
 *
 * @param version version of the plugin
 * @param builder name of the current builder; empty if unknown
 * @param driver its driver: {@code docker}, {@code docker-container}, {@code kubernetes}, {@code remote} or
 *     {@code cloud}; empty if unknown
 * @param platforms what the builder says it can build, natively or emulated, without having been started for the
 *     question; the first is its own. Empty for a builder that is not running.
 * @param problem why the builder cannot be asked, without a full stop; empty if it can
 */
public record Buildx(Version version, String builder, String driver, List<Platform> platforms, String problem)
        implements Serializable {

    public Buildx {
        platforms = List.copyOf(platforms);
    }

    /** Whether the builder runs in docker's engine, so that it is out of reach where that is. */
    public boolean needsEngine() {
        return !List.of("remote", "kubernetes", "cloud").contains(driver);
    }

    /** Whether the builder is the engine itself, which emulates what binfmt_misc of its kernel does, and no more. */
    boolean isEngine() {
        return driver.equals("docker");
    }
}
