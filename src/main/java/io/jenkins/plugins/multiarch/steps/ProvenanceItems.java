package io.jenkins.plugins.multiarch.steps;

import hudson.util.ListBoxModel;

/** The choices of {@code provenance} in a step that publishes. */
final class ProvenanceItems {

    private ProvenanceItems() {}

    static ListBoxModel list() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.Provenance_configured(), "");
        items.add(Messages.Provenance_jenkins(), IndexSignature.JENKINS);
        items.add(Messages.Provenance_none(), "false");
        return items;
    }
}
