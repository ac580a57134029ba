package io.jenkins.plugins.multiarch.config;

import hudson.util.ListBoxModel;
import java.util.Locale;

/** Which agents are probed by themselves, when they come online and every now and then. */
public enum Discovery {
    /** All that are not of a cloud. */
    ALL,
    /** Those that a label expression matches. */
    LABEL,
    /** None: an agent is probed if somebody asks for it. */
    OFF;

    /**
     * Reads it as it is written in configurations.
     *
     * @throws IllegalArgumentException naming the value and the choices
     */
    static Discovery parse(String text) {
        for (Discovery discovery : values()) {
            if (discovery.toString().equals(text)) {
                return discovery;
            }
        }
        throw new IllegalArgumentException("Unknown discovery '" + text + "'. Choose all, label or off.");
    }

    static ListBoxModel items() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.Discovery_all(), ALL.toString());
        items.add(Messages.Discovery_label(), LABEL.toString());
        items.add(Messages.Discovery_off(), OFF.toString());
        return items;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
