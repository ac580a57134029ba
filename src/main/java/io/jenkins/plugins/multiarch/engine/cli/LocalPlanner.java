package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;

/** Plans how this machine builds platform images: natively, emulated, or without a machine of the platform. */
final class LocalPlanner {

    private final BuildTools tools;
    private final Map<Platform, EmulationCheck> checks = new HashMap<>();

    /**
     * Looks at the machine once.
     *
     * @param tools those that may build
     * @param platforms of all images that will be planned
     */
    LocalPlanner(BuildTools tools, Collection<Platform> platforms) {
        this.tools = tools;
        EmulationCheck.of(new LinkedHashSet<>(platforms), tools).forEach(check -> checks.put(check.platform(), check));
    }

    /** @param recipe the Dockerfile, if it may be built without a machine */
    PlannedBuild plan(BuildRequest request, Optional<Recipe> recipe) {
        EmulationCheck check = checks.get(request.platform());
        boolean isNative =
                check.state() == EmulationCheck.State.NATIVE && !tools.usable().isEmpty();
        if (isNative || recipe.isEmpty()) {
            return PlannedBuild.withTool(request, check, "");
        }
        try {
            recipe.get().requireNoMachine(request);
            return PlannedBuild.withoutMachine(request, recipe.get());
        } catch (IllegalArgumentException e) {
            return PlannedBuild.withTool(request, check, e.getMessage());
        }
    }
}
