package io.jenkins.plugins.multiarch.config;

import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;

/** The choices of {@code emulation} in a form. */
public final class EmulationItems {

    private EmulationItems() {}

    /** Those of the configuration. */
    static ListBoxModel list() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.Emulation_fallback(), Emulation.FALLBACK.toString());
        items.add(Messages.Emulation_never(), Emulation.NEVER.toString());
        items.add(Messages.Emulation_always(), Emulation.ALWAYS.toString());
        return items;
    }

    /** Those of a step, which may leave it to the configuration. */
    public static ListBoxModel listForStep() {
        ListBoxModel items = list();
        items.add(0, new ListBoxModel.Option(Messages.asConfigured(), ""));
        return items;
    }
}
