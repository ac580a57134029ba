package io.jenkins.plugins.multiarch.leftovers;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.slaves.ComputerListener;

/** Has an agent swept that has come online; it does not wait for that. */
@Extension
public final class SweepWhenOnline extends ComputerListener {

    @Override
    public void onOnline(Computer computer, TaskListener listener) {
        LeftoverSweep.start(computer);
    }
}
