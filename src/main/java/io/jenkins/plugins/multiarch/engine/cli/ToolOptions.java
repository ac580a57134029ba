package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a command that builds images can say of the build tool. */
final class ToolOptions {

    @Option(
            names = "--builder",
            paramLabel = "TOOL",
            description =
                    "auto (default), buildx, docker, podman, buildah, or jib: without a build tool, for Dockerfiles that"
                            + " run nothing. auto builds without a tool what would be emulated, where the Dockerfile allows it.")
    private String tool = "auto";

    @Option(names = "--no-cache", description = "Build without the tool's cache.")
    private boolean noCache;

    @Option(names = "--pull", description = "Look for newer base images.")
    private boolean pull;

    /** The old name; help shows the shortest of several. */
    @Option(names = "--tool", paramLabel = "TOOL", hidden = true)
    private void setTool(String given) {
        tool = given;
    }

    /**
     * The build tool; empty for the first that will do.
     *
     * @throws IllegalArgumentException naming what there is
     */
    Optional<BuildTool> wanted() {
        return BuildTool.parse(tool);
    }

    /** Whether everything is to be built without a build tool. */
    boolean withoutTool() {
        return tool.equals(BuildTool.JIB.toString());
    }

    boolean noCache() {
        return noCache;
    }

    boolean pull() {
        return pull;
    }
}
