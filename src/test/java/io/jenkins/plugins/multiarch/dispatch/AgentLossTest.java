package io.jenkins.plugins.multiarch.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.AbortException;
import hudson.model.Result;
import hudson.remoting.RequestAbortedException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;
import org.junit.jupiter.api.Test;

/** Which failures are the loss of an agent, and which are somebody's wish. */
class AgentLossTest {

    private static FlowInterruptedException interruption(CauseOfInterruption cause) {
        return new FlowInterruptedException(Result.ABORTED, true, cause);
    }

    private static final class Wish extends CauseOfInterruption {

        private static final long serialVersionUID = 1L;

        @Override
        public String getShortDescription() {
            return "Failed in branch linux/arm64";
        }
    }

    @Test
    void anInterruptionIsNoneWhateverItHasInterrupted() throws Exception {
        FlowInterruptedException failFast = interruption(new Wish());
        failFast.addSuppressed(new IOException("a record was being written", new ClosedByInterruptException()));

        assertThat(AgentLoss.isCauseOf(failFast, null)).isFalse();
        assertThat(AgentLoss.isCauseOf(interruption(new ExecutorStepExecution.QueueTaskCancelled()), null))
                .isFalse();
    }

    @Test
    void aNodeThatIsGoneIsOne() throws Exception {
        assertThat(AgentLoss.isCauseOf(interruption(new ExecutorStepExecution.RemovedNodeCause()), null))
                .isTrue();
        assertThat(AgentLoss.isCauseOf(interruption(new ExecutorStepExecution.RemovedNodeTimeoutCause()), null))
                .isTrue();
    }

    @Test
    void aChannelThatIsClosedIsOne() throws Exception {
        assertThat(AgentLoss.isCauseOf(new IOException(new ClosedChannelException()), null))
                .isTrue();
        // Jenkins itself has closed it while a call was under way.
        assertThat(AgentLoss.isCauseOf(new RequestAbortedException(new IOException("orderly shutdown")), null))
                .isTrue();
        assertThat(AgentLoss.isCauseOf(new AbortException("script returned exit code -1"), null))
                .isTrue();
        assertThat(AgentLoss.isCauseOf(new AbortException("script returned exit code 1"), null))
                .isFalse();
    }
}
