package io.jenkins.plugins.multiarch.engine.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Docker's own engine, in three ways of asking it: buildx with the {@code docker} driver, {@code docker build} with
 * the BuildKit inside, and the classic builder. None of them can push by digest.
 */
record DockerCommands(Frontend frontend) implements CommandLines {

    enum Frontend {
        BUILDX("buildx with the docker driver"),
        BUILDKIT("docker with the BuildKit inside it"),
        CLASSIC("docker with its classic builder (buildx and BuildKit are missing)");

        private final String title;

        Frontend(String title) {
            this.title = title;
        }
    }

    @Override
    public BuildTool tool() {
        return frontend == Frontend.BUILDX ? BuildTool.BUILDX : BuildTool.DOCKER;
    }

    @Override
    public BuildScript script(BuildRequest request, String folder, String localImage) {
        List<Command> commands = new ArrayList<>();
        List<Command> cleanup = new ArrayList<>();
        commands.add(Command.of("Build " + request.platform(), build(request, localImage)));
        cleanup.add(Command.quiet("docker", "image", "rm", "--force", localImage));
        if (request.hasTest()) {
            commands.add(CommandLines.test(request, folder));
        }
        if (request.push()) {
            String tag = request.platformTag().toString();
            // The digest is asked of the local name: had another build moved the tag meanwhile, it would not show up
            // there.
            commands.add(Command.of(
                    "Push " + request.platform(),
                    List.of(
                            "/bin/sh",
                            folder + "/" + BuildFolder.PUSH,
                            localImage,
                            tag,
                            folder + "/" + BuildFolder.REPO_DIGESTS)));
            cleanup.add(0, Command.quiet("docker", "image", "rm", "--force", tag));
        }
        return new BuildScript(
                frontend.title
                        + (request.push()
                                ? ", which cannot push by digest: pushed under the platform tag "
                                        + request.platformTag().tag()
                                : "; nothing is pushed"),
                request.push() ? request.platformTag().tag() : "",
                environment(request, localImage),
                commands,
                cleanup);
    }

    private List<String> build(BuildRequest request, String localImage) {
        List<String> options = CommandLines.buildOptions(request);
        List<String> arguments = new ArrayList<>();
        switch (frontend) {
            case BUILDX -> arguments.addAll(List.of("docker", "buildx", "build", "--progress=plain", "--load"));
            case BUILDKIT -> arguments.addAll(List.of("docker", "build", "--progress=plain"));
            case CLASSIC -> {
                arguments.addAll(List.of("docker", "build"));
                // It builds for its own machine only, and predefines no platform arguments.
                options.removeIf(option -> option.startsWith("--platform="));
                CommandLines.targetVariables(request.platform())
                        .forEach((key, value) -> options.add("--build-arg=" + key + "=" + value));
            }
        }
        arguments.addAll(options);
        arguments.add("--tag=" + localImage);
        arguments.add(CommandLines.contextArgument(request));
        return arguments;
    }

    private Map<String, String> environment(BuildRequest request, String localImage) {
        Map<String, String> environment = new LinkedHashMap<>(CommandLines.environment(request, tool(), localImage));
        environment.put("DOCKER_BUILDKIT", frontend == Frontend.CLASSIC ? "0" : "1");
        return environment;
    }
}
