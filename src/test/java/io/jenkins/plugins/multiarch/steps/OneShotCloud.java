package io.jenkins.plugins.multiarch.steps;

import hudson.EnvVars;
import hudson.model.Computer;
import hudson.model.Descriptor;
import hudson.model.Executor;
import hudson.model.ExecutorListener;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.TaskListener;
import hudson.slaves.AbstractCloudComputer;
import hudson.slaves.AbstractCloudSlave;
import hudson.slaves.Cloud;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.NodeProvisioner;
import hudson.slaves.RetentionStrategy;
import hudson.slaves.SlaveComputer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jvnet.hudson.test.JenkinsRule;

/** Makes agents with one executor on demand, each for one build. */
final class OneShotCloud extends Cloud {

    private static final Logger LOGGER = Logger.getLogger(OneShotCloud.class.getName());

    private final transient JenkinsRule rule;
    private final String labels;
    private final transient Path roots;
    private final int most;
    private final transient AtomicInteger made = new AtomicInteger();

    /**
     * @param labels of its agents, separated by spaces
     * @param roots where their root directories are
     * @param most how many there may be at a time
     */
    OneShotCloud(JenkinsRule rule, String labels, Path roots, int most) {
        super("one-shot");
        this.rule = rule;
        this.labels = labels;
        this.roots = roots;
        this.most = most;
    }

    /** How many agents there were until now. */
    int made() {
        return made.get();
    }

    @Override
    public boolean canProvision(CloudState state) {
        return state.getLabel() != null && state.getLabel().matches(Label.parse(labels));
    }

    @Override
    public synchronized Collection<NodeProvisioner.PlannedNode> provision(CloudState state, int excess) {
        long there = Jenkins.get().getNodes().stream()
                .filter(OneShotAgent.class::isInstance)
                .count();
        List<NodeProvisioner.PlannedNode> planned = new ArrayList<>();
        for (int i = 0; i < excess && there + planned.size() < most; i++) {
            String name = "one-shot-" + made.incrementAndGet();
            planned.add(
                    new NodeProvisioner.PlannedNode(name, Computer.threadPoolForRemoting.submit(() -> agent(name)), 1));
        }
        return planned;
    }

    private OneShotAgent agent(String name) throws Exception {
        Path root = Files.createDirectories(roots.resolve(name));
        ComputerLauncher launcher = rule.createComputerLauncher(new EnvVars("BUILDAH_ISOLATION", "chroot"));
        return new OneShotAgent(name, root.toString(), launcher, labels);
    }

    private static final class OneShotAgent extends AbstractCloudSlave {

        private static final long serialVersionUID = 1L;

        OneShotAgent(String name, String root, ComputerLauncher launcher, String labels)
                throws Descriptor.FormException, IOException {
            super(name, root, launcher);
            setLabelString(labels);
            setNumExecutors(1);
            setRetentionStrategy(new Once());
        }

        @Override
        public AbstractCloudComputer<OneShotAgent> createComputer() {
            return new AbstractCloudComputer<>(this);
        }

        @Override
        protected void _terminate(TaskListener listener) {}
    }

    /** As agents of the Kubernetes, Docker or EC2 plugin that serve one build. */
    private static final class Once extends RetentionStrategy<AbstractCloudComputer<OneShotAgent>>
            implements ExecutorListener {

        @Override
        public void start(AbstractCloudComputer<OneShotAgent> computer) {
            computer.connect(false);
        }

        @Override
        public long check(AbstractCloudComputer<OneShotAgent> computer) {
            return 1;
        }

        @Override
        public void taskAccepted(Executor executor, Queue.Task task) {}

        @Override
        public void taskCompleted(Executor executor, Queue.Task task, long durationMillis) {
            end(executor.getOwner());
        }

        @Override
        public void taskCompletedWithProblems(
                Executor executor, Queue.Task task, long durationMillis, Throwable problems) {
            end(executor.getOwner());
        }

        private static void end(Computer computer) {
            if (computer instanceof SlaveComputer agent) {
                agent.setAcceptingTasks(false);
            }
            Computer.threadPoolForRemoting.execute(() -> {
                try {
                    if (computer.getNode() instanceof OneShotAgent agent) {
                        agent.terminate();
                    }
                } catch (IOException | InterruptedException e) {
                    LOGGER.log(Level.WARNING, e, () -> "Agent " + computer.getName() + " does not end");
                }
            });
        }
    }
}
