package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.durabletask.BourneShellScript;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Agents that are lost while they build, on a real Jenkins with buildah and QEMU. One agent stands for a native one of
 * {@code linux/arm64}, by a label of the administrator; it is a process of its own. In tests Jenkins waits for a lost
 * agent for 15 seconds, where it would wait 5 minutes otherwise.
 */
@Tag("integration")
@Tag("slow")
@WithSharedJenkins
class LostAgentTest {

    /** On the native agent the test of the image waits for a file, so that the agent can be lost meanwhile. */
    private static final String WAITS_ON_ARM =
            "if [ \"$NODE_NAME\" = arm ]; then echo NOW-ON-ARM; until [ -e %s ]; do sleep 1; done; echo DONE-ON-ARM; fi";

    private static final String NO_LIMIT = "withEnv([])";

    private static int usualInterval;

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private RealRegistry registry;
    private InboundAgent arm;

    /** For a sign of a process on an agent that is back, Jenkins waits 5 minutes; here it waits seconds. */
    @BeforeAll
    static void checkHeartbeatsOften() throws Exception {
        usualInterval = heartbeats().getInt(null);
        heartbeats().setInt(null, 10);
    }

    @AfterAll
    static void checkHeartbeatsAsUsual() throws Exception {
        heartbeats().setInt(null, usualInterval);
    }

    /** Read from a system property once, which may have been long before this test. */
    private static Field heartbeats() throws Exception {
        Field field = BourneShellScript.class.getDeclaredField("HEARTBEAT_CHECK_INTERVAL");
        field.setAccessible(true);
        return field;
    }

    @BeforeEach
    void startEverything(JenkinsRule rule) throws Exception {
        jenkins = rule;
        registry = RealRegistry.start();
        jenkins.jenkins.setNumExecutors(0);
        RoomyAgent.add(jenkins, "qemu", "host", temp.resolve("qemu"), 4);
        MultiArchBuildConfiguration.get()
                .setPlatformLabels(
                        List.of(new PlatformLabel("linux/amd64", "host"), new PlatformLabel("linux/arm64", "arm")));
        Path home = temp.resolve("arm");
        arm = new InboundAgent(InboundAgent.expect(jenkins, "arm", "arm", home, 2), home)
                .fetch(jenkins.getURL().toString())
                .start();
        awaitArm();
    }

    /** As outside of tests: however slow this machine is, the agent is back in time. */
    private static void waitAsUsual() {
        ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS = TimeUnit.MINUTES.toMillis(5);
    }

    @AfterEach
    void stopEverything() throws Exception {
        ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS = TimeUnit.SECONDS.toMillis(15);
        try {
            arm.close();
        } finally {
            registry.close();
        }
    }

    private void awaitArm() throws Exception {
        DumbSlave node = (DumbSlave) jenkins.jenkins.getNode("arm");
        jenkins.waitOnline(node);
        Probed.await(node);
    }

    private WorkflowRun start(String more) throws Exception {
        return start(more, NO_LIMIT);
    }

    /** @param wrapper a step with a body, which multiArchBuild is */
    private WorkflowRun start(String more, String wrapper) throws Exception {
        Path context = BusyboxContext.create(temp.resolve("context"));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                """
                node('host') {
                    sh 'cp -R %s/. .'
                    %s {
                        multiArchBuild image: '%s/demo/hello:1.0', platforms: ['linux/amd64', 'linux/arm64'],
                            builder: 'buildah', test: '%s'%s
                    }
                }
                pushManifestList image: '%3$s/demo/hello:1.0'
                """.formatted(context, wrapper, registry.address(), WAITS_ON_ARM.formatted(temp.resolve("go")), more),
                true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("NOW-ON-ARM", run);
        return run;
    }

    private String succeeded(WorkflowRun run) throws Exception {
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        String log = JenkinsRule.getLog(run);
        assertThat(log)
                .contains("Index of linux/amd64, linux/arm64: ")
                .doesNotContain("\tat ")
                .doesNotContain("Failed in branch");
        return log;
    }

    @Test
    void anAgentThatIsKilledIsReplacedByQemu() throws Exception {
        WorkflowRun run = start("");
        arm.killMachine();

        assertThat(succeeded(run))
                .contains("arm seems to be removed or offline")
                .containsOnlyOnce("linux/arm64: agent 'arm' was lost (Timeout waiting for agent to come back);"
                        + " retrying on another agent (last retry)")
                .containsPattern("linux/arm64  emulated  .*native label 'arm': its only agent is offline")
                .contains("Leftover files of the build of linux/arm64 are removed after the agent reconnects.");
    }

    /** Of the target that it built, the other platform is not built again, and of the others none. */
    @Test
    void inABakeItCostsOnePlatformOfOneTarget() throws Exception {
        Path context = BusyboxContext.create(temp.resolve("context"));
        try (RegistryGate gate = new RegistryGate(registry.address(), "", null)) {
            Files.writeString(context.resolve("docker-bake.json"), """
                    {"group": {"default": {"targets": ["app", "tools"]}},
                     "target": {
                        "base": {"platforms": ["linux/amd64", "linux/arm64"]},
                        "app": {"contexts": {"base": "target:base"}, "tags": ["%1$s/demo/app:1.0"],
                                "platforms": ["linux/amd64", "linux/arm64"], "dockerfile-inline": "FROM base\\nRUN cp /hello /app"},
                        "tools": {"tags": ["%1$s/demo/tools:1.0"], "platforms": ["linux/amd64"]}}}
                    """.formatted(gate.address()));
            gate.hold("PUT /v2/demo/app/manifests/1\\.0-linux-arm64");
            WorkflowJob job = jenkins.createProject(WorkflowJob.class);
            job.setDefinition(new CpsFlowDefinition("""
                    node('host') {
                        sh 'cp -R %s/. .'
                        def baked = multiArchBake builder: 'buildah'
                        echo "BAKED ${baked.keySet()} ${baked.app.images*.node}"
                    }
                    """.formatted(context), true));
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitHeld();
            arm.killMachine();
            gate.open();

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(JenkinsRule.getLog(run))
                    .containsOnlyOnce("agent 'arm' was lost (")
                    .contains("BAKED [base, app, tools] [qemu, qemu]")
                    .containsOnlyOnce("Pushed linux/amd64 as " + gate.address() + "/demo/tools@")
                    .containsOnlyOnce("Pushed " + gate.address() + "/demo/app:1.0\n")
                    .doesNotContain("\tat ");
            // One of the base and one of the app.
            assertThat(JenkinsRule.getLog(run)
                            .lines()
                            .filter(line -> line.startsWith("Pushed linux/amd64 as " + gate.address() + "/demo/app@")))
                    .hasSize(2);
        }
    }

    @Test
    void anAgentThatIsRemovedIsReplaced() throws Exception {
        WorkflowRun run = start("");
        jenkins.jenkins.removeNode(jenkins.jenkins.getNode("arm"));

        assertThat(succeeded(run)).containsOnlyOnce("linux/arm64: agent 'arm' was lost (");
    }

    @Test
    void aMachineThatRestartsHasLostTheBuild() throws Exception {
        WorkflowRun run = start("");
        waitAsUsual();
        arm.killMachine();
        Files.createFile(temp.resolve("go"));
        arm.start();

        assertThat(succeeded(run))
                .containsOnlyOnce("linux/arm64: agent 'arm' was lost (script returned exit code -1)")
                .containsPattern("linux/arm64  native +arm ");
    }

    @Test
    void anAgentThatComesBackInTimeGoesOnBuilding() throws Exception {
        WorkflowRun run = start("");
        waitAsUsual();
        arm.kill();
        Files.createFile(temp.resolve("go"));
        arm.start();

        String log = succeeded(run);
        // A line of its own; the shell also prints the command.
        assertThat(log.lines().filter("DONE-ON-ARM"::equals)).as(log).hasSize(1);
        assertThat(log).doesNotContain("was lost");
    }

    @Test
    void withoutRetriesTheLossIsNamedAsTheFailure() throws Exception {
        WorkflowRun run = start(", agentRetries: 0, failFast: false");
        arm.killMachine();
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));

        assertThat(JenkinsRule.getLog(run))
                .contains("ERROR: linux/arm64: agent 'arm' was lost (Timeout waiting for agent to come back), and no"
                        + " retry is left.")
                .contains("Pushed linux/amd64 as ")
                .doesNotContain("\tat ");
    }

    @Test
    void aFailureOnALivingAgentIsNotRetried() throws Exception {
        WorkflowRun run = start(", buildArgs: [GREETING: 'x'], failFast: false");
        // The build tool goes, the agent stays.
        assertThat(ImageTests.kill(temp)).isPositive();
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));

        assertThat(JenkinsRule.getLog(run)).doesNotContain("was lost").doesNotContain("retrying on another agent");
    }

    @Test
    void anAbortDuringTheWaitIsObeyed() throws Exception {
        WorkflowRun run = start("");
        arm.killMachine();
        jenkins.waitForMessage("arm seems to be removed or offline", run);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));

        assertThat(JenkinsRule.getLog(run)).doesNotContain("retrying on another agent");
    }

    /** The build has lost the only agent that may build the platform, and waits for it in the queue. */
    private WorkflowRun startAndLoseTheOnlyAgent(String wrapper) throws Exception {
        WorkflowRun run = start(", emulation: 'never'", wrapper);
        arm.killMachine();
        jenkins.waitForMessage("is offline; the build waits for it", run);
        jenkins.waitForMessage("Still waiting to schedule task", run);
        assertThat(jenkins.jenkins.getQueue().getItems()).hasSize(1);
        return run;
    }

    @Test
    void theOnlyAgentIsWaitedForInTheQueue() throws Exception {
        WorkflowRun run = startAndLoseTheOnlyAgent(NO_LIMIT);
        Files.createFile(temp.resolve("go"));
        arm.start();

        assertThat(succeeded(run))
                .containsOnlyOnce("linux/arm64: agent 'arm' was lost (Timeout waiting for agent to come back)")
                .containsOnlyOnce("linux/arm64  native  arm  its only agent is offline; the build waits for it")
                .containsOnlyOnce("Still waiting to schedule task")
                .containsOnlyOnce("‘arm’ is offline");
    }

    @Test
    void anAbortDuringTheWaitInTheQueueIsObeyed() throws Exception {
        WorkflowRun run = startAndLoseTheOnlyAgent(NO_LIMIT);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));

        assertThat(jenkins.jenkins.getQueue().getItems()).isEmpty();
        assertThat(JenkinsRule.getLog(run))
                .containsOnlyOnce("retrying on another agent")
                .doesNotContain("\tat ");
    }

    /** It counts from the last line of the log, so that it leaves as much time as this machine needs until then. */
    @Test
    void aTimeoutEndsTheWaitInTheQueue() throws Exception {
        WorkflowRun run = startAndLoseTheOnlyAgent("timeout(time: 45, unit: 'SECONDS', activity: true)");
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));

        assertThat(jenkins.jenkins.getQueue().getItems()).isEmpty();
        assertThat(JenkinsRule.getLog(run))
                .contains("Cancelling nested steps due to timeout")
                .containsOnlyOnce("retrying on another agent")
                .doesNotContain("\tat ");
    }

    @Test
    void aNegativeNumberIsRefused() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("multiArchBuild image: 'localhost:1/demo:1', retries: -1", true));
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        assertThat(JenkinsRule.getLog(run))
                .contains("ERROR: agentRetries is -1.")
                .doesNotContain("\tat ");
    }
}
