package io.jenkins.plugins.multiarch.config;

import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;

/** The choices of {@code builder} in a form. */
public final class BuilderItems {

    static final String AUTO = "auto";

    private BuilderItems() {}

    /** Those of the configuration. */
    static ListBoxModel list() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.Builder_auto(), AUTO);
        for (BuildTool tool : BuildTool.values()) {
            items.add(tool.toString());
        }
        return items;
    }

    /** Those of a step, which may leave it to the configuration. */
    public static ListBoxModel listForStep() {
        ListBoxModel items = list();
        items.add(0, new ListBoxModel.Option(Messages.asConfigured(), ""));
        return items;
    }
}
