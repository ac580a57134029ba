package io.jenkins.plugins.multiarch.steps;

import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.agents.OccupiedAgent;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Plans one platform of a build once more, by the state of the moment.
 *
 * @param context that of the step that asks
 * @param inPlace whether the surrounding node may build
 * @param withoutMachine whether any agent will do, because the Dockerfile runs nothing
 */
record Replanning(StepContext context, Platform platform, boolean inPlace, boolean withoutMachine) {

    /** How to know the state of the agents. */
    interface Planning {

        /** By asking them, which takes the time of their answers. */
        Planning ASKING = BuildOrder::plan;

        /** By what they have told before. */
        Planning FROM_RECORDS = BuildOrder::planFromRecords;

        Plan plan(BuildOrder order, Run<?, ?> run, Collection<Platform> platforms, OccupiedAgent occupied);
    }

    /** Where to build it now, or what to wait for. */
    PlannedPlatform by(Planning planning) throws Exception {
        if (withoutMachine) {
            return PlannedPlatform.withoutMachine(platform, false);
        }
        OccupiedAgent occupied = new OccupiedAgent(context.get(Node.class), inPlace, Optional.empty());
        return AbortExceptions.translate(
                () -> planning.plan(order(), context.get(Run.class), List.of(platform), occupied)
                        .requirePossible()
                        .platforms()
                        .get(0));
    }

    /** Tells the log of the build. */
    void explain(PlannedPlatform planned) throws IOException, InterruptedException {
        PrintStream log = context.get(TaskListener.class).getLogger();
        int patience = order().nativeWait();
        if (planned.worthWaiting() && patience > 0) {
            log.println("No native agent has come online within " + patience + " min");
        }
        log.println(planned.platform() + "  " + planned.mode() + "  " + planned.place() + "  " + planned.reason());
    }

    /** What the dispatch needs; that of an older version knows labels alone. */
    Object place(PlannedPlatform planned) {
        return inPlace
                ? new HashMap<>(Map.of("label", planned.label(), "inPlace", planned.inPlace()))
                : planned.label();
    }

    private BuildOrder order() throws IOException, InterruptedException {
        return context.get(BuildOrder.class);
    }
}
