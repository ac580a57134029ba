package io.jenkins.plugins.multiarch.steps;

import hudson.console.AnnotatedLargeText;
import io.jenkins.plugins.multiarch.engine.build.OutputTail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jenkinsci.plugins.workflow.actions.ErrorAction;
import org.jenkinsci.plugins.workflow.actions.LogAction;
import org.jenkinsci.plugins.workflow.actions.WorkspaceAction;
import org.jenkinsci.plugins.workflow.cps.nodes.StepAtomNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.LinearScanner;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/**
 * What a platform's branch has done so far, read backwards from its latest step.
 *
 * @param latest the node of that step
 */
record BranchHistory(FlowNode latest) {

    /** One attempt of a branch has fewer steps; what lies further back belongs to none. */
    private static final int MOST_STEPS = 60;

    /** Bytes at the end of a step's output in which the cause of its failure is looked for. */
    private static final int MOST_OUTPUT = 64 * 1024;

    /** The name of the agent that the branch had last; empty if it had none. */
    Optional<String> agent() {
        return steps()
                .map(step -> step.getAction(WorkspaceAction.class))
                .filter(Objects::nonNull)
                .findFirst()
                .map(action -> action.getNode().isEmpty() ? "built-in" : action.getNode());
    }

    /** The last lines that the build tool has printed before it failed; none if no {@code sh} has failed. */
    List<String> failedOutput() throws IOException {
        Optional<LogAction> log = steps()
                .filter(step -> step instanceof StepAtomNode atom && isShell(atom.getDescriptor()))
                .filter(step -> step.getAction(ErrorAction.class) != null)
                .findFirst()
                .map(step -> step.getAction(LogAction.class));
        OutputTail tail = new OutputTail();
        if (log.isPresent()) {
            AnnotatedLargeText<?> text = log.get().getLogText();
            ByteArrayOutputStream end = new ByteArrayOutputStream();
            text.writeRawLogTo(Math.max(0, text.length() - MOST_OUTPUT), end);
            end.toString(StandardCharsets.UTF_8).lines().forEach(tail::add);
        }
        return tail.lines();
    }

    private static boolean isShell(StepDescriptor descriptor) {
        return descriptor != null && descriptor.getFunctionName().equals("sh");
    }

    private Stream<FlowNode> steps() {
        LinearScanner scanner = new LinearScanner();
        scanner.setup(latest);
        return StreamSupport.stream(scanner.spliterator(), false).limit(MOST_STEPS);
    }
}
