package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code docker buildx build} with a driver that runs BuildKit of its own (container, remote, Kubernetes): it pushes by
 * digest, so no tag is made and none has to be removed.
 */
record BuildxCommands(String driver) implements ToolCommands {

    @Override
    public BuildTool tool() {
        return BuildTool.BUILDX;
    }

    @Override
    public boolean hasImages() {
        return false;
    }

    @Override
    public BuildScript script(BuildRequest request, String folder, String localImage) {
        List<Command> commands = new ArrayList<>();
        List<Command> push = new ArrayList<>();
        List<Command> cleanup = new ArrayList<>();
        if (request.hasTest()) {
            // What this driver builds stays in its cache; only a loaded image can be run.
            commands.add(build(
                    request,
                    "Build",
                    buildOptions(request),
                    List.of(
                            "--output=type=docker,name=" + localImage,
                            "--metadata-file=" + folder + "/" + BuildFolder.TESTED)));
            ToolCommands.test(request, folder).ifPresent(commands::add);
            cleanup.add(ToolCommands.removal(tool(), localImage));
        }
        if (request.push()) {
            String output = "--output=type=image,name=" + request.image().name()
                    + ",push-by-digest=true,name-canonical=true,push=true"
                    + (request.insecure() ? ",registry.insecure=true" : "");
            // What was tested is pushed from the cache: built anew, it would be another image. PushedImage compares
            // them.
            push.add(build(
                    request,
                    request.hasTest() ? "Push" : "Build and push",
                    request.hasTest() ? optionsOfRepetition(request) : buildOptions(request),
                    List.of(output, "--metadata-file=" + folder + "/" + BuildFolder.METADATA)));
        } else if (!request.hasTest() && !request.features().archive()) {
            commands.add(build(request, "Build", buildOptions(request), List.of("--output=type=cacheonly")));
        }
        if (request.features().archive()) {
            boolean built = request.hasTest() || request.push();
            push.add(build(
                    request,
                    built ? "Save" : "Build",
                    built ? optionsOfRepetition(request) : buildOptions(request),
                    List.of("--output=type=docker,dest=" + folder + "/" + BuildFolder.IMAGE)));
        }
        if (request.features().export()) {
            push.add(build(request, "Export", optionsOfExport(request, folder), List.of()));
        }
        return new BuildScript(
                request.push()
                        ? "buildx with the " + driver + " driver, which can push by digest: no tag is made"
                        : "buildx with the " + driver + " driver; nothing is pushed",
                "",
                ToolCommands.environment(request, tool(), localImage),
                commands,
                push,
                cleanup);
    }

    @Override
    public List<String> refusals(BuildRequest request) {
        return List.of();
    }

    @Override
    public List<String> cacheOptions(BuildRequest request) {
        List<String> options = new ArrayList<>(ToolCommands.registryCaches(request));
        ToolCommands.registryCacheExport(request).ifPresent(options::add);
        return options;
    }

    private static Command build(BuildRequest request, String action, List<String> options, List<String> output) {
        List<String> arguments = new ArrayList<>(List.of("docker", "buildx", "build", "--progress=plain"));
        arguments.addAll(options);
        arguments.addAll(output);
        arguments.add(ToolCommands.contextArgument(request));
        return new Command(action + " " + request.platform(), arguments);
    }
}
