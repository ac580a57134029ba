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
import org.jenkinsci.plugins.workflow.actions.LabelAction;
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

    /** More than any branch has between its start and its end, whatever the author's test does. */
    private static final int MOST_NODES = 10_000;

    private static final long MOST_BYTES = 64L * 1024 * 1024;
    private static final int TAIL_BYTES = 64 * 1024;
    private static final int TAIL_LINES = 12;
    private static final Pattern NOT_TEXT = Pattern.compile("\\u001B\\[[0-9;?]*[A-Za-z]|[\\p{Cntrl}&&[^\\t]]");

    /** The run of the build tool that came last, and the one that has built; both null if there was none. */
    private final FlowNode shell;

    private final FlowNode build;
    private final String agent;

    private BranchLog(FlowNode shell, FlowNode build, String agent) {
        this.shell = shell;
        this.build = build;
        this.agent = agent;
    }

    /** @param now where the branch has come to, outside of any parallel inside it */
    static BranchLog of(FlowNode now, String platform) {
        FlowNode shell = null;
        FlowNode build = null;
        String agent = "";
        FlowNode node = now;
        for (int i = 0; i < MOST_NODES && !node.getParents().isEmpty(); i++) {
            if (node.getAction(ThreadNameAction.class) != null) {
                break;
            }
            node = node.getParents().get(0);
            String label = label(node);
            if (shell == null && (label.equals("Build " + platform) || label.equals("Push " + platform))) {
                shell = node;
            }
            if (build == null && label.equals("Build " + platform)) {
                build = node;
            }
            WorkspaceAction workspace = node.getAction(WorkspaceAction.class);
            if (agent.isEmpty() && workspace != null) {
                agent = workspace.getNode().isEmpty() ? "built-in" : workspace.getNode();
            }
        }
        return new BranchLog(shell, build, agent);
    }

    /** That of an {@code sh}, by which the dispatch script's own are told from those of the author's test. */
    private static String label(FlowNode node) {
        StepDescriptor descriptor = node instanceof StepNode step ? step.getDescriptor() : null;
        LabelAction label = node.getAction(LabelAction.class);
        return descriptor != null && descriptor.getFunctionName().equals("sh") && label != null
                ? label.getDisplayName()
                : "";
    }

    /** Name of the agent that the branch has got; empty if it has got none. */
    String agent() {
        return agent;
    }

    /** How much of the build has come from the cache, as far as its output tells. */
    CacheUse cacheUse() throws IOException {
        AnnotatedLargeText<?> text = text(build);
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
        AnnotatedLargeText<?> text = text(shell);
        if (text != null && toolFailed()) {
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

    /** Whether the build tool is what has failed. */
    boolean toolFailed() {
        return shell != null && shell.getError() != null;
    }

    private static AnnotatedLargeText<?> text(FlowNode node) {
        LogAction log = node == null ? null : node.getAction(LogAction.class);
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
