package io.jenkins.plugins.multiarch.agents;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.slaves.ComputerListener;

/** Has an agent probed that has come online; it does not wait for that. */
@Extension
public final class ProbeWhenOnline extends ComputerListener {

    @Override
    public void onOnline(Computer computer, TaskListener listener) {
        AgentProber.get().probe(computer);
    }
}
