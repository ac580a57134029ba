package io.jenkins.plugins.multiarch.dispatch;

import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.engine.build.CacheUse;
import io.jenkins.plugins.multiarch.report.PlatformBuild;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import io.jenkins.plugins.multiarch.report.RunRecord;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The failure of a platform's branch as the build keeps it, for its page.
 *
 * @param context that of the step
 * @param node the node of the step in the flow graph
 * @param branch what the branch has printed
 * @param agent where it was built; empty if that is not known
 * @param known what of the attempt is known: {@code started} and {@code prepared}, if it came so far
 */
record FailureRecord(
        StepContext context,
        FlowNode node,
        BranchLog branch,
        String platform,
        String agent,
        Map<String, Object> known) {

    /**
     * Keeps it.
     *
     * @return the failure, to be thrown even if it could not be recorded
     */
    Exception keep(Exception error) throws Exception {
        boolean stopped = error instanceof FlowInterruptedException interruption && interruption.isActualInterruption();
        RunRecord record = new RunRecord(context.get(Run.class));
        BuildOrder order = context.get(BuildOrder.class);
        PrintStream log = context.get(TaskListener.class).getLogger();
        try {
            record.addBuild(PlatformBuild.failed(
                            order.image().toString(),
                            stopped,
                            attempt(),
                            error.getMessage() == null ? error.toString() : error.getMessage(),
                            stopped ? "" : branch.failure())
                    .of(order.bakeTarget())
                    .by(node.getId()));
            log.println((stopped ? "Stopped " : "Failed ") + platform + ": " + record.link());
        } catch (IOException e) {
            log.println("Could not record the failure of " + platform + ": " + e);
        }
        return error;
    }

    private PlatformImage attempt() {
        Map<?, ?> prepared = known.get("prepared") instanceof Map<?, ?> map ? map : Map.of();
        return new PlatformImage(
                platform,
                "",
                "",
                0,
                "",
                "",
                agent,
                Boolean.TRUE.equals(prepared.get("emulated")),
                prepared.get("tool") instanceof String tool ? tool : "",
                known.get("started") instanceof Long started ? System.currentTimeMillis() - started : 0,
                0,
                CacheUse.UNKNOWN);
    }
}
