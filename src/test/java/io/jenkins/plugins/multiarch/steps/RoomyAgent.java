package io.jenkins.plugins.multiarch.steps;

import hudson.EnvVars;
import hudson.slaves.DumbSlave;
import hudson.slaves.RetentionStrategy;
import io.jenkins.plugins.multiarch.agents.Probed;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jvnet.hudson.test.JenkinsRule;

/** An agent with several executors; the one that {@link JenkinsRule} makes has one, whatever it is told later. */
final class RoomyAgent {

    private RoomyAgent() {}

    /** Adds an agent with buildah, which is online and has been probed when this returns. */
    static DumbSlave add(JenkinsRule jenkins, String name, String labels, Path root, int executors) throws Exception {
        return add(jenkins, name, labels, root, executors, new EnvVars());
    }

    /** The same with more variables in its environment. */
    static DumbSlave add(JenkinsRule jenkins, String name, String labels, Path root, int executors, EnvVars environment)
            throws Exception {
        environment.put("BUILDAH_ISOLATION", "chroot");
        DumbSlave agent = new DumbSlave(
                name, Files.createDirectories(root).toString(), jenkins.createComputerLauncher(environment));
        agent.setLabelString(labels);
        agent.setNumExecutors(executors);
        agent.setRetentionStrategy(RetentionStrategy.NOOP);
        jenkins.jenkins.addNode(agent);
        jenkins.waitOnline(agent);
        Probed.await(agent);
        return agent;
    }
}
