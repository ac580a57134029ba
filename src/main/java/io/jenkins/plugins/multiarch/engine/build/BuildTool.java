package io.jenkins.plugins.multiarch.engine.build;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What builds and pushes a platform image on an agent, in the order in which {@code auto} prefers them. */
public enum BuildTool {
    /** {@code docker buildx build}: BuildKit with whatever driver the agent's current builder has. */
    BUILDX,
    /** {@code docker build}: the BuildKit inside Docker, or its classic builder where there is no other. */
    DOCKER,
    /** {@code podman build}. */
    PODMAN,
    /** {@code buildah build}. */
    BUILDAH;

    /**
     * Reads the {@code builder} parameter.
     *
     * @param text {@code auto}, {@code buildx}, {@code docker}, {@code podman} or {@code buildah}; null and empty mean
     *     {@code auto}
     * @return the tool, empty for {@code auto}
     * @throws IllegalArgumentException if the text names none of them
     */
    public static Optional<BuildTool> parse(String text) {
        if (text == null || text.isBlank() || text.equals("auto")) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(values())
                .filter(tool -> tool.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown builder '" + text + "'. Choose auto, "
                        + Arrays.stream(values()).map(BuildTool::toString).collect(Collectors.joining(", ")) + ".")));
    }

    /** The name as Pipelines and the command line write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
