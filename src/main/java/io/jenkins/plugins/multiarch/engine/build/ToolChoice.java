package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.Docker;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Chooses among the build tools of a machine.
 *
 * @param machine the platform of the machine itself, the only one that docker's classic builder can be relied on to build
 */
record ToolChoice(BuildTools tools, Platform machine) {

    /**
     * @param wanted empty to take the first of buildx, docker, podman, buildah that will do
     * @throws IllegalStateException if no tool will do; the message names what is there, and the remedy
     */
    ToolCommands choose(Optional<BuildTool> wanted, Platform platform) {
        List<BuildTool> usable = usable(platform);
        if (wanted.isPresent() && !usable.contains(wanted.get())) {
            throw new IllegalStateException("This machine cannot build " + platform + " with " + wanted.get() + ": "
                    + why(wanted.get(), platform) + unanswered() + ". "
                    + (usable.isEmpty()
                            ? "It has no other build tool either."
                            : "It could with " + BuildTool.names(usable)
                                    + ": set builder to one of them, or to auto."));
        }
        if (usable.isEmpty()) {
            throw new IllegalStateException("This machine has no build tool for " + platform + ": "
                    + why(BuildTool.DOCKER, platform) + unanswered()
                    + ". Install buildx, docker, podman or buildah for the user of the agent.");
        }
        return commandLines(wanted.orElse(usable.get(0)));
    }

    /**
     * The same, but without a wanted one, rather a later tool than one that cannot do what the request asks for.
     *
     * @throws IllegalStateException also if none can; the message names what the first one lacks
     */
    ToolCommands choose(Optional<BuildTool> wanted, BuildRequest request) {
        ToolCommands first = choose(wanted, request.platform());
        List<String> refusals = first.refusals(request);
        if (refusals.isEmpty()) {
            return first;
        }
        return usable(request.platform()).stream()
                .filter(tool -> wanted.isEmpty())
                .map(this::commandLines)
                .filter(other -> other.refusals(request).isEmpty())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("This machine cannot build " + request.platform() + ": "
                        + String.join("; ", refusals) + ". Or choose another builder."));
    }

    private List<BuildTool> usable(Platform platform) {
        List<BuildTool> usable = new ArrayList<>(tools.usable());
        if (isClassic() && !platform.equals(machine)) {
            usable.remove(BuildTool.DOCKER);
        }
        return usable;
    }

    private ToolCommands commandLines(BuildTool tool) {
        return switch (tool) {
            case BUILDX ->
                tools.buildx().driver().equals("docker")
                        ? new DockerCommands(
                                DockerCommands.Frontend.BUILDX,
                                tools.docker().server(),
                                tools.only(tool).engine().storage().containerd())
                        : new BuildxCommands(tools.buildx().driver());
            case DOCKER ->
                new DockerCommands(isClassic() ? DockerCommands.Frontend.CLASSIC : DockerCommands.Frontend.BUILDKIT);
            case PODMAN -> new PodmanCommands(tool, tools.podman(), store(tool));
            case BUILDAH -> new PodmanCommands(tool, tools.buildah(), store(tool));
            case JIB -> throw new IllegalArgumentException("jib is no program of the machine");
        };
    }

    private String store(BuildTool tool) {
        return tools.only(tool).engine().storage().path();
    }

    private boolean isClassic() {
        return tools.docker() != null && tools.docker().lacksBuildKit() && tools.buildx() == null;
    }

    private String why(BuildTool tool, Platform platform) {
        return switch (tool) {
            case BUILDX ->
                tools.buildx() == null
                        ? "the buildx plugin of docker is not installed"
                        : firstOf(tools.buildx().problem(), engineProblem());
            case DOCKER ->
                isClassic() && !platform.equals(machine) && engineProblem().isEmpty()
                        ? "without the buildx plugin docker has only its classic builder, which builds for " + machine
                                + " alone here. Install docker-buildx-plugin"
                        : firstOf(engineProblem(), "docker is not usable");
            case PODMAN, BUILDAH -> tool + " is not installed";
            case JIB -> "jib is no program of the machine";
        };
    }

    /** A tool may be there, on a machine too busy to say so. */
    private String unanswered() {
        return tools.unanswered().stream().map(sentence -> "; " + sentence).collect(Collectors.joining());
    }

    private String engineProblem() {
        Docker docker = tools.docker();
        if (docker == null) {
            return "docker is not installed";
        }
        return docker.remedy().isEmpty() ? docker.problem() : docker.problem() + " (" + docker.remedy() + ")";
    }

    private static String firstOf(String problem, String other) {
        return problem.isEmpty() ? other : problem;
    }
}
