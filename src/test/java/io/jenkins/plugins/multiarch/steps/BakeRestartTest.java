package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A controller that is killed when one target of a bake file is built, and one on top of it is not. */
@Tag("integration")
@Tag("slow")
class BakeRestartTest {

    @RegisterExtension
    private final RealJenkinsExtension controller = new RealJenkinsExtension().withTimeout(600);

    @TempDir
    private Path temp;

    private RealRegistry registry;
    private RegistryGate gate;
    private InboundAgent agent;

    @BeforeEach
    void startRegistry() throws Exception {
        registry = RealRegistry.start();
        gate = new RegistryGate(registry.address(), "", null);
    }

    @AfterEach
    void stopEverything() throws Exception {
        try {
            if (agent != null) {
                agent.close();
            }
        } finally {
            gate.close();
            registry.close();
        }
    }

    /** What the controller is told of the build; it crosses to another process. */
    private record Build(String context, String registry, String home) implements Serializable {}

    @Test
    void theTargetsThatAreLeftAreBuiltOnThoseThatAreThere() throws Throwable {
        Build build =
                new Build(BusyboxContext.create(temp.resolve("context")).toString(), gate.address(), temp.toString());
        Files.writeString(temp.resolve("context/docker-bake.json"), """
                {"group": {"default": {"targets": ["app", "tools"]}},
                 "target": {
                    "base": {"platforms": ["linux/amd64", "linux/arm64"]},
                    "app": {"contexts": {"base": "target:base"}, "tags": ["%1$s/demo/app:1.0"],
                            "platforms": ["linux/amd64", "linux/arm64"], "dockerfile-inline": "FROM base\\nRUN cp /hello /app"},
                    "tools": {"contexts": {"base": "target:app"}, "tags": ["%1$s/demo/tools:1.0"],
                              "platforms": ["linux/amd64"], "dockerfile-inline": "FROM base\\nRUN cat /app"}}}
                """.formatted(gate.address()));
        gate.hold("PUT /v2/demo/app/manifests/1\\.0-linux-.*");
        controller.startJenkins();
        agent = new InboundAgent(controller.runRemotely(BakeRestartTest::expectAgent, build), temp.resolve("one"))
                .fetch(controller.getUrl().toString())
                .start();
        controller.runRemotely(BakeRestartTest::schedule, build);
        gate.awaitHeld();

        controller.stopJenkinsForcibly();
        gate.open();
        controller.startJenkins();
        String log = controller.runRemotely(BakeRestartTest::finish);

        assertThat(log)
                .contains("Resuming build at ")
                .containsOnlyOnce("Plan for 3 targets:")
                .containsOnlyOnce("Plan for " + gate.address() + "/demo/app:base:")
                .containsOnlyOnce("Pushed " + gate.address() + "/demo/app:1.0\n")
                .containsOnlyOnce("Pushed " + gate.address() + "/demo/tools:1.0\n")
                .contains("BAKED [base, app, tools]")
                .doesNotContain("\tat ");
        assertThat(new Registry(RegistryAccess.anonymous(), line -> {})
                        .pull(registry.image("demo/app:1.0"))
                        .json()
                        .path("manifests"))
                .hasSize(2);
        assertThat(Leftovers.on(agent.directory())).isEmpty();
    }

    private static InboundAgent.Entrance expectAgent(JenkinsRule jenkins, Build build) throws Throwable {
        jenkins.jenkins.setNumExecutors(0);
        return InboundAgent.expect(jenkins, "one", "one", Path.of(build.home(), "one"), 3);
    }

    private static void schedule(JenkinsRule jenkins, Build build) throws Throwable {
        DumbSlave agent = (DumbSlave) jenkins.jenkins.getNode("one");
        jenkins.waitOnline(agent);
        // That it has been probed is seen by its labels. This code runs beside the plugin, not as part of it.
        while (!agent.getAssignedLabels().contains(jenkins.jenkins.getLabelAtom("multiarch-buildah"))) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        MultiArchBuildConfiguration.get().setPlainHttpOnLoopback(true);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition("""
                node('one') {
                    sh 'cp -R %s/. .'
                    def baked = multiArchBake builder: 'buildah'
                    echo "BAKED ${baked.keySet()}"
                }
                """.formatted(build.context()), true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static String finish(JenkinsRule jenkins) throws Throwable {
        WorkflowRun run =
                jenkins.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        return JenkinsRule.getLog(run);
    }
}
