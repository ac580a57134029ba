package io.jenkins.plugins.multiarch.steps;

import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;

/** The choices of {@code emulation} in a form. */
final class EmulationItems {

    private EmulationItems() {}

    static ListBoxModel list() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.Emulation_fallback(), Emulation.FALLBACK.toString());
        items.add(Messages.Emulation_never(), Emulation.NEVER.toString());
        items.add(Messages.Emulation_always(), Emulation.ALWAYS.toString());
        return items;
    }
}
