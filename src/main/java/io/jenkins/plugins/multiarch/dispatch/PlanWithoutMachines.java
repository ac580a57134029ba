package io.jenkins.plugins.multiarch.dispatch;

import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which platforms of a plan need no machine, because the Dockerfile runs nothing for them.
 *
 * @param recipe tells what the Dockerfile allows
 * @param inPlace whether the platforms may be built where the step stands
 */
record PlanWithoutMachines(BuildOrder order, RecipeCheck recipe, boolean inPlace) {

    /**
     * The plan with changes for the platforms that no native agent is planned for. If the Dockerfile runs nothing for one of
     * them, no machine is needed; if it does, the plan says which instruction needs one.
     */
    Plan of(Plan plan) throws Exception {
        boolean wanted = order.isMade();
        if (!wanted && (order.builder().isPresent() || order.emulation() == Emulation.ALWAYS)) {
            return plan;
        }
        List<PlannedPlatform> doubtful = plan.platforms().stream()
                .filter(planned -> wanted || planned.isEmulated() || planned.isImpossible())
                .toList();
        if (doubtful.isEmpty()) {
            return plan;
        }
        Optional<List<String>> found = recipe.obstacles(doubtful.stream()
                .map(planned -> order.request(planned.platform(), false, order.features()))
                .toList());
        if (found.isEmpty()) {
            return plan;
        }
        List<String> obstacles = found.get();
        List<PlannedPlatform> platforms = new ArrayList<>();
        for (PlannedPlatform planned : plan.platforms()) {
            int at = doubtful.indexOf(planned);
            String obstacle = at < 0 ? "" : obstacles.get(at);
            if (at < 0) {
                platforms.add(planned);
            } else if (obstacle.isEmpty() && wanted && order.hasTest()) {
                platforms.add(planned.isImpossible() ? planned : planned.because("its test needs a machine"));
            } else if (obstacle.isEmpty()) {
                platforms.add(PlannedPlatform.withoutMachine(planned.platform(), inPlace));
            } else if (wanted) {
                throw new IllegalArgumentException(obstacle);
            } else if (planned.isEmulated()) {
                // Without the remedy: an emulator will do.
                platforms.add(planned.because("not without a machine: " + withoutRemedy(obstacle)));
            } else {
                platforms.add(planned);
            }
        }
        return new Plan(platforms);
    }

    /** What is in the way, as part of a longer sentence. */
    static String withoutRemedy(String obstacle) {
        return obstacle.replaceFirst("\\. .*", "");
    }
}
