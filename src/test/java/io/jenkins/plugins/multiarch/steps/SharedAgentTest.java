package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Two builds of one platform that are on one agent at the same time, of the same image but for the registry, with a
 * credential each that the other's registry does not take.
 */
@Tag("integration")
@WithSharedJenkins
class SharedAgentTest {

    /**
     * What a build shows of itself while both are under way: its folder, and a copy of the login in it. It waits until
     * the other is as far.
     */
    private static final String MEETING = """
            set -eu; mine=%1$s/%2$s; cp -R "$MULTIARCH_FOLDER" "$mine.folder"; \
            env | grep -E "^(IMAGE|MULTIARCH_FOLDER|DOCKER_CONFIG|BUILDX_BUILDER|REGISTRY_AUTH_FILE)=" > "$mine.env"; \
            touch "$mine"; until [ -e %1$s/%3$s ]; do sleep 0.2; done""";

    @TempDir
    private Path temp;

    private WorkflowRun start(
            JenkinsRule jenkins, String builder, Path context, String name, String other, String image)
            throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(
                """
                node('host') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: '%s', platforms: ['linux/amd64'], builder: '%s', credentialsId: '%s',
                        buildArgs: [GREETING: 'I am %4$s'], test: '''%s'''
                    pushManifestList image: '%2$s', credentialsId: '%4$s'
                }
                """.formatted(context, image, builder, name, MEETING.formatted(temp, name, other)), true));
        return job.scheduleBuild2(0).waitForStart();
    }

    @ParameterizedTest
    @ValueSource(strings = {"buildah", "podman", "docker"})
    void twoBuildsOfOnePlatformShareNothing(String builder, JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        DumbSlave agent = RoomyAgent.add(jenkins, "only", "host", temp.resolve("only"), 4);
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/amd64", "host")));
        Path context = BusyboxContext.create(temp.resolve("context"));
        Map<String, String> passwords = Map.of("one", "pässword of one", "two", "pässword of two");
        for (Map.Entry<String, String> login : passwords.entrySet()) {
            StoredCredential.add(login.getKey(), login.getKey(), login.getValue());
        }
        try (RealRegistry first = RealRegistry.start("one", passwords.get("one"));
                RealRegistry second = RealRegistry.start("two", passwords.get("two"))) {
            WorkflowRun one = start(jenkins, builder, context, "one", "two", first.address() + "/demo/hello:1.0");
            WorkflowRun two = start(jenkins, builder, context, "two", "one", second.address() + "/demo/hello:1.0");
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(one));
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(two));

            // They met, or neither would have ended. Whatever one was told of itself, the other was told otherwise.
            List<String> variables = Files.readAllLines(temp.resolve("one.env"));
            assertThat(variables)
                    .anyMatch(line -> line.startsWith("IMAGE="))
                    .anyMatch(line -> line.startsWith("MULTIARCH_FOLDER="))
                    .doesNotContainAnyElementsOf(Files.readAllLines(temp.resolve("two.env")));
            assertThat(files(temp.resolve("one.folder"))).anyMatch(text -> text.contains(first.address()));
            assertThat(files(temp.resolve("one.folder"))).noneMatch(text -> text.contains(second.address()));
            assertThat(files(temp.resolve("two.folder"))).noneMatch(text -> text.contains(first.address()));
            for (Map.Entry<String, String> login : passwords.entrySet()) {
                assertThat(Leftovers.on(Path.of(agent.getRemoteFS()), login.getKey(), login.getValue()))
                        .isEmpty();
            }
            assertThat(digest(first, "one", passwords)).isNotEqualTo(digest(second, "two", passwords));
        }
    }

    private static String digest(RealRegistry registry, String user, Map<String, String> passwords) throws Exception {
        RegistryAccess access = RegistryAccess.anonymous()
                .withInsecure(registry.address())
                .withCredential(registry.address(), user, passwords.get(user));
        return new Registry(access, line -> {})
                .pull(registry.image("demo/hello:1.0"))
                .digest()
                .toString();
    }

    private static List<String> files(Path folder) throws Exception {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }
}
