package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class WaitNoticeTest {

    private final int usual = WaitNotice.seconds;
    private JenkinsRule jenkins;

    @BeforeEach
    void waitOneSecond(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "arm")));
        WaitNotice.seconds = 1;
    }

    @AfterEach
    void waitAsUsual() {
        WaitNotice.seconds = usual;
    }

    private WorkflowRun start(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    private void stop(WorkflowRun run) throws Exception {
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void whoHoldsTheAgentIsNamed() throws Exception {
        jenkins.waitOnline(jenkins.createSlave("pi", "arm", null));
        WorkflowRun holder = start("node('arm') { echo 'HOLDING'; sleep 600 }");
        jenkins.waitForMessage("HOLDING", holder);

        WorkflowRun waiting = start("platformNode('linux/arm64') { }");
        jenkins.waitForMessage("What would help: more executors for these agents", waiting);

        assertThat(JenkinsRule.getLog(waiting))
                .contains("After 1 s still waiting for an agent with the label 'arm': ")
                .contains("  agent 'pi' is busy with " + holder.getFullDisplayName());
        stop(holder);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(waiting));
        assertThat(JenkinsRule.getLog(waiting).split("still waiting for an agent", -1))
                .as("said once")
                .hasSize(2);
    }

    @Test
    void anAgentThatIsOfflineIsNamed() throws Exception {
        DumbSlave offline = new DumbSlave("gone", "/nowhere", new JNLPLauncher());
        offline.setLabelString("arm");
        jenkins.jenkins.addNode(offline);

        WorkflowRun waiting = start("platformNode('linux/arm64') { }");
        jenkins.waitForMessage("What would help: bring one of these agents online.", waiting);

        assertThat(JenkinsRule.getLog(waiting)).contains("  agent 'gone' is offline");
        stop(waiting);
    }

    @Test
    void otherNodesAreLeftAlone() throws Exception {
        WorkflowRun waiting = start("node('nowhere') { }");
        jenkins.waitForMessage("[Pipeline] node", waiting);
        TimeUnit.SECONDS.sleep(4);

        assertThat(JenkinsRule.getLog(waiting)).doesNotContain("still waiting for an agent");
        stop(waiting);
    }
}
