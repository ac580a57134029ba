package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.ParametersAction;
import hudson.model.Result;
import hudson.model.StringParameterValue;
import hudson.model.queue.QueueTaskFuture;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Platforms that are built on the executor that the build holds already, with buildah and QEMU. */
@Tag("integration")
@WithSharedJenkins
class InPlaceTest {

    private static final String PLATFORMS = "'linux/amd64', 'linux/arm64', 'linux/s390x'";

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private DumbSlave agent;
    private Path context;

    @BeforeEach
    void useNoBuiltInNode(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        context = BusyboxContext.create(temp.resolve("context"));
    }

    private void addAgent(int executors) throws Exception {
        agent = RoomyAgent.add(jenkins, "only", "linux", temp.resolve("only"), executors);
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    @Test
    void oneAgentWithOneExecutorBuildsEveryPlatformThatItCan() throws Exception {
        addAgent(1);
        try (RealRegistry registry = RealRegistry.start()) {
            WorkflowRun run = jenkins.buildAndAssertSuccess(job("""
                    node('linux') {
                        sh 'cp -R %1$s/. .'
                        multiArchBuild image: '%2$s/demo/hello:1.0', platforms: [%3$s], builder: 'buildah'
                        sh 'diff -r %1$s .'
                        sh '! ls -A "$WORKSPACE@tmp" | grep multiarch'
                    }
                    pushManifestList image: '%2$s/demo/hello:1.0'
                    """.formatted(context, registry.address(), PLATFORMS)));

            assertThat(JenkinsRule.getLog(run))
                    .containsPattern("linux/amd64  native +in place  agent 'only' builds it, where this build runs")
                    .containsPattern(
                            "linux/arm64  emulated +in place  there is no native agent.*agent 'only' emulates it")
                    .contains("Index of linux/amd64, linux/arm64, linux/s390x: ")
                    .doesNotContain("Packed the build context");
        }
        assertThat(Leftovers.on(Path.of(agent.getRemoteFS()))).isEmpty();
    }

    @Test
    void buildsThatHoldAllExecutorsDoNotWaitForEachOther() throws Exception {
        addAgent(2);
        WorkflowJob job = job("""
                node('linux') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: [%s], builder: 'buildah', push: false
                }
                """.formatted(context, PLATFORMS));
        List<QueueTaskFuture<WorkflowRun>> builds = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            // Builds without a difference would be one item of the queue.
            builds.add(
                    job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("build", String.valueOf(i)))));
        }
        for (QueueTaskFuture<WorkflowRun> build : builds) {
            jenkins.assertBuildStatusSuccess(build);
        }
    }

    @Test
    void testsSeeNeitherTheWorkspaceNorEachOther() throws Exception {
        addAgent(1);
        WorkflowRun run = jenkins.buildAndAssertSuccess(job("""
                node('linux') {
                    sh 'cp -R %1$s/. .'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: [%2$s], builder: 'buildah', push: false,
                        test: 'test -e Dockerfile; test ! -e mine; echo $TARGETARCH > mine; sleep 2; grep -x $TARGETARCH mine'
                    sh 'test ! -e mine; diff -r %1$s .'
                }
                """.formatted(context, PLATFORMS)));

        assertThat(JenkinsRule.getLog(run)).contains("Built linux/s390x, not pushed");
        assertThat(Leftovers.on(Path.of(agent.getRemoteFS()))).isEmpty();
    }

    @Test
    void anotherAgentThatIsFreeBuildsInParallel() throws Exception {
        addAgent(1);
        RoomyAgent.add(jenkins, "free", "other", temp.resolve("free"), 1);
        WorkflowRun run = jenkins.buildAndAssertSuccess(job("""
                node('linux') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64', 'linux/arm64'],
                        builder: 'buildah', push: false
                }
                """.formatted(context)));

        assertThat(JenkinsRule.getLog(run))
                .contains("Running on free in ")
                .containsPattern("linux/arm64  emulated +in place ")
                .contains("Packed the build context");
    }

    @Test
    void aContextWithoutADockerfileFailsBeforeAnythingIsBuilt() throws Exception {
        addAgent(1);
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job("""
                node('linux') {
                    writeFile file: 'README', text: ''
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false
                }
                """));

        assertThat(JenkinsRule.getLog(run))
                .contains("ERROR: There is no Dockerfile 'Dockerfile' in the build context")
                .doesNotContain("[linux/amd64]")
                .doesNotContain("\tat ");
    }
}
