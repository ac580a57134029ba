package io.jenkins.plugins.multiarch.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import hudson.FilePath;
import hudson.model.Result;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.junit.jupiter.api.Test;

class CleanUpStepTest {

    /** When two branches are stopped, the end of one often interrupts the other just when that begins to clean up. */
    @Test
    void anInterruptionAtItsFirstInstantDoesNotEndIt() throws Exception {
        Branch branch = new Branch();
        StepExecution execution = new CleanUpStep("linux/arm64").start(branch);

        execution.stop(new InterruptedException("the other branch has failed"));
        boolean ended = branch.end.isDone();
        execution.start();

        assertThat(ended).isFalse();
        assertThat(branch.end.get(30, TimeUnit.SECONDS)).hasMessage("asked for the workspace");
    }

    /** A branch in which the step fails as soon as it asks for what it is to clean up. */
    private static final class Branch extends StepContext {

        private static final long serialVersionUID = 1L;

        private final transient CompletableFuture<Throwable> end = new CompletableFuture<>();

        @Override
        public <T> T get(Class<T> key) {
            if (key == FilePath.class) {
                throw new IllegalStateException("asked for the workspace");
            }
            return null;
        }

        @Override
        public void onFailure(Throwable failure) {
            end.complete(failure);
        }

        @Override
        public void onSuccess(Object result) {
            end.completeExceptionally(new AssertionError("It cleaned up without a workspace."));
        }

        @Override
        public void setResult(Result result) {}

        @Override
        public BodyInvoker newBodyInvoker() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ListenableFuture<Void> saveState() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
