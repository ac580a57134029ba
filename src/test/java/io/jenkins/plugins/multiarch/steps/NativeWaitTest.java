package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** One agent stands for a native one of {@code linux/arm64}, by a label of the administrator; another one emulates. */
@Tag("integration")
@WithSharedJenkins
class NativeWaitTest {

    private JenkinsRule jenkins;
    private DumbSlave arm;

    @BeforeEach
    void startAgents(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        arm = agent("arm", "arm");
        agent("qemu", "");
        agent("host", "host");
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "arm")));
        arm.toComputer().setTemporaryOfflineCause(new OfflineCause.ByCLI("for the test"));
    }

    private DumbSlave agent(String name, String labels) throws Exception {
        DumbSlave agent = jenkins.createSlave(name, labels, new EnvVars("BUILDAH_ISOLATION", "chroot"));
        jenkins.waitOnline(agent);
        Probed.await(agent);
        return agent;
    }

    private WorkflowRun start(int nativeWait) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('host') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/arm64'], builder: 'buildah',
                        push: false, nativeWait: %d
                }
                """.formatted(nativeWait), true));
        return job.scheduleBuild2(0).waitForStart();
    }

    @Test
    void anAgentThatComesBackInTimeBuilds() throws Exception {
        WorkflowRun run = start(5);
        jenkins.waitForMessage("Native agents that are offline are waited for, 5 min at most", run);
        jenkins.waitForMessage("multiArchAwaitNative", run);
        arm.toComputer().setTemporaryOfflineCause(null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        assertThat(JenkinsRule.getLog(run))
                .contains("native label 'arm': its only agent is offline")
                .contains("linux/arm64  native  arm  1 agent is available")
                .contains("Running on arm in");
    }

    @Test
    void withoutAWaitQemuIsTakenAtOnce() throws Exception {
        WorkflowRun run = start(0);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        assertThat(JenkinsRule.getLog(run)).doesNotContain("waited for").doesNotContain("Running on arm in");
    }

    @Test
    void anAbortEndsTheWait() throws Exception {
        WorkflowRun run = start(5);
        jenkins.waitForMessage("multiArchAwaitNative", run);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
    }

    @Test
    void aNegativeWaitIsRefused() throws Exception {
        WorkflowRun run = jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(start(-1)));
        assertThat(JenkinsRule.getLog(run)).contains("ERROR: nativeWait is -1.").doesNotContain("\tat ");
    }
}
