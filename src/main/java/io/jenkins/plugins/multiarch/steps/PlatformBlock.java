package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.InvisibleAction;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.UUID;
import org.jenkinsci.plugins.workflow.actions.PersistentAction;
import org.jenkinsci.plugins.workflow.graph.BlockStartNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;

/** Marks the block of a {@code platformNode} in the graph of a run. */
final class PlatformBlock extends InvisibleAction implements PersistentAction {

    private final String id = UUID.randomUUID().toString();
    private final String platform;

    PlatformBlock(Platform platform) {
        this.platform = platform.toString();
    }

    /** Tells it apart from all other blocks. */
    String id() {
        return id;
    }

    Platform platform() {
        return Platform.parse(platform);
    }

    /** That of a node step, or the innermost around it; null if there is none. */
    @CheckForNull
    static PlatformBlock of(FlowNode node) {
        PlatformBlock own = node.getAction(PlatformBlock.class);
        if (own != null) {
            return own;
        }
        for (BlockStartNode block : node.iterateEnclosingBlocks()) {
            PlatformBlock found = block.getAction(PlatformBlock.class);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
