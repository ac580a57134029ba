package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.console.AnnotatedLargeText;
import hudson.console.LineTransformationOutputStream;
import io.jenkins.plugins.multiarch.engine.build.CacheUse;
import io.jenkins.plugins.multiarch.engine.build.OutputTail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.actions.LogAction;
import org.jenkinsci.plugins.workflow.actions.ThreadNameAction;
import org.jenkinsci.plugins.workflow.actions.WorkspaceAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graph.StepNode;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/**
 * What a platform's branch has left in the program and the log of its run: the output of its build tool, which was sent
 * to the controller anyway, and its agent.
 */
final class BranchLog {

    /** More than any branch has between its start and its end. */
    private static final int MOST_NODES = 100;

    private static final long MOST_BYTES = 64L * 1024 * 1024;
    private static final int TAIL_BYTES = 64 * 1024;
    private static final int TAIL_LINES = 12;
    private static final Pattern NOT_TEXT = Pattern.compile("\\u001B\\[[0-9;?]*[A-Za-z]|[\\p{Cntrl}&&[^\\t]]");

    private final FlowNode shell;
    private final String agent;

    private BranchLog(FlowNode shell, String agent) {
        this.shell = shell;
        this.agent = agent;
    }

    /** @param now where the branch has come to, outside of any parallel inside it */
    static BranchLog of(FlowNode now) {
        FlowNode shell = null;
        String agent = "";
        FlowNode node = now;
        for (int i = 0; i < MOST_NODES && !node.getParents().isEmpty(); i++) {
            if (node.getAction(ThreadNameAction.class) != null) {
                break;
            }
            node = node.getParents().get(0);
            if (shell == null && isShell(node)) {
                shell = node;
            }
            WorkspaceAction workspace = node.getAction(WorkspaceAction.class);
            if (agent.isEmpty() && workspace != null) {
                agent = workspace.getNode().isEmpty() ? "built-in" : workspace.getNode();
            }
        }
        return new BranchLog(shell, agent);
    }

    private static boolean isShell(FlowNode node) {
        StepDescriptor descriptor = node instanceof StepNode step ? step.getDescriptor() : null;
        return descriptor != null && descriptor.getFunctionName().equals("sh");
    }

    /** Name of the agent that the branch has got; empty if it has got none. */
    String agent() {
        return agent;
    }

    /** How much of the build has come from the cache, as far as its output tells. */
    CacheUse cacheUse() throws IOException {
        AnnotatedLargeText<?> text = text();
        if (text == null || text.length() > MOST_BYTES) {
            return CacheUse.UNKNOWN;
        }
        CacheUse.Reader reader = new CacheUse.Reader();
        read(text, 0, reader);
        return reader.result();
    }

    /** The last lines of the build tool, if it is what has failed; else none. */
    List<String> failedOutput() throws IOException {
        OutputTail tail = new OutputTail();
        AnnotatedLargeText<?> text = text();
        if (text != null && shell.getError() != null) {
            read(text, Math.max(0, text.length() - TAIL_BYTES), line -> {
                if (!line.isBlank()) {
                    tail.add(line);
                }
            });
        }
        return tail.lines();
    }

    /** The very last of {@link #failedOutput}, as a text. */
    String failure() throws IOException {
        List<String> lines = failedOutput();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private AnnotatedLargeText<?> text() {
        LogAction log = shell == null ? null : shell.getAction(LogAction.class);
        return log == null ? null : log.getLogText();
    }

    private static void read(AnnotatedLargeText<?> text, long from, Consumer<String> lines) throws IOException {
        try (LineTransformationOutputStream out = new LineTransformationOutputStream() {
            @Override
            protected void eol(@NonNull byte[] line, int length) {
                lines.accept(NOT_TEXT.matcher(new String(line, 0, length, StandardCharsets.UTF_8))
                        .replaceAll(""));
            }
        }) {
            text.writeLogTo(from, out);
        }
    }
}
