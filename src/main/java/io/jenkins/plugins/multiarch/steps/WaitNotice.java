package io.jenkins.plugins.multiarch.steps;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Queue;
import hudson.model.TaskListener;
import hudson.model.queue.QueueListener;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;
import org.jenkinsci.plugins.workflow.cps.nodes.StepStartNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution.PlaceholderTask;

/** Tells a branch that has waited for an executor for a while, once, what it waits for. */
@Extension
public final class WaitNotice extends QueueListener {

    private static final Logger LOGGER = Logger.getLogger(WaitNotice.class.getName());

    /** How long a branch waits until it is told. */
    static /* not final, for tests */ int seconds =
            SystemProperties.getInteger(WaitNotice.class.getName() + ".seconds", 30);

    @Override
    public void onEnterWaiting(Queue.WaitingItem item) {
        if (item.task instanceof PlaceholderTask task) {
            long id = item.getId();
            // It may read the graph of the run from disk, for which the few threads of the timer are not meant.
            Timer.get()
                    .schedule(
                            () -> Computer.threadPoolForRemoting.execute(() -> tell(task, id)),
                            seconds,
                            TimeUnit.SECONDS);
        }
    }

    private static void tell(PlaceholderTask task, long id) {
        Queue.Item item = Queue.getInstance().getItem(id);
        try {
            FlowNode node = item == null ? null : task.getNode();
            if (node != null && isOurs(node)) {
                Futures.addCallback(
                        node.getExecution().getCurrentExecutions(false),
                        new Notice(node, item),
                        MoreExecutors.directExecutor());
            }
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.FINE, e, () -> "Nobody is told of " + item + "; its build may be over");
        }
    }

    /** Whether it is a {@code platformNode}, or stands in a {@code multiArchBuild}. */
    private static boolean isOurs(FlowNode node) {
        return Stream.concat(
                        Stream.of(node),
                        StreamSupport.stream(node.iterateEnclosingBlocks().spliterator(), false))
                .map(block -> block instanceof StepStartNode start ? start.getDescriptor() : null)
                .anyMatch(descriptor -> descriptor instanceof MultiArchBuildStep.DescriptorImpl
                        || descriptor instanceof PlatformNodeStep.DescriptorImpl);
    }

    private record Notice(FlowNode node, Queue.Item item) implements FutureCallback<List<StepExecution>> {

        @Override
        public void onSuccess(List<StepExecution> executions) {
            for (StepExecution execution : executions) {
                try {
                    if (node.equals(execution.getContext().get(FlowNode.class))) {
                        TaskListener listener = execution.getContext().get(TaskListener.class);
                        new WaitingItem(item, seconds).lines().forEach(listener.getLogger()::println);
                    }
                } catch (IOException | InterruptedException e) {
                    LOGGER.log(Level.FINE, e, () -> "Nobody is told of " + item + "; its build may be over");
                }
            }
        }

        @Override
        public void onFailure(@NonNull Throwable failure) {
            LOGGER.log(Level.FINE, failure, () -> "Nobody is told of " + item);
        }
    }
}
