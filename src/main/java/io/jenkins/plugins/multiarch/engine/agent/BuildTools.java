package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The build tools of a machine. A tool that is not installed is null.
 *
 * @param docker the docker command, unless it is podman under that name
 * @param buildx the plugin of docker
 * @param podman podman's version
 * @param buildah buildah's version
 * @param engine where the first of {@link #usable} runs its containers
 * @param unanswered what could not be found out because a tool was too slow: one sentence each, without a full stop
 */
public record BuildTools(
        Docker docker, Buildx buildx, Version podman, Version buildah, Engine engine, List<String> unanswered)
        implements Serializable {

    /** Where no tool is installed, or none is known. */
    public static final BuildTools NONE = new BuildTools(null, null, null, null);

    public BuildTools {
        unanswered = List.copyOf(unanswered);
    }

    /** Tools that all answered, with an engine of which nothing is known. */
    public BuildTools(Docker docker, Buildx buildx, Version podman, Version buildah) {
        this(docker, buildx, podman, buildah, Engine.UNKNOWN, List.of());
    }

    /**
     * Asks every tool of this machine for its version, docker for its engine and builder, and the preferred one where it
     * keeps images. Nothing is started for it, and it takes 30 seconds at most, whatever the tools do.
     *
     * @throws InterruptedIOException if the thread is interrupted while a tool is asked
     */
    public static BuildTools detect(CommandRunner runner) throws InterruptedIOException {
        return detect(runner, BuildTool.PROGRAMS);
    }

    /**
     * Asks only what a build with one tool needs, because many builds may begin on one machine at once. If that tool
     * cannot be used, all are asked after all: the error is to say what could be.
     *
     * @param tool one of {@link BuildTool#PROGRAMS}; empty to ask all
     * @return the tool, and possibly others; {@link #only} leaves it alone
     * @throws InterruptedIOException if the thread is interrupted while a tool is asked
     */
    public static BuildTools detect(CommandRunner runner, Optional<BuildTool> tool) throws InterruptedIOException {
        if (tool.isPresent()) {
            BuildTools one = detect(runner, List.of(tool.get()));
            if (one.usable().contains(tool.get())) {
                return one;
            }
        }
        return detect(runner);
    }

    private static BuildTools detect(CommandRunner runner, List<BuildTool> wanted) throws InterruptedIOException {
        Platform machine = Platform.current();
        Path root = SystemFile.root();
        try (ProbeCommands questions = ProbeCommands.patient(runner)) {
            return new ToolDetection(questions, machine, root, OsRelease.read(machine, root)).tools(wanted);
        }
    }

    /** The tools that can build here and now, in the order of preference: buildx, docker, podman, buildah. */
    public List<BuildTool> usable() {
        List<BuildTool> usable = new ArrayList<>();
        boolean reachable = docker != null && docker.reachable();
        if (buildx != null && buildx.problem().isEmpty() && (reachable || !buildx.needsEngine())) {
            usable.add(BuildTool.BUILDX);
        }
        if (reachable) {
            usable.add(BuildTool.DOCKER);
        }
        if (podman != null) {
            usable.add(BuildTool.PODMAN);
        }
        if (buildah != null) {
            usable.add(BuildTool.BUILDAH);
        }
        return List.copyOf(usable);
    }

    /** The version of a tool; empty if it is not installed or did not tell. */
    public String version(BuildTool tool) {
        Version version =
                switch (tool) {
                    case BUILDX -> buildx == null ? null : buildx.version();
                    case DOCKER -> docker == null ? null : docker.client();
                    case PODMAN -> podman;
                    case BUILDAH -> buildah;
                    case JIB -> null;
                };
        return version == null ? "" : version.text();
    }

    /**
     * The same machine as it is for a build with one tool.
     *
     * @param tool one of {@link BuildTool#PROGRAMS}
     */
    public BuildTools only(BuildTool tool) {
        return switch (tool) {
            case BUILDX -> new BuildTools(docker, buildx, null, null, engineFor(tool), unanswered);
            case DOCKER -> new BuildTools(docker, null, null, null, engineFor(tool), unanswered);
            case PODMAN -> new BuildTools(null, null, podman, null, engineFor(tool), unanswered);
            case BUILDAH -> new BuildTools(null, null, null, buildah, engineFor(tool), unanswered);
            case JIB -> throw new IllegalArgumentException("jib is no program of a machine");
        };
    }

    /** Only that of the preferred tool is known; docker has the same as a builder of buildx that needs it. */
    private Engine engineFor(BuildTool tool) {
        List<BuildTool> usable = usable();
        boolean preferred = !usable.isEmpty() && usable.get(0) == tool;
        boolean shared = tool == BuildTool.DOCKER && buildx != null && buildx.needsEngine();
        return preferred || shared ? engine : Engine.UNKNOWN;
    }
}
