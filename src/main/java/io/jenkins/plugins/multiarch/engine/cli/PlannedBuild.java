package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import java.util.Locale;
import java.util.Optional;

/**
 * A platform image that is to be built on this machine, and how.
 *
 * @param recipe what it is made of, if no machine is needed: the Dockerfile runs nothing
 * @param check how this machine runs the platform; null if no machine is needed
 * @param obstacle why it needs a machine, where one of the platform is missing; empty if that does not matter
 */
record PlannedBuild(BuildRequest request, Optional<Recipe> recipe, EmulationCheck check, String obstacle) {

    private static final String WITHOUT_MACHINE = "the Dockerfile runs nothing";

    /** One that no machine is needed for. */
    static PlannedBuild withoutMachine(BuildRequest request, Recipe recipe) {
        return new PlannedBuild(request, Optional.of(recipe), null, "");
    }

    boolean needsNoMachine() {
        return recipe.isPresent();
    }

    boolean isPossible() {
        return needsNoMachine() || check.possible();
    }

    /** {@code native}, {@code emulated}, {@code without machine} or {@code impossible}. */
    String mode() {
        return needsNoMachine() ? "without machine" : check.state().name().toLowerCase(Locale.ROOT);
    }

    /** Why it is so, in one line without the remedy. */
    String reason() {
        if (needsNoMachine()) {
            return WITHOUT_MACHINE;
        }
        String reason =
                switch (check.state()) {
                    case NATIVE -> "by the CPU of the machine that builds";
                    case EMULATED -> "by " + check.handler();
                    case IMPOSSIBLE -> check.problem();
                };
        return reason + explanation().replaceFirst("\\. .*", "");
    }

    private String explanation() {
        return obstacle.isEmpty() ? "" : "; not without a machine: " + obstacle;
    }

    /** One line for a log, with the remedy if there is a problem. */
    @Override
    public String toString() {
        return needsNoMachine()
                ? request.platform() + ": no machine needed: " + WITHOUT_MACHINE
                : check + explanation();
    }
}
