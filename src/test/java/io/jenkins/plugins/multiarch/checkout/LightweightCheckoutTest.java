package io.jenkins.plugins.multiarch.checkout;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.plugins.git.BranchSpec;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.UserRemoteConfig;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class LightweightCheckoutTest {

    private static final Commit COMMIT = Commit.ofGit("0123456789012345678901234567890123456789");

    private WorkflowRun run;

    @BeforeEach
    void runAnyBuild(JenkinsRule jenkins) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("echo 'any build'", true));
        run = jenkins.buildAndAssertSuccess(job);
    }

    private static GitSCM repository(String branches) {
        return new GitSCM(
                List.of(new UserRemoteConfig("http://robot:s3cr3t@127.0.0.1:1/team/app.git", null, null, null)),
                List.of(new BranchSpec(branches)),
                null,
                null,
                List.of());
    }

    @Test
    void aServerThatDoesNotAnswerIsNamedInOneLineWithoutThePassword() {
        assertThatThrownBy(() -> new LightweightCheckout(run, repository("main"), COMMIT).read("Dockerfile"))
                .hasMessageContaining("127.0.0.1:1/team/app.git")
                .hasMessageNotContaining("s3cr3t")
                .hasMessageNotContaining("\n");
    }

    @Test
    void whatIsNotPinnedIsNotRead() {
        assertThatThrownBy(() -> new LightweightCheckout(run, repository("*/ma*"), COMMIT).read("Dockerfile"))
                .hasMessage("the commit is not known before the first checkout");
        assertThatThrownBy(() -> new LightweightCheckout(run, repository("main"), Commit.UNKNOWN).read("Dockerfile"))
                .hasMessage("the commit is not known before the first checkout");
    }
}
