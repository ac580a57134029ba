package io.jenkins.plugins.multiarch.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Node;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import java.util.Optional;

/**
 * The node of which a planning build holds an executor.
 *
 * @param node null if it holds none
 * @param inPlace whether that node builds what it can without another executor
 * @param machine what it can build where the steps of the build run, such as in a container; empty if that is what the
 *     last probe of the node has found
 */
public record OccupiedAgent(@CheckForNull Node node, boolean inPlace, Optional<Machine> machine) {

    /** Of a build that needs a further executor for everything. */
    public static OccupiedAgent holding(@CheckForNull Node node) {
        return new OccupiedAgent(node, false, Optional.empty());
    }

    /** Of a build that can go on where it is. */
    public static OccupiedAgent building(@CheckForNull Node node, Optional<Machine> machine) {
        return new OccupiedAgent(node, true, machine);
    }
}
