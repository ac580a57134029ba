package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import hudson.ExtensionList;
import hudson.model.ItemGroup;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
import org.springframework.security.core.Authentication;

/** A controller that goes down while two agents, processes of their own, build; and while the index is pushed. */
@Tag("integration")
@Tag("slow")
class ControllerRestartTest {

    @RegisterExtension
    private final RealJenkinsExtension controller = new RealJenkinsExtension().withTimeout(600);

    @TempDir
    private Path temp;

    private final List<InboundAgent> agents = new ArrayList<>();
    private RealRegistry registry;
    private RegistryGate gate;

    @BeforeEach
    void startRegistry() throws Exception {
        registry = RealRegistry.start();
        gate = new RegistryGate(registry.address(), "", null);
    }

    @AfterEach
    void stopEverything() throws Exception {
        try {
            for (InboundAgent agent : agents) {
                agent.close();
            }
        } finally {
            gate.close();
            registry.close();
        }
    }

    /** What the controller is told of the build; it crosses to another process. */
    private record Build(String context, String registry, String flag, String home, boolean block)
            implements Serializable {

        String script() {
            return """
                    node('one') {
                        sh 'cp -R %s/. .'
                        multiArchBuild image: '%s/demo/hello:1.0', platforms: ['linux/amd64', 'linux/arm64'],
                            builder: 'buildah', credentialsId: 'registry',
                            test: %s
                    }
                    def index = pushManifestList image: '%2$s/demo/hello:1.0', tags: ['latest']
                    echo "INDEX ${index.digest}"
                    """.formatted(context, registry, block ? "{ sh " + test() + " }" : test());
        }

        private String test() {
            return "'echo NOW-WAITING; until [ -e " + flag + " ]; do sleep 1; done; echo GOING-ON'";
        }
    }

    private Build startBuild(boolean waiting) throws Throwable {
        return startBuild(waiting, false);
    }

    private Build startBuild(boolean waiting, boolean block) throws Throwable {
        Build build = prepare(waiting, block);
        controller.runRemotely(ControllerRestartTest::schedule, build);
        return build;
    }

    private Build prepare(boolean waiting, boolean block) throws Throwable {
        Build build = new Build(
                BusyboxContext.create(temp.resolve("context")).toString(),
                gate.address(),
                temp.resolve("go").toString(),
                temp.toString(),
                block);
        if (!waiting) {
            Files.createFile(temp.resolve("go"));
        }
        controller.startJenkins();
        for (String name : List.of("one", "two")) {
            InboundAgent.Entrance entrance = controller.runRemotely(ControllerRestartTest::expectAgent, build, name);
            agents.add(new InboundAgent(entrance, temp.resolve(name))
                    .fetch(controller.getUrl().toString())
                    .start());
        }
        return build;
    }

    private static InboundAgent.Entrance expectAgent(JenkinsRule jenkins, Build build, String name) throws Throwable {
        jenkins.jenkins.setNumExecutors(0);
        return InboundAgent.expect(jenkins, name, name, Path.of(build.home(), name), 3);
    }

    /** From now on, and as long as this controller lives, looking up a credential takes forever. */
    private static void credentialsAreFarAway(JenkinsRule jenkins, Build build) {
        ExtensionList.lookup(CredentialsProvider.class).add(0, new FarCredentials(Path.of(build.home(), "asked")));
    }

    private static final class FarCredentials extends CredentialsProvider {

        private final Path asked;

        /** @param asked the file that says that somebody waits */
        FarCredentials(Path asked) {
            this.asked = asked;
        }

        @Override
        public <C extends Credentials> List<C> getCredentialsInItemGroup(
                Class<C> type, ItemGroup group, Authentication authentication, List<DomainRequirement> requirements) {
            try {
                Files.writeString(asked, type.getName());
                new CountDownLatch(1).await();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return List.of();
        }
    }

    private static void schedule(JenkinsRule jenkins, Build build) throws Throwable {
        StoredCredential.add("registry", "robot", "pässword");
        for (String name : List.of("one", "two")) {
            DumbSlave agent = (DumbSlave) jenkins.jenkins.getNode(name);
            jenkins.waitOnline(agent);
            // That it has been probed is seen by its labels. This code runs beside the plugin, not as part of it.
            while (!agent.getAssignedLabels().contains(jenkins.jenkins.getLabelAtom("multiarch-buildah"))) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
        MultiArchBuildConfiguration.get().setPlainHttpOnLoopback(true);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition(build.script(), true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static void bothWait(JenkinsRule jenkins) throws Throwable {
        WorkflowRun run =
                jenkins.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
        while (count(JenkinsRule.getLog(run), "NOW-WAITING") < 2) {
            if (!run.isBuilding()) {
                throw new IllegalStateException(JenkinsRule.getLog(run));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static long count(String log, String line) {
        return log.lines().filter(line::equals).count();
    }

    private static String finish(JenkinsRule jenkins) throws Throwable {
        WorkflowRun run =
                jenkins.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        return JenkinsRule.getLog(run);
    }

    private void goesOnAfter(boolean killed, boolean block) throws Throwable {
        startBuild(true, block);
        controller.runRemotely(ControllerRestartTest::bothWait);
        if (killed) {
            controller.stopJenkinsForcibly();
        } else {
            controller.stopJenkins();
        }
        // The builds go on, and end, while there is no controller.
        Files.createFile(temp.resolve("go"));
        controller.startJenkins();
        String log = controller.runRemotely(ControllerRestartTest::finish);

        assertThat(count(log, "GOING-ON")).as(log).isEqualTo(2);
        assertThat(log)
                .contains("Resuming build at ")
                .contains("Index of linux/amd64, linux/arm64: ")
                .containsOnlyOnce("Pushed " + gate.address() + "/demo/hello:1.0\n")
                .doesNotContain("was lost")
                .doesNotContain("\tat ");
        assertThat(gate.passed())
                .filteredOn(request -> request.startsWith("PUT /v2/demo/hello/manifests/1.0 "))
                .hasSize(1);
        for (InboundAgent agent : agents) {
            assertThat(Leftovers.on(agent.directory())).isEmpty();
        }
    }

    @Test
    void buildsGoOnWhenTheControllerRestarts() throws Throwable {
        goesOnAfter(false, false);
    }

    /** In the steps of the author that test the images. */
    @Test
    void buildsGoOnWhenTheControllerIsKilled() throws Throwable {
        goesOnAfter(true, true);
    }

    @Test
    void anIndexWhosePushWasCutShortIsPushedAgain() throws Throwable {
        gate.hold("PUT /v2/demo/hello/manifests/1\\.0");
        startBuild(false);
        gate.awaitHeld();
        controller.stopJenkinsForcibly();
        gate.open();
        controller.startJenkins();
        String log = controller.runRemotely(ControllerRestartTest::finish);

        assertThat(log)
                .containsOnlyOnce("Pushed " + gate.address() + "/demo/hello:1.0\n")
                .doesNotContain("\tat ");
        String digest = log.lines()
                .filter(line -> line.startsWith("INDEX "))
                .findFirst()
                .orElseThrow()
                .substring("INDEX ".length());
        // The registry may have taken the first as well; both were the same.
        assertThat(log.lines().filter(line -> line.startsWith("Index of ")))
                .isNotEmpty()
                .allMatch(line -> line.contains(digest));
        for (String tag : List.of("1.0", "latest")) {
            assertThat(new Registry(RegistryAccess.anonymous(), line -> {})
                            .pull(registry.image("demo/hello:" + tag))
                            .digest())
                    .hasToString(digest);
        }
    }

    @Test
    void anAgentThatIsPreparedOrConfirmedMeanwhileIsSoAgain() throws Throwable {
        // The controller confirms what was pushed by reading it.
        gate.hold("(GET|HEAD) /v2/demo/hello/manifests/sha256:.*");
        startBuild(false);
        gate.awaitHeld();
        controller.stopJenkinsForcibly();
        gate.open();
        controller.startJenkins();
        String log = controller.runRemotely(ControllerRestartTest::finish);

        assertThat(log).contains("Index of linux/amd64, linux/arm64: ").doesNotContain("\tat ");
    }

    @Test
    void aCredentialWhoseLookupWasCutShortIsLookedUpAgain() throws Throwable {
        Build build = prepare(false, false);
        controller.runRemotely(ControllerRestartTest::credentialsAreFarAway, build);
        controller.runRemotely(ControllerRestartTest::schedule, build);
        while (!Files.exists(Path.of(build.home(), "asked"))) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        controller.stopJenkins();
        controller.startJenkins();
        String log = controller.runRemotely(ControllerRestartTest::finish);

        assertThat(log)
                .contains("Resuming build at ")
                .contains("Index of linux/amd64, linux/arm64: ")
                .containsOnlyOnce("Plan for " + gate.address() + "/demo/hello:1.0:")
                .doesNotContain("\tat ");
    }
}
