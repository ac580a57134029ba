package io.jenkins.plugins.multiarch.leftovers;

import hudson.Extension;
import hudson.model.AsyncPeriodicWork;
import hudson.model.TaskListener;
import java.util.List;
import jenkins.model.Jenkins;

/** Has the agents that are online swept every hour. */
@Extension
public final class SweepPeriodically extends AsyncPeriodicWork {

    public SweepPeriodically() {
        super("Sweep after dead multi-arch builds");
    }

    @Override
    public long getRecurrencePeriod() {
        return HOUR;
    }

    @Override
    protected void execute(TaskListener listener) throws InterruptedException {
        LeftoverSweep.sweep(List.of(Jenkins.get().getComputers()));
    }
}
