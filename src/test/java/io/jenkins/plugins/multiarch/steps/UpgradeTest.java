package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import io.jenkins.plugins.multiarch.report.RecordedPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.recipes.LocalData;

/**
 * A home directory that the plugin wrote before it knew retries: one build that has finished, and one that was waiting for
 * a native agent, inside of a node, when the controller went down.
 */
@WithOwnJenkins
class UpgradeTest {

    private static long waiting;

    @TempDir
    private Path temp;

    /** The build waits for the agent of its outer node, which takes its time to be started by the test. */
    @BeforeAll
    static void waitLonger() {
        waiting = ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS;
        ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS = 300_000;
    }

    @AfterAll
    static void waitAsUsual() {
        ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS = waiting;
    }

    @Test
    @LocalData
    void aBuildOfBeforeIsReadable(JenkinsRule jenkins) throws Exception {
        WorkflowRun run =
                jenkins.jenkins.getItemByFullName("finished", WorkflowJob.class).getBuildByNumber(1);
        jenkins.assertBuildStatus(Result.SUCCESS, run);
        MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);

        assertThat(action.getImages())
                .extracting(PlatformImage::getPlatform, PlatformImage::getNode, PlatformImage::isEmulated)
                .containsExactly(tuple("linux/arm64", "host", true));
        assertThat(action.getPlans())
                .extracting(RecordedPlan::getPlatform, RecordedPlan::getMode)
                .containsExactly(tuple("linux/arm64", "emulated"));
        assertThat(jenkins.createWebClient().getPage(run).asNormalizedText()).contains("#1");
    }

    @Test
    @LocalData
    @Tag("integration")
    void aBuildThatRunsAcrossTheUpgradeFinishes(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        List<InboundAgent> agents = new ArrayList<>();
        try {
            for (String name : List.of("host", "arm")) {
                Path home = Files.createDirectories(temp.resolve(name));
                agents.add(new InboundAgent(InboundAgent.expect(jenkins, name, name, home, 1), home)
                        .fetch(jenkins.getURL().toString())
                        .start());
                DumbSlave agent = (DumbSlave) jenkins.jenkins.getNode(name);
                jenkins.waitOnline(agent);
                Probed.await(agent);
            }
            WorkflowRun run = jenkins.jenkins
                    .getItemByFullName("running", WorkflowJob.class)
                    .getBuildByNumber(1);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

            assertThat(JenkinsRule.getLog(run))
                    .contains("Resuming build at ")
                    .contains("Built linux/arm64, not pushed")
                    .doesNotContain("\tat ");
        } finally {
            for (InboundAgent agent : agents) {
                agent.close();
            }
        }
    }
}
