package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An image that, run privileged, registers QEMU handlers with the kernel, as {@code tonistiigi/binfmt} does.
 *
 * @param image its reference; it is given {@code --install ARCHITECTURE}
 */
public record EmulatorInstaller(String image) implements Serializable {

    /** Docker's own. */
    public static final String DEFAULT_IMAGE = "tonistiigi/binfmt";

    /** It may have to be pulled first. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /**
     * @throws IllegalArgumentException if the image cannot be one, because it is empty, has white space in it or looks
     *     like an option
     */
    public EmulatorInstaller {
        if (!image.matches("[A-Za-z0-9][^\\s]*")) {
            throw new IllegalArgumentException(
                    "'" + image + "' is not an image. Name the installer of emulators, e.g. " + DEFAULT_IMAGE + ".");
        }
    }

    /** The engine among a machine's tools that can run it; empty if there is none. */
    public static Optional<BuildTool> engine(BuildTools tools) {
        return tools.usable().stream()
                .filter(tool -> tool == BuildTool.DOCKER || tool == BuildTool.PODMAN)
                .findFirst();
    }

    /**
     * What is run for a platform.
     *
     * @param engine docker or podman
     */
    public List<String> command(BuildTool engine, Platform platform) {
        // The installer takes the names of Go and knows no variants.
        return List.of(engine.toString(), "run", "--privileged", "--rm", image, "--install", platform.architecture());
    }

    /**
     * Runs it on this machine; it may take minutes.
     *
     * @throws IOException if the engine cannot be started
     */
    public CommandResult run(CommandRunner runner, BuildTool engine, Platform platform) throws IOException {
        return runner.run(command(engine, platform), TIMEOUT);
    }
}
