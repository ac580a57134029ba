package io.jenkins.plugins.multiarch.steps;

import hudson.model.LoadStatistics;
import hudson.slaves.NodeProvisioner.NodeProvisionerInvoker;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has Jenkins ask its clouds for agents at once. It looks at its load for the first time when it is 100 seconds old, and
 * every 10 seconds from then on.
 */
final class FrequentProvisioning implements BeforeAllCallback, AfterAllCallback {

    private static final int[] USUAL = {
        NodeProvisionerInvoker.INITIALDELAY, NodeProvisionerInvoker.RECURRENCEPERIOD, LoadStatistics.CLOCK
    };

    @Override
    public void beforeAll(ExtensionContext context) {
        set(100, 500, 500);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        set(USUAL[0], USUAL[1], USUAL[2]);
    }

    private static void set(int delay, int period, int clock) {
        NodeProvisionerInvoker.INITIALDELAY = delay;
        NodeProvisionerInvoker.RECURRENCEPERIOD = period;
        LoadStatistics.CLOCK = clock;
    }
}
