package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * An agent on a machine whose network goes away without a word. Jenkins finds out by its pings, here after seconds, where
 * it would take up to 9 minutes otherwise.
 */
@Tag("integration")
@Tag("slow")
@WithOwnJenkins
class NetworkCutTest {

    private static final List<String> PINGS = List.of(
            "hudson.slaves.ChannelPinger.pingIntervalSeconds", "hudson.slaves.ChannelPinger.pingTimeoutSeconds");

    @TempDir
    private Path temp;

    @BeforeAll
    static void pingOften() {
        PINGS.forEach(property -> System.setProperty(property, "5"));
    }

    @AfterAll
    static void pingAsUsual() {
        PINGS.forEach(System::clearProperty);
    }

    @Test
    void anAgentThatIsCutOffIsReplacedByQemu(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        RoomyAgent.add(jenkins, "qemu", "host", temp.resolve("qemu"), 4);
        MultiArchBuildConfiguration.get()
                .setPlatformLabels(
                        List.of(new PlatformLabel("linux/amd64", "host"), new PlatformLabel("linux/arm64", "arm")));
        Path home = temp.resolve("arm");
        InboundAgent.Entrance entrance = InboundAgent.expect(jenkins, "arm", "arm", home, 2);
        try (FarMachine far = new FarMachine(jenkins.getURL().getPort());
                InboundAgent arm = new InboundAgent(
                        entrance.by("http://" + far.gateway() + jenkins.contextPath + "/"), home, far.wrapper())) {
            arm.fetch(jenkins.getURL().toString()).start();
            DumbSlave node = (DumbSlave) jenkins.jenkins.getNode("arm");
            jenkins.waitOnline(node);
            Probed.await(node);
            Path context = BusyboxContext.create(temp.resolve("context"));
            WorkflowJob job = jenkins.createProject(WorkflowJob.class);
            job.setDefinition(new CpsFlowDefinition("""
                    node('host') {
                        sh 'cp -R %s/. .'
                        multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64', 'linux/arm64'], push: false,
                            builder: 'buildah', test: 'if [ "$NODE_NAME" = arm ]; then echo NOW-ON-ARM; sleep 600; fi'
                    }
                    """.formatted(context), true));
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("NOW-ON-ARM", run);

            far.pullTheCable();

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(JenkinsRule.getLog(run))
                    .contains("arm seems to be removed or offline")
                    .containsOnlyOnce("linux/arm64: agent 'arm' was lost (Timeout waiting for agent to come back)")
                    .containsPattern("linux/arm64  emulated ")
                    .contains("Built linux/arm64, not pushed")
                    .doesNotContain("\tat ");
        }
    }
}
