package io.jenkins.plugins.multiarch.agents;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.LabelFinder;
import hudson.model.Node;
import hudson.model.labels.LabelAtom;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * Gives every agent the labels of what it can build, from what the last probe has found: Jenkins asks for them often,
 * and while it holds the lock of its queue.
 */
@Extension
public final class PlatformLabels extends LabelFinder {

    @NonNull
    @Override
    public Collection<LabelAtom> findLabels(@NonNull Node node) {
        // Nothing is built on the built-in node by chance.
        if (node instanceof Jenkins || !MultiArchBuildConfiguration.get().isDynamicLabels()) {
            return Set.of();
        }
        Jenkins jenkins = Jenkins.get();
        return AgentRecords.get().labels(node).stream()
                .map(jenkins::getLabelAtom)
                .collect(Collectors.toSet());
    }
}
