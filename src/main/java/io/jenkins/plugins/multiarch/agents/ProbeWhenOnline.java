package io.jenkins.plugins.multiarch.agents;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.slaves.ComputerListener;

/** Has an agent probed that has come online; it does not wait for that. */
@Extension
public final class ProbeWhenOnline extends ComputerListener {

    /** Not one that a cloud has made: it may serve one build only, mostly one that builds no image. */
    @Override
    public void onOnline(Computer computer, TaskListener listener) {
        if (AgentProber.isDiscovered(computer.getNode())) {
            AgentProber.get().probe(computer);
        }
    }
}
