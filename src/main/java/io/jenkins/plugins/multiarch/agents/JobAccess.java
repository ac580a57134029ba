package io.jenkins.plugins.multiarch.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import java.util.Calendar;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.springframework.security.core.Authentication;

/** Which agents take what a job builds, by the permissions, agent properties and plugins that the queue asks as well. */
public final class JobAccess {

    private static final Logger LOGGER = Logger.getLogger(JobAccess.class.getName());

    @CheckForNull
    private final Queue.Task job;

    private JobAccess(@CheckForNull Queue.Task job) {
        this.job = job;
    }

    /** Of the builds of a job. */
    public static JobAccess of(Job<?, ?> job) {
        return new JobAccess(job instanceof Queue.Task task ? task : null);
    }

    /** Of nobody: every agent will do. */
    static JobAccess any() {
        return new JobAccess(null);
    }

    /** Why an agent that accepts tasks does not take a build of the job; null if it does. */
    @CheckForNull
    CauseOfBlockage refusal(Node agent) {
        return job == null
                ? null
                : refusal(agent, new Queue.WaitingItem(Calendar.getInstance(), new Probe(job, agent), List.of()));
    }

    /** Why an agent that accepts tasks does not take an item of the queue; null if it does. */
    @CheckForNull
    public static CauseOfBlockage refusal(Node agent, Queue.Item item) {
        if (!agent.isAcceptingTasks()) {
            return null; // nothing to do with the item
        }
        Queue.BuildableItem buildable = item instanceof Queue.BuildableItem already
                ? already
                : item instanceof Queue.WaitingItem waiting
                        ? new Queue.BuildableItem(waiting)
                        : item instanceof Queue.NotWaitingItem blocked ? new Queue.BuildableItem(blocked) : null;
        if (buildable == null) {
            return null; // it has left the queue
        }
        try {
            CauseOfBlockage refusal = agent.canTake(buildable);
            for (QueueTaskDispatcher dispatcher : QueueTaskDispatcher.all()) {
                refusal = refusal == null ? dispatcher.canTake(agent, buildable) : refusal;
            }
            return refusal;
        } catch (RuntimeException e) {
            // The queue will ask once more, with the item itself.
            LOGGER.log(Level.FINE, e, () -> "Cannot tell whether '" + agent.getDisplayName() + "' takes " + buildable);
            return null;
        }
    }

    /** What a platform's branch would queue as, for one agent. */
    private record Probe(Queue.Task job, Node agent) implements Queue.TransientTask {

        @Override
        public String getName() {
            return job.getName();
        }

        @Override
        public String getDisplayName() {
            return job.getDisplayName();
        }

        @Override
        public String getFullDisplayName() {
            return job.getFullDisplayName();
        }

        @Override
        public String getUrl() {
            return job.getUrl();
        }

        @Override
        public Queue.Task getOwnerTask() {
            return job.getOwnerTask();
        }

        @Override
        public Label getAssignedLabel() {
            return agent.getSelfLabel();
        }

        @Override
        public Authentication getDefaultAuthentication2() {
            return job.getDefaultAuthentication2();
        }

        @Override
        public Authentication getDefaultAuthentication2(Queue.Item item) {
            return job.getDefaultAuthentication2(item);
        }

        @Override
        public void checkAbortPermission() {
            job.checkAbortPermission();
        }

        @Override
        public boolean hasAbortPermission() {
            return job.hasAbortPermission();
        }

        @Override
        public Queue.Executable createExecutable() {
            throw new IllegalStateException("It is never put into the queue.");
        }
    }
}
