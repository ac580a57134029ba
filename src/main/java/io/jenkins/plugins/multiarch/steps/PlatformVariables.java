package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Executor;
import hudson.model.Queue;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.DynamicContext;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution.PlaceholderTask;

/**
 * Sets the variables of {@link PlatformEnvironment} in the block of {@code platformNode}. The block is started by the
 * {@code node} step, so nothing can be put into its context beforehand.
 */
@Extension
public final class PlatformVariables extends DynamicContext.Typed<EnvironmentExpander> {

    @NonNull
    @Override
    protected Class<EnvironmentExpander> type() {
        return EnvironmentExpander.class;
    }

    @CheckForNull
    @Override
    protected EnvironmentExpander get(DelegatedContext context) throws IOException, InterruptedException {
        PlatformBlock block = block(context);
        if (block == null) {
            return null;
        }
        EnvironmentExpander surrounding = context.get(EnvironmentExpander.class);
        // What was set inside the block, by withEnv for example, has the variables already, and may have changed them.
        return Question.has(surrounding, block)
                ? surrounding
                : EnvironmentExpander.merge(surrounding, new Expander(block));
    }

    /** The innermost around what asks, which is the executor's if only a variable of the script is looked up. */
    @CheckForNull
    private static PlatformBlock block(DelegatedContext context) throws IOException, InterruptedException {
        Executor executor = context.get(Executor.class);
        Queue.Executable executable = executor == null ? null : executor.getCurrentExecutable();
        FlowNode node =
                executable != null && executable.getParent() instanceof PlaceholderTask task ? task.getNode() : null;
        return node == null ? null : PlatformBlock.of(node);
    }

    private static final class Expander extends EnvironmentExpander {

        private static final long serialVersionUID = 1L;

        private final String block;
        private final String platform;

        Expander(PlatformBlock block) {
            this.block = block.id();
            this.platform = block.platform().toString();
        }

        @Override
        public void expand(@NonNull EnvVars variables) {
            if (variables instanceof Question question && question.block.equals(block)) {
                question.answer = true;
            }
            variables.overrideAll(PlatformEnvironment.of(Platform.parse(platform)));
        }
    }

    /** Variables that nobody uses: they find out whether an expander sets those of a block, alone or among others. */
    private static final class Question extends EnvVars {

        private static final long serialVersionUID = 1L;

        private final String block;
        private boolean answer;

        private Question(String block) {
            this.block = block;
        }

        static boolean has(@CheckForNull EnvironmentExpander expander, PlatformBlock block)
                throws IOException, InterruptedException {
            Question question = new Question(block.id());
            if (expander != null) {
                expander.expand(question);
            }
            return question.answer;
        }
    }
}
