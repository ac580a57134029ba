package io.jenkins.plugins.multiarch.agents;

import hudson.Extension;
import hudson.model.PeriodicWork;
import java.time.Duration;

/** Has agents probed again once what is known of them is half an hour old. */
@Extension
public final class ProbePeriodically extends PeriodicWork {

    private static final Duration AGE = Duration.ofMinutes(30);

    @Override
    public long getRecurrencePeriod() {
        return 5 * MIN;
    }

    @Override
    protected void doRun() {
        AgentProber.get().probeAll(AGE);
    }
}
