package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.agent.UntrustedText;
import io.jenkins.plugins.multiarch.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A platform's build that is ready to run on this machine: its {@link BuildFolder} is written.
 *
 * @param emulated whether QEMU runs the build
 * @param tool the chosen build tool
 * @param toolVersion its version; empty if it has none
 * @param tagged whether it will push under {@link BuildRequest#platformTag}
 * @param explanation one line for the log: native or by which handler, which tool, pushed how, and why
 * @param environment what a test finds in its environment, each as {@code NAME=value}
 */
public record PreparedBuild(
        boolean emulated,
        BuildTool tool,
        String toolVersion,
        boolean tagged,
        String explanation,
        List<String> environment)
        implements Serializable {

    private static final long MAX_DOCKERFILE = 1024 * 1024;

    /** What {@link ToolCommands#environment} has. */
    private static final Pattern VARIABLE = Pattern.compile("(IMAGE|BUILD_TOOL|TARGET[A-Z]+)=[ -~]{0,255}");

    /** Agents send it to the controller, which does not trust them. */
    public PreparedBuild {
        Objects.requireNonNull(tool, "tool");
        explanation = UntrustedText.clean(explanation);
        toolVersion = UntrustedText.clean(toolVersion);
        environment = environment.stream()
                .filter(variable -> VARIABLE.matcher(variable).matches())
                .toList();
    }

    /**
     * Checks this machine and writes everything that the build needs.
     *
     * @param tools the build tools of this machine, at least the wanted one
     * @param wanted the build tool; empty for the first that will do
     * @param folder the build folder to create
     * @param directory an existing directory in which the build runs; the folder itself for a remote context
     * @param environment the environment in which the tools will run
     * @param credentials of registries, and the secrets of the Dockerfile
     * @param runner runs commands where and as the tools will run
     * @throws IllegalStateException if the machine cannot run the platform or has no tool for it; the message has the
     *     remedy
     * @throws IOException if the folder cannot be written
     */
    public static PreparedBuild prepare(
            BuildRequest request,
            BuildTools tools,
            Optional<BuildTool> wanted,
            Path folder,
            Path directory,
            Map<String, String> environment,
            BuildCredentials credentials,
            CommandRunner runner)
            throws IOException {
        EmulationCheck check =
                EmulationCheck.of(request.platform(), wanted.map(tools::only).orElse(tools));
        if (!check.possible()) {
            throw new IllegalStateException("This machine cannot build " + request.platform() + ": " + check.problem()
                    + ". Remedy: " + check.remedy());
        }
        ToolCommands lines = choose(request, tools, wanted);
        Optional<String> dockerfile = dockerfile(request, directory);
        Optional<BaseImage> base = dockerfile.flatMap(text -> base(request, text));
        base.flatMap(BaseImage::platform).ifPresent(platform -> {
            // What is built for one variant of ARM may well run on another.
            if (!platform.os().equals(request.platform().os())
                    || !platform.architecture().equals(request.platform().architecture())) {
                throw new IllegalStateException("The base image " + base.get().name() + " is for " + platform
                        + ", not for " + request.platform() + ". Correct the --platform of the last FROM line in the"
                        + " Dockerfile.");
            }
        });
        BuildFolder build = BuildFolder.create(folder);
        String localImage = ImageTest.localName(request);
        BuildRequest complete = request.with(SecretFiles.write(request.features(), credentials, build.path(), runner));
        BuildScript script = new ArchivedBases(complete).script(lines, build.path(), localImage);
        Map<String, String> auth = credentials.registries().isEmpty()
                ? Map.of()
                : new AuthFolder(build.path(), environment).write(credentials.registries());
        if (base.isPresent() && List.of(BuildTool.BUILDX, BuildTool.DOCKER).contains(lines.tool())) {
            // BuildKit takes a base image of any platform, and calls the result by the one that was asked for.
            script = script.after(Command.quiet(
                    "/bin/sh",
                    build.path() + "/" + BuildFolder.BASE,
                    "docker",
                    base.get().name(),
                    request.platform().os() + "/" + request.platform().architecture()));
        }
        if (base.isPresent()) {
            Files.writeString(
                    build.path().resolve(BuildFolder.BASE_NAME), base.get().name() + "\n");
        }
        if (base.isPresent() || dockerfile.filter(PreparedBuild::runs).isPresent()) {
            Files.createFile(build.path().resolve(BuildFolder.OWN_LAYERS));
        }
        build.write(script, request.test(), directory, auth);
        return of(check, lines.tool(), tools.version(lines.tool()), script);
    }

    /** @param check says how the machine runs the platform */
    static PreparedBuild of(EmulationCheck check, BuildTool tool, String toolVersion, BuildScript script) {
        return new PreparedBuild(
                check.state() == EmulationCheck.State.EMULATED,
                tool,
                toolVersion,
                !script.platformTag().isEmpty(),
                check + "; " + script.explanation(),
                script.environment().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList());
    }

    /**
     * Fails where {@link #prepare} would on a machine that runs the platform, as far as the request alone tells.
     *
     * @throws IllegalStateException if the machine has no tool for it; the message has the remedy
     */
    public static void requireTool(BuildRequest request, BuildTools tools, Optional<BuildTool> wanted) {
        choose(request, tools, wanted);
    }

    private static ToolCommands choose(BuildRequest request, BuildTools tools, Optional<BuildTool> wanted) {
        return new ToolChoice(tools, Platform.current()).choose(wanted, request);
    }

    /** The text of the Dockerfile; empty if only the build tool has it. */
    private static Optional<String> dockerfile(BuildRequest request, Path directory) throws IOException {
        Path dockerfile = directory.resolve(request.dockerfile());
        if (request.hasRemoteContext() || !Files.isRegularFile(dockerfile) || Files.size(dockerfile) > MAX_DOCKERFILE) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(dockerfile, StandardCharsets.ISO_8859_1));
    }

    private static Optional<BaseImage> base(BuildRequest request, String dockerfile) {
        return BaseImage.of(dockerfile, request.target(), request.buildArgs(), request.platform())
                .filter(base -> !request.features().contexts().containsKey(base.name()));
    }

    /** Whether anything is run in the build, by a program of some platform. */
    private static boolean runs(String dockerfile) {
        try {
            return Dockerfile.parse("Dockerfile", dockerfile).stages().stream()
                    .anyMatch(stage -> stage.run().isPresent());
        } catch (IllegalArgumentException e) {
            // What is wrong with it, the build tool will say.
            return false;
        }
    }
}
