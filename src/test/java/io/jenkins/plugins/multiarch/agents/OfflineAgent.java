package io.jenkins.plugins.multiarch.agents;

import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import org.jvnet.hudson.test.JenkinsRule;

/** Agents that nobody connects, so that no probe replaces what a test says of them. */
final class OfflineAgent {

    private OfflineAgent() {}

    static DumbSlave create(JenkinsRule jenkins, String name) throws Exception {
        jenkins.jenkins.addNode(new DumbSlave(name, "/tmp/" + name, new JNLPLauncher()));
        return (DumbSlave) jenkins.jenkins.getNode(name);
    }

    static DumbSlave create(JenkinsRule jenkins, String name, AgentRecord record) throws Exception {
        DumbSlave agent = create(jenkins, name);
        AgentRecords.get().put(agent, record);
        return agent;
    }
}
