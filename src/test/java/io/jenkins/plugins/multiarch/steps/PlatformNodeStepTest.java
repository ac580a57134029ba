package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsFlowExecution;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class PlatformNodeStepTest {

    private static final String PRINT = "echo \"HAS $NODE_NAME $TARGETPLATFORM $TARGETOS $TARGETARCH"
            + " ${env.TARGETVARIANT} $GOOS $GOARCH ${env.GOARM} $DOCKER_DEFAULT_PLATFORM\"";

    private static WorkflowRun run(JenkinsRule jenkins, String script, Result expected) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return jenkins.buildAndAssertStatus(expected, job);
    }

    @Test
    void runsItsBlockOnAnAgentOfThePlatformWithItsEnvironment(JenkinsRule jenkins) throws Exception {
        PretendedAgents.createPiAndMainframe(jenkins);
        WorkflowRun run = run(jenkins, """
                platformNode('linux/armhf') {
                    %1$s
                    platformNode(platform: 'linux/s390x', emulation: 'never') {
                        %1$s
                    }
                    withEnv(['GOARM=5']) {
                        %1$s
                        dir('inner') {
                            %1$s
                            platformNode('linux/s390x') {
                                dir('innermost') {
                                    %1$s
                                }
                            }
                        }
                    }
                }
                echo "AFTER ${env.TARGETPLATFORM}"
                """.formatted(PRINT), Result.SUCCESS);

        assertThat(JenkinsRule.getLog(run))
                .contains("linux/arm/v7  native  multiarch-linux-arm-v7  1 agent is available")
                .contains("HAS pi linux/arm/v7 linux arm v7 linux arm 7 linux/arm/v7")
                .contains("HAS mainframe linux/s390x linux s390x null linux s390x null linux/s390x")
                .contains("HAS pi linux/arm/v7 linux arm v7 linux arm 5 linux/arm/v7")
                .contains("AFTER null");
        assertThat(JenkinsRule.getLog(run).lines().filter(line -> line.startsWith("HAS")))
                .extracting(line -> line.replaceAll("HAS (\\w+) .* (\\w+) [^ ]+$", "$1 $2"))
                .containsExactly("pi 7", "mainframe null", "pi 5", "pi 5", "mainframe null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "platformNode('linux/s390x') { echo 'STARTED'; sleep 600 }",
                "pipeline { agent { platform 'linux/s390x' }; stages { stage('x') { steps { echo 'STARTED'; sleep 600 } } } }",
                // no agent of this label ever comes
                "echo 'STARTED'; platformNode('linux/ppc64le') { }"
            })
    void aThreadDumpShowsIt(String script, JenkinsRule jenkins) throws Exception {
        PretendedAgents.createPiAndMainframe(jenkins);
        DumbSlave offline = new DumbSlave("offline", "/nowhere", new JNLPLauncher());
        offline.setLabelString("multiarch-linux-ppc64le");
        jenkins.jenkins.addNode(offline);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("STARTED", run);

        CpsFlowExecution execution = (CpsFlowExecution) run.getExecution();
        try {
            String dump = execution.getThreadDump().toString();
            for (int tries = 0; !dump.contains("DSL.platformNode") && tries < 600; tries++) {
                TimeUnit.MILLISECONDS.sleep(100); // the step may not have begun yet
                dump = execution.getThreadDump().toString();
            }
            assertThat(dump).contains("DSL.platformNode");
        } finally {
            run.doStop();
            jenkins.waitForCompletion(run);
        }
    }

    @Test
    void takesAnEmulatingAgentOnlyWhereThatIsAllowed(JenkinsRule jenkins) throws Exception {
        PretendedAgents.createPiAndMainframe(jenkins);
        WorkflowRun emulated = run(jenkins, "platformNode('riscv64') { " + PRINT + " }", Result.SUCCESS);
        assertThat(JenkinsRule.getLog(emulated))
                .contains("linux/riscv64  emulated  multiarch-qemu-linux-riscv64  there is no native agent")
                .contains("HAS mainframe linux/riscv64");

        WorkflowRun refused = run(jenkins, "platformNode(platform: 'riscv64', emulation: 'never') { }", Result.FAILURE);
        assertThat(JenkinsRule.getLog(refused))
                .contains("ERROR: Nothing can build linux/riscv64: no agent or cloud has the native label"
                        + " 'multiarch-linux-riscv64'")
                .doesNotContain("\tat ");

        WorkflowRun unknown = run(jenkins, "platformNode('linux/sparc') { }", Result.FAILURE);
        assertThat(JenkinsRule.getLog(unknown))
                .contains("ERROR: Unknown architecture 'sparc'")
                .doesNotContain("\tat ");
    }

    @Test
    void theFormMakesMinimalSnippets(JenkinsRule jenkins) throws Exception {
        PlatformNodeStep step = new PlatformNodeStep("linux/arm64");
        SnippetizerTester tester = new SnippetizerTester(jenkins);
        tester.assertRoundTrip(step, "platformNode('linux/arm64') {\n    // some block\n}");
        step.setEmulation("never");
        tester.assertRoundTrip(
                step, "platformNode(emulation: 'never', platform: 'linux/arm64') {\n    // some block\n}");
    }
}
