package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a command that builds images can say of the build tool. */
final class ToolOptions {

    /** More would wait for each other's disks. */
    private static final int MOST_AT_ONCE = 4;

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

    @Option(
            names = "--max-parallel",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description = "How many platform images are built at the same time. Default: as many as this machine has"
                    + " processors, but at most " + MOST_AT_ONCE + ".")
    private int maxParallel;

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

    /** @throws IllegalArgumentException if there cannot be so many builds at the same time */
    void requireParallel() {
        if (maxParallel < 0) {
            throw new IllegalArgumentException("--max-parallel is " + maxParallel
                    + ". Give the number of platform images that may be built at the same time.");
        }
    }

    /** How many platform images are built at the same time at most. */
    int atOnce() {
        return maxParallel > 0
                ? maxParallel
                : Math.min(MOST_AT_ONCE, Runtime.getRuntime().availableProcessors());
    }
}
