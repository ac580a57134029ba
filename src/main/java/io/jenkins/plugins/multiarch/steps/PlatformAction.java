package io.jenkins.plugins.multiarch.steps;

import hudson.model.InvisibleAction;
import org.jenkinsci.plugins.workflow.actions.PersistentAction;

/** The platform of a {@code platformNode} block, kept with the block's start so that it survives restarts. */
final class PlatformAction extends InvisibleAction implements PersistentAction {

    private final String platform;

    /** @param platform in its normal spelling */
    PlatformAction(String platform) {
        this.platform = platform;
    }

    String platform() {
        return platform;
    }
}
