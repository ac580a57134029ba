package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.ImageTest;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import java.util.Locale;
import java.util.Optional;

/**
 * A platform image that is to be built on this machine, and how.
 *
 * @param recipe what it is made of, if it is built without a build tool: the Dockerfile runs nothing
 * @param test what runs the image that is built so; empty if nothing has to
 * @param check how this machine runs the platform; null if no machine is needed
 * @param obstacle why it needs a machine, where one of the platform is missing; empty if that does not matter
 */
record PlannedBuild(
        BuildRequest request,
        Optional<Recipe> recipe,
        Optional<ImageTest> test,
        EmulationCheck check,
        String obstacle) {

    private static final String WITHOUT_MACHINE = "the Dockerfile runs nothing";

    /** One that no machine is needed for. */
    static PlannedBuild withoutMachine(BuildRequest request, Recipe recipe) {
        return new PlannedBuild(request, Optional.of(recipe), Optional.empty(), null, "");
    }

    /** One that needs a machine only to be tested. */
    static PlannedBuild tested(BuildRequest request, Recipe recipe, ImageTest test) {
        return new PlannedBuild(request, Optional.of(recipe), Optional.of(test), test.check(), "");
    }

    /** One that a build tool builds. */
    static PlannedBuild withTool(BuildRequest request, EmulationCheck check, String obstacle) {
        return new PlannedBuild(request, Optional.empty(), Optional.empty(), check, obstacle);
    }

    boolean needsNoMachine() {
        return recipe.isPresent() && test.isEmpty();
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
        if (test.isPresent()) {
            return request.platform() + ": made without a build tool, tested in "
                    + test.get().tool() + ", " + check.reason();
        }
        return needsNoMachine()
                ? request.platform() + ": no machine needed: " + WITHOUT_MACHINE
                : check + explanation();
    }
}
