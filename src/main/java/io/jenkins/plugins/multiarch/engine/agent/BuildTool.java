package io.jenkins.plugins.multiarch.engine.agent;

import java.util.Arrays;
import java.util.List;
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
    BUILDAH,
    /** None of them: what {@code engine/jib} builds of Dockerfiles that run nothing. {@code auto} does not look for it. */
    JIB;

    /** Those that are programs of a machine. */
    public static final List<BuildTool> PROGRAMS = List.of(BUILDX, DOCKER, PODMAN, BUILDAH);

    /**
     * Reads the {@code builder} parameter.
     *
     * @param text {@code auto}, {@code buildx}, {@code docker}, {@code podman}, {@code buildah} or {@code jib}; null and empty mean
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
                .orElseThrow(() -> new IllegalArgumentException(
                        "Unknown builder '" + text + "'. Choose auto, " + names(List.of(values())) + ".")));
    }

    /** {@code buildx, docker}, for people to read. */
    public static String names(List<BuildTool> tools) {
        return tools.stream().map(BuildTool::toString).collect(Collectors.joining(", "));
    }

    /** The name as Pipelines and the command line write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
