package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.ParametersAction;
import hudson.model.StringParameterValue;
import hudson.model.queue.QueueTaskFuture;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** A cloud of agents that serve one build each is all that this Jenkins has; they are labelled by convention. */
@Tag("integration")
@ExtendWith(FrequentProvisioning.class)
@WithOwnJenkins
class CloudTest {

    private static final int MOST_AGENTS = 3;

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private OneShotCloud cloud;

    @BeforeEach
    void addCloud(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        cloud = new OneShotCloud(jenkins, "amd64 docker", temp.resolve("agents"), MOST_AGENTS);
        jenkins.jenkins.clouds.add(cloud);
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private WorkflowJob building(String platforms) throws Exception {
        Path context = BusyboxContext.create(
                temp.resolve("context" + jenkins.jenkins.getItems().size()));
        return job("""
                node('amd64 && docker') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: [%s], builder: 'buildah', push: false
                }
                """.formatted(context, platforms));
    }

    @Test
    @Tag("slow")
    void manyBuildsOfTwoPlatformsAllSucceed() throws Exception {
        WorkflowJob job = building("'linux/amd64', 'linux/arm64'");
        List<QueueTaskFuture<WorkflowRun>> builds = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            builds.add(
                    job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("build", String.valueOf(i)))));
        }
        for (QueueTaskFuture<WorkflowRun> build : builds) {
            jenkins.assertBuildStatusSuccess(build);
        }
        // No build is on an agent that another one has had.
        assertThat(cloud.made()).isGreaterThanOrEqualTo(builds.size());
    }

    /** The only agent is busy, and is gone afterwards. */
    @Test
    void aPlatformDoesNotWaitForAnAgentThatWillNotComeBack() throws Exception {
        Path go = temp.resolve("go");
        WorkflowRun first = job("node('amd64 && docker') { sh 'echo NOW-BUSY; until [ -e %s ]; do sleep 0.2; done' }"
                        .formatted(go))
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("NOW-BUSY", first);
        Probed.await(jenkins.jenkins.getNodes().get(0));
        WorkflowRun second = job("platformNode('linux/amd64') { echo \"ON $NODE_NAME\" }")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("linux/amd64  native", second);
        Files.createFile(go);

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
        assertThat(JenkinsRule.getLog(second)).contains("ON one-shot-").doesNotContain("ON one-shot-1\n");
    }
}
