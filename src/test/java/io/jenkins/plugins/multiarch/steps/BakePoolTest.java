package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.FewPrograms;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/**
 * The bake file of the documentation on a pool as teams have it: the agent around the step has no build tool, another stands for a native one of
 * {@code linux/arm64}, and a third one emulates what is left. In the middle the controller is killed.
 */
@Tag("integration")
@Tag("slow")
class BakePoolTest {

    private static final List<String> PLATFORMS = List.of("linux/amd64", "linux/arm64", "linux/s390x");

    @RegisterExtension
    private final RealJenkinsExtension controller = new RealJenkinsExtension().withTimeout(900);

    @TempDir
    private Path temp;

    private final Map<String, InboundAgent> agents = new HashMap<>();
    private RealRegistry registry;
    private RegistryGate gate;

    @BeforeEach
    void startRegistry() throws Exception {
        registry = RealRegistry.start();
        gate = new RegistryGate(registry.address(), "", null);
    }

    @AfterEach
    void stopEverything() throws Exception {
        for (InboundAgent agent : agents.values()) {
            agent.close();
        }
        gate.close();
        registry.close();
    }

    /** What the controller is told of the build; it crosses to another process. */
    private record Build(String project, String home) implements Serializable {}

    /** @param wrapper what runs its command line */
    private void start(String name, InboundAgent.Entrance entrance, String... wrapper) throws Exception {
        agents.put(
                name,
                new InboundAgent(entrance, temp.resolve(name), wrapper)
                        .fetch(controller.getUrl().toString())
                        .start());
    }

    @Test
    void everyPlatformOfEveryTargetFindsItsPlaceAndSurvivesARestart() throws Throwable {
        Build build = new Build(
                DocumentedBakeFile.create(temp.resolve("project"), gate.address())
                        .toString(),
                temp.toString());
        gate.hold("PUT /v2/team/app/manifests/.*linux-arm64.*");
        controller.startJenkins();
        ArrayList<InboundAgent.Entrance> entrances = controller.runRemotely(BakePoolTest::expectAgents, build);
        start("bare", entrances.get(0), "/usr/bin/env", "PATH=" + FewPrograms.in(temp.resolve("programs")));
        start("arm", entrances.get(1));
        start("amd", entrances.get(2));
        controller.runRemotely(BakePoolTest::schedule, build);
        gate.awaitHeld();

        controller.stopJenkinsForcibly();
        gate.open();
        controller.startJenkins();
        String log = controller.runRemotely(BakePoolTest::finish);

        assertThat(log)
                .contains("Resuming build at ")
                .containsOnlyOnce("Plan for 4 targets:")
                .containsPattern("  base +linux/amd64 +native, ")
                .containsPattern("  base +linux/arm64 +native, ")
                .containsPattern("  app +linux/s390x +emulated, ")
                .containsPattern("  files +linux/s390x +without machine, in place: ")
                .contains("BUILT base linux/amd64 amd", "BUILT base linux/arm64 arm", "BUILT base linux/s390x amd")
                .contains("BUILT app linux/amd64 amd", "BUILT app linux/arm64 arm", "BUILT app linux/s390x amd")
                .contains("BUILT tools linux/arm64 arm", "BUILT files linux/s390x bare")
                .contains("(Branch: app \u00b7 linux/arm64)")
                .doesNotContain("\tat ");
        Registry reader = new Registry(RegistryAccess.anonymous(), line -> {});
        for (String image :
                List.of("team/app:1.0", "team/app:latest", "team/tools:1.0", "mirror/tools:1.0", "team/files:1.0")) {
            assertThat(reader.pull(registry.image(image)).json().path("manifests"))
                    .as(image)
                    .hasSize(PLATFORMS.size());
        }
        for (InboundAgent agent : agents.values()) {
            assertThat(Leftovers.on(agent.directory())).isEmpty();
        }
    }

    private static ArrayList<InboundAgent.Entrance> expectAgents(JenkinsRule jenkins, Build build) throws Throwable {
        jenkins.jenkins.setNumExecutors(0);
        MultiArchBuildConfiguration configuration = MultiArchBuildConfiguration.get();
        configuration.setPlainHttpOnLoopback(true);
        // An administrator says of one agent what it is. In truth QEMU runs there what such a machine would.
        configuration.setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "arm")));
        configuration.setDiscovery("label");
        configuration.setDiscoveryLabel("amd || linux");
        ArrayList<InboundAgent.Entrance> entrances = new ArrayList<>();
        for (String name : List.of("bare", "arm", "amd")) {
            String label = name.equals("bare") ? "linux" : name;
            entrances.add(InboundAgent.expect(jenkins, name, label, Path.of(build.home(), name), 2));
        }
        return entrances;
    }

    private static void schedule(JenkinsRule jenkins, Build build) throws Throwable {
        DumbSlave amd = (DumbSlave) jenkins.jenkins.getNode("amd");
        // That it has been probed is seen by its labels. This code runs beside the plugin, not as part of it.
        while (!amd.getAssignedLabels().contains(jenkins.jenkins.getLabelAtom("multiarch-qemu-linux-s390x"))) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        jenkins.waitOnline((DumbSlave) jenkins.jenkins.getNode("arm"));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition("""
                node('linux') {
                    sh 'cp -R %s/. .'
                    def baked = multiArchBake()
                    baked.each { name, target ->
                        target.images.each { echo "BUILT ${name} ${it.platform} ${it.node}" }
                    }
                }
                """.formatted(build.project()), true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static String finish(JenkinsRule jenkins) throws Throwable {
        WorkflowRun run =
                jenkins.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        return JenkinsRule.getLog(run);
    }
}
