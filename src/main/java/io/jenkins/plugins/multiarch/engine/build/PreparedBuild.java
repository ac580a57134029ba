package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.agent.UntrustedText;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCredential;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A platform's build that is ready to run on this machine: its {@link BuildFolder} is written.
 *
 * @param emulated whether QEMU runs the build
 * @param tool the chosen build tool
 * @param tagged whether it will push under {@link BuildRequest#platformTag}
 * @param explanation one line for the log: native or by which handler, which tool, pushed how, and why
 */
public record PreparedBuild(boolean emulated, BuildTool tool, boolean tagged, String explanation)
        implements Serializable {

    /** Agents send it to the controller, which does not trust them. */
    public PreparedBuild {
        Objects.requireNonNull(tool, "tool");
        explanation = UntrustedText.clean(explanation);
    }

    /**
     * Checks this machine and writes everything that the build needs.
     *
     * @param wanted the build tool; empty for the first that will do
     * @param folder the build folder to create
     * @param directory an existing directory in which the build runs; the folder itself for a remote context
     * @param environment the environment in which the tools will run
     * @param credential for the image's registry; null leaves the machine's own logins
     * @param runner asks the build tools, where and as they will run
     * @throws IllegalStateException if the machine cannot run the platform or has no tool for it; the message has the
     *     remedy
     * @throws IOException if the folder cannot be written
     */
    public static PreparedBuild prepare(
            BuildRequest request,
            Optional<BuildTool> wanted,
            Path folder,
            Path directory,
            Map<String, String> environment,
            RegistryCredential credential,
            CommandRunner runner)
            throws IOException {
        BuildTools tools = BuildTools.detect(runner, wanted.map(BuildTool::toString));
        EmulationCheck check = EmulationCheck.of(
                request.platform(),
                wanted.map(tool -> tools.only(tool.toString())).orElse(tools));
        if (!check.possible()) {
            throw new IllegalStateException("This machine cannot build " + request.platform() + ": " + check.problem()
                    + ". Remedy: " + check.remedy());
        }
        boolean emulated = check.state() == EmulationCheck.State.EMULATED;
        CommandLines lines = new ToolChoice(tools, Platform.current()).choose(wanted, request.platform());
        BuildFolder build = BuildFolder.create(folder);
        String localImage = "localhost/multiarch-build/"
                + UUID.randomUUID().toString().substring(0, 13) + ":"
                + request.platform().tagSuffix();
        BuildScript script = lines.script(request, build.path().toString(), localImage);
        Map<String, String> auth = credential == null
                ? Map.of()
                : new AuthFolder(build.path(), environment)
                        .write(request.image().registry(), credential);
        build.write(script, request.test(), directory, auth);
        return new PreparedBuild(
                emulated, lines.tool(), !script.platformTag().isEmpty(), check + "; " + script.explanation());
    }
}
