package io.jenkins.plugins.multiarch.steps;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import hudson.console.AnnotatedLargeText;
import org.jenkinsci.plugins.workflow.actions.ErrorAction;
import org.jenkinsci.plugins.workflow.actions.LogAction;
import org.jenkinsci.plugins.workflow.actions.WorkspaceAction;
import org.jenkinsci.plugins.workflow.cps.nodes.StepAtomNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.LinearScanner;

/**
 * What a platform's branch has done so far, read backwards from its latest step.
 *
 * @param latest the node of that step
 */
record BranchHistory(FlowNode latest) {

    /** A branch has fewer steps; what lies further back is not of this attempt. */
    private static final int MOST_STEPS = 60;

    /** Bytes at the end of a step's output in which the cause of its failure is looked for. */
    private static final int MOST_OUTPUT = 64 * 1024;

    /** The name of the agent that the branch had last; empty if it had none. */
    Optional<String> agent() {
        return steps()
                .map(step -> step.getAction(WorkspaceAction.class))
                .filter(action -> action != null)
                .findFirst()
                .map(action -> action.getNode().isEmpty() ? "built-in" : action.getNode());
    }

    /** The end of what the build tool has printed before it failed; empty if no {@code sh} has failed. */
    String failedOutput() throws IOException {
        Optional<LogAction> log = steps()
                .filter(step -> step instanceof StepAtomNode atom
                        && atom.getDescriptor() != null
                        && atom.getDescriptor().getFunctionName().equals("sh")
                        && step.getAction(ErrorAction.class) != null)
                .findFirst()
                .map(step -> step.getAction(LogAction.class));
        return log.isPresent() ? tail(log.get().getLogText()) : "";
    }

    private static String tail(AnnotatedLargeText<?> text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream closed = out) {
            text.writeRawLogTo(Math.max(0, text.length() - MOST_OUTPUT), closed);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private java.util.stream.Stream<FlowNode> steps() {
        LinearScanner scanner = new LinearScanner();
        scanner.setup(latest);
        return java.util.stream.StreamSupport.stream(scanner.spliterator(), false).limit(MOST_STEPS);
    }
}
