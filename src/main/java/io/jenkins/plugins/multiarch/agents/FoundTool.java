package io.jenkins.plugins.multiarch.agents;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.Buildx;
import io.jenkins.plugins.multiarch.engine.agent.Docker;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A build tool that an agent has, as pages and the remote API show it. */
@ExportedBean(defaultVisibility = 3)
public final class FoundTool {

    private final String name;
    private final String version;
    private final String details;
    private final boolean usable;

    private FoundTool(BuildTool tool, Version version, String details, BuildTools tools) {
        this.name = tool.toString();
        this.version = Objects.toString(version, "");
        this.details = details;
        this.usable = tools.usable().contains(tool);
    }

    /** Those that are installed, in the order of preference. */
    static List<FoundTool> of(BuildTools tools) {
        List<FoundTool> found = new ArrayList<>();
        Buildx buildx = tools.buildx();
        if (buildx != null) {
            found.add(new FoundTool(
                    BuildTool.BUILDX,
                    buildx.version(),
                    buildx.problem().isEmpty() ? builder(buildx) : buildx.problem(),
                    tools));
        }
        Docker docker = tools.docker();
        if (docker != null) {
            found.add(new FoundTool(
                    BuildTool.DOCKER,
                    docker.client(),
                    docker.reachable() ? Messages.FoundTool_engine(docker.server()) : docker.problem(),
                    tools));
        }
        if (tools.podman() != null) {
            found.add(new FoundTool(BuildTool.PODMAN, tools.podman(), "", tools));
        }
        if (tools.buildah() != null) {
            found.add(new FoundTool(BuildTool.BUILDAH, tools.buildah(), "", tools));
        }
        return found;
    }

    private static String builder(Buildx buildx) {
        return buildx.builder().isEmpty() ? "" : Messages.FoundTool_builder(buildx.builder(), buildx.driver());
    }

    /** One of {@link BuildTool#PROGRAMS}. */
    @Exported
    public String getName() {
        return name;
    }

    /** Empty if it did not tell. */
    @Exported
    public String getVersion() {
        return version;
    }

    /** The builder of buildx, docker's engine, or why these cannot be reached; may be empty. */
    @Exported
    public String getDetails() {
        return details;
    }

    /** Whether images can be built with it now. */
    @Exported
    public boolean isUsable() {
        return usable;
    }
}
