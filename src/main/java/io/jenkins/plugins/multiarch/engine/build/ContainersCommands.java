package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.Version;
import java.util.ArrayList;
import java.util.List;

/** {@code podman} and {@code buildah}: the same library under two names, so the same command lines. */
record ContainersCommands(BuildTool tool, Version version) implements CommandLines {

    @Override
    public BuildScript script(BuildRequest request, String folder, String localImage) {
        List<Command> commands = new ArrayList<>();
        List<Command> cleanup = new ArrayList<>();
        List<String> build = new ArrayList<>(List.of(tool.toString(), "build"));
        build.addAll(CommandLines.buildOptions(request));
        if (tool == BuildTool.PODMAN) {
            // Else a build that ends early leaves an image for each step of the Dockerfile. One that succeeds keeps
            // none
            // anyway: they go with the image at the end. buildah makes none.
            build.add("--layers=false");
        }
        if (WorkingContainers.areMarkedBy(tool, version)) {
            String unique =
                    localImage.substring(localImage.lastIndexOf('/') + 1).replace(':', '-');
            WorkingContainers containers = new WorkingContainers(tool, unique);
            build.add(containers.option());
            cleanup.add(containers.removal());
        }
        cleanup.add(Command.quiet(tool.toString(), "rmi", "--force", localImage));
        build.add("--tag=" + localImage);
        build.add(CommandLines.contextArgument(request));
        commands.add(Command.of("Build " + request.platform(), build));
        // A podman that is told to stop reports success. Nothing must follow before its image is seen to be there.
        commands.add(new Command("", List.of(tool.toString(), "inspect", "--type=image", localImage), "image.json"));
        commands.add(Command.quiet(
                "/bin/sh",
                folder + "/" + BuildFolder.BASE,
                tool.toString(),
                localImage,
                request.platform().os() + "/" + request.platform().architecture()));
        if (request.hasTest()) {
            commands.add(CommandLines.test(request, folder));
        }
        if (request.push()) {
            List<String> push = new ArrayList<>(List.of(tool.toString(), "push"));
            push.add("--digestfile=" + folder + "/" + BuildFolder.DIGEST);
            if (request.insecure()) {
                push.add("--tls-verify=false");
            }
            push.add(localImage);
            push.add("docker://" + request.platformTag());
            commands.add(Command.of("Push " + request.platform(), push));
        }
        return new BuildScript(
                tool
                        + (request.push()
                                ? ", which cannot push by digest: pushed under the platform tag "
                                        + request.platformTag().tag()
                                : "; nothing is pushed"),
                request.push() ? request.platformTag().tag() : "",
                CommandLines.environment(request, tool, localImage),
                commands,
                cleanup);
    }
}
