package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.dispatch.CleanUpStep;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.build.OwnStorage;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Builds that are stopped half way: two platforms build on an agent each, for the third the build waits in the queue.
 * Soon after, nothing of it is left anywhere.
 */
@Tag("integration")
@Tag("slow")
@WithSharedJenkins
class StoppedBuildTest {

    private static final long SECONDS_TO_END = 10;

    private static final String PASSWORD = "s3cr$t pässword";

    @TempDir
    private Path temp;

    private final String mark = UUID.randomUUID().toString();
    private JenkinsRule jenkins;
    private String storage;
    private RealRegistry registry;
    private Path context;

    @BeforeEach
    void startEverything(JenkinsRule rule) throws Exception {
        jenkins = rule;
        registry = RealRegistry.start("robot", PASSWORD);
        jenkins.jenkins.setNumExecutors(0);
        context = BusyboxContext.create(temp.resolve("context"));
        storage = OwnStorage.in(temp.resolve("storage"));
        for (String name : List.of("builder", "spare")) {
            RoomyAgent.add(jenkins, name, name, temp.resolve(name), 2, new EnvVars(OwnStorage.VARIABLE, storage));
        }
        DumbSlave nowhere = new DumbSlave("nowhere", temp.resolve("nowhere").toString(), new JNLPLauncher());
        nowhere.setLabelString("nowhere");
        jenkins.jenkins.addNode(nowhere);
        MultiArchBuildConfiguration.get()
                .setPlatformLabels(List.of(
                        new PlatformLabel("linux/amd64", "builder"),
                        new PlatformLabel("linux/arm64", "spare"),
                        new PlatformLabel("linux/s390x", "nowhere")));
        StoredCredential.add("registry", "robot", PASSWORD);
    }

    @AfterEach
    void stopRegistry() throws Exception {
        registry.close();
    }

    /** What the build tools have of this test: podman and buildah keep their images in a place of its own. */
    private List<String> toolState() throws Exception {
        List<String> state = new ArrayList<>();
        for (String tool : List.of("buildah", "podman")) {
            state.addAll(lines(tool, "images", "--all", "--format", tool + " image {{.ID}}"));
        }
        state.addAll(lines("buildah", "containers", "--all", "--format", "working container {{.ContainerID}}"));
        state.addAll(lines("podman", "container", "ls", "--all", "--format", "podman container {{.ID}}"));
        state.addAll(lines("docker", "image", "ls", "--all", "--filter", "label=test=" + mark, "--quiet"));
        state.addAll(lines("docker", "container", "ls", "--all", "--filter", "label=test=" + mark, "--quiet"));
        return state;
    }

    private List<String> lines(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put(OwnStorage.VARIABLE, storage);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output.lines().filter(line -> !line.isBlank()).toList();
    }

    /** Starts the build and returns once both agents build and the third platform is queued. */
    private WorkflowRun start(String builder, String dockerfile, String wrapper) throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"), Files.readString(context.resolve("Dockerfile")) + "\n" + dockerfile);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(
                new CpsFlowDefinition("""
                node('builder') {
                    sh 'cp -R %s/. .'
                    %s {
                        multiArchBuild image: '%s/demo/hello:1.0', emulation: 'never', builder: '%s',
                            platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'], labels: [test: '%s'],
                            credentialsId: 'registry'
                    }
                }
                """.formatted(context, wrapper, registry.address(), builder, mark), true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        await(() -> sleepers() == 2 && jenkins.jenkins.getQueue().getItems().length == 1, 120, () -> log(run));
        return run;
    }

    private String log(WorkflowRun run) {
        try {
            return "sleeping: " + sleepers() + "\n" + JenkinsRule.getLog(run);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition, long seconds, java.util.function.Supplier<String> message)
            throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(message.get()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** How many platforms are in the step of the Dockerfile that sleeps. */
    private static long sleepers() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().arguments().orElse(new String[0]))
                .filter(arguments -> arguments.length > 0 && arguments[arguments.length - 1].equals("617"))
                .count();
    }

    private void assertNothingIsLeft(WorkflowRun run) throws Exception {
        await(() -> sleepers() == 0, SECONDS_TO_END, () -> "A build tool still runs. " + log(run));
        jenkins.waitForCompletion(run);
        assertThat(jenkins.jenkins.getQueue().getItems()).isEmpty();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_END);
        List<String> left = toolState();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            left = toolState();
        }
        assertThat(left).as("left by the build tools").isEmpty();
        for (String agent : List.of("builder", "spare")) {
            Path root = Path.of(((DumbSlave) jenkins.jenkins.getNode(agent)).getRemoteFS());
            assertThat(Leftovers.on(root, "robot", PASSWORD))
                    .as("left on agent '%s'", agent)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"buildah", "podman", "docker"})
    void anAbortLeavesNothing(String builder) throws Exception {
        WorkflowRun run = start(builder, "RUN sleep 617", "stage('Image')");
        run.doStop();

        assertNothingIsLeft(run);
        jenkins.assertBuildStatus(Result.ABORTED, run);
    }

    @ParameterizedTest
    @ValueSource(strings = "buildah")
    void aTimeoutLeavesNothing(String builder) throws Exception {
        WorkflowRun run = start(builder, "RUN sleep 617", "timeout(time: 30, unit: 'SECONDS', activity: true)");
        jenkins.waitForMessage("Cancelling nested steps due to timeout", run);

        assertNothingIsLeft(run);
        jenkins.assertBuildStatus(Result.ABORTED, run);
    }

    /** As a failing neighbour interrupts the branches of a build that is being aborted. */
    @Test
    void anotherInterruptionDoesNotEndTheCleanUp() throws Exception {
        WorkflowRun run = start("buildah", "RUN sleep 617", "stage('Image')");
        Path home = Path.of(((DumbSlave) jenkins.jenkins.getNode("spare")).getRemoteFS());
        Path folder;
        try (Stream<Path> all = Files.walk(home, 3)) {
            folder = all.filter(path -> path.getFileName().toString().endsWith("-linux-arm64"))
                    .findFirst()
                    .orElseThrow();
        }
        // It takes seconds to remove them, and they come before the rest.
        for (int i = 0; i < 40; i++) {
            Path many = Files.createDirectory(folder.resolve("many" + i));
            for (int j = 0; j < 2500; j++) {
                Files.createFile(many.resolve("file" + j));
            }
        }
        run.doStop();
        await(() -> cleansUp(run), 60, () -> log(run));
        while (cleansUp(run)) {
            run.getExecution().interrupt(Result.ABORTED);
            TimeUnit.MILLISECONDS.sleep(50);
        }

        assertNothingIsLeft(run);
        jenkins.assertBuildStatus(Result.ABORTED, run);
    }

    private static boolean cleansUp(WorkflowRun run) throws Exception {
        return run.getExecution().getCurrentExecutions(true).get().stream()
                .anyMatch(step -> step.getClass().getName().contains(CleanUpStep.class.getSimpleName()));
    }

    @ParameterizedTest
    @ValueSource(strings = "buildah")
    void theFailureOfOnePlatformEndsTheOthers(String builder) throws Exception {
        WorkflowRun run = start(builder, "RUN sleep 617", "stage('Image')");
        ProcessHandle one = ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").endsWith("sleep 617"))
                .findFirst()
                .orElseThrow();
        one.destroyForcibly();

        assertNothingIsLeft(run);
        jenkins.assertBuildStatus(Result.FAILURE, run);
        assertThat(JenkinsRule.getLog(run))
                .contains("Failed in branch linux/")
                .doesNotContain("retrying on another agent");
    }
}
