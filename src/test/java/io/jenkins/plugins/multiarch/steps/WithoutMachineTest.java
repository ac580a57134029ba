package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.model.Result;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** Images of Dockerfiles that run nothing: no agent of the platform, no emulator, and with {@code jib} no build tool. */
@Tag("integration")
@WithSharedJenkins
class WithoutMachineTest {

    private static final Set<String> TOOLS = Set.of("docker", "podman", "buildah");

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private Path context;

    @BeforeEach
    void startAgent(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        context = Files.createDirectory(temp.resolve("context"));
        Files.writeString(context.resolve("app"), "a program");
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY app /app\nCMD [\"/app\"]\n");
        StoredCredential.add("registry", "robot", "s3cr3t-w0rd");
    }

    private String build(Result expected, String step) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(
                new CpsFlowDefinition("node('outer') {\nsh 'cp -R %s/. .'\n%s\n}".formatted(context, step), true));
        return JenkinsRule.getLog(jenkins.buildAndAssertStatus(expected, job));
    }

    private void withoutTools() throws Exception {
        Path programs = Files.createDirectory(temp.resolve("programs"));
        try (Stream<Path> all = Files.list(Path.of("/usr/bin"))) {
            for (Path program : all.filter(one -> !TOOLS.contains(String.valueOf(one.getFileName())))
                    .toList()) {
                Files.createSymbolicLink(programs.resolve(program.getFileName()), program);
            }
        }
        RoomyAgent.add(jenkins, "outer", "outer", temp.resolve("outer"), 1, new EnvVars("PATH", programs.toString()));
    }

    @Test
    void withoutAnyBuildToolAllPlatformsAreBuiltAndPublished() throws Exception {
        withoutTools();
        try (RealRegistry registry = RealRegistry.start("robot", "s3cr3t-w0rd")) {
            String log = build(Result.SUCCESS, """
                    multiArchBuild image: '%s/team/app:1.0', builder: 'jib', credentialsId: 'registry', publish: true,
                        platforms: ['linux/amd64', 'linux/arm64', 'linux/riscv64', 'linux/s390x']
                    """.formatted(registry.address()));

            assertThat(log)
                    .containsPattern(
                            "linux/riscv64 +without machine +in place +no machine needed: the Dockerfile runs nothing")
                    .contains("Made linux/s390x: layers of the base image: 0, on top: 1")
                    .contains("Pushed " + registry.address() + "/team/app:1.0")
                    .doesNotContain("s3cr3t-w0rd");
            Registry reader =
                    new Registry(RegistryAccess.anonymous().withCredential(registry.address(), "robot", "s3cr3t-w0rd"));
            assertThat(reader.pull(registry.image("team/app:1.0")).json().path("manifests"))
                    .hasSize(4);
        }
        assertThat(temp.resolve("outer/workspace").toFile().list((dir, name) -> name.endsWith("@tmp")))
                .allSatisfy(name -> assertThat(temp.resolve("outer/workspace").resolve(name))
                        .isEmptyDirectory());
    }

    /** The id of an image is the digest of its configuration, in the engine and in the registry. */
    @ParameterizedTest
    @ValueSource(strings = {"test: 'echo TESTED $(docker image inspect --format \"{{.Id}}\" $IMAGE)')", "block"})
    void whatAToolHasTestedIsPushed(String kind) throws Exception {
        RoomyAgent.add(jenkins, "outer", "outer", temp.resolve("outer"), 1);
        try (RealRegistry registry = RealRegistry.start("robot", "s3cr3t-w0rd")) {
            String step = "multiArchBuild(image: '" + registry.address() + "/team/app:1.0', builder: 'jib',"
                    + " credentialsId: 'registry', platforms: ['linux/amd64'], ";
            String test = kind.equals("block")
                    ? "test: { sh 'echo other > app; echo TESTED $(docker image inspect --format \"{{.Id}}\" $IMAGE)' })"
                    : kind;

            String log = build(Result.SUCCESS, step + test);

            assertThat(log)
                    .containsPattern("linux/amd64 +native +in place .*its test needs a machine")
                    .contains("made without a build tool, loaded into docker to be tested");
            Registry reader =
                    new Registry(RegistryAccess.anonymous().withCredential(registry.address(), "robot", "s3cr3t-w0rd"));
            String digest = log.replaceAll("(?s).*Pushed linux/amd64 as [^ ]*@(sha256:[0-9a-f]{64}).*", "$1");
            String config = reader.pull(registry.image("team/app@" + digest))
                    .json()
                    .at("/config/digest")
                    .asText();
            assertThat(log).contains("TESTED " + config);

            String failed = build(Result.FAILURE, step.replace("1.0", "2.0") + "test: 'exit 3')");
            assertThat(failed).contains("exit 3").doesNotContain("Pushed linux/amd64");
        }
    }

    @Test
    void aTestNeedsAnAgentWithATool() throws Exception {
        withoutTools();
        assertThat(build(
                        Result.FAILURE,
                        "multiArchBuild image: 'localhost:1/app:1', builder: 'jib', push: false, test: 'true',"
                                + " platforms: ['linux/amd64']"))
                .contains("Nothing can build linux/amd64");
    }

    @Test
    void autoDoesSoWhereNoNativeAgentIs() throws Exception {
        RoomyAgent.add(jenkins, "outer", "outer", temp.resolve("outer"), 1);
        try (RealRegistry registry = RealRegistry.start("robot", "s3cr3t-w0rd")) {
            String step = """
                    multiArchBuild image: '%s/team/app:1.0', credentialsId: 'registry', emulation: 'never', push: %s,
                        platforms: ['linux/amd64', 'linux/riscv64']
                    """;
            assertThat(build(Result.SUCCESS, step.formatted(registry.address(), "true")))
                    .containsPattern("linux/amd64 +native +in place")
                    .containsPattern("linux/riscv64 +without machine +in place")
                    .contains("Pushed linux/riscv64 as " + registry.address() + "/team/app@sha256:");

            Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY app /app\nRUN [\"/app\"]\n");
            assertThat(build(
                            Result.FAILURE,
                            "multiArchBuild image: 'localhost:1/app:1', push: false, platforms: ['linux/s390x']"))
                    .containsPattern(
                            "linux/s390x +emulated +in place .*; not without a machine: Dockerfile, line 3: RUN '\\[\"/app\"]' runs a program, which needs a machine of the platform\n");
        }
    }

    @Test
    void aRegistryThatRefusesIsNamedWithoutAStackTrace() throws Exception {
        RoomyAgent.add(jenkins, "outer", "outer", temp.resolve("outer"), 1);
        try (RealRegistry registry = RealRegistry.start("other", "0ther-w0rd")) {
            assertThat(build(
                            Result.FAILURE,
                            "multiArchBuild image: '%s/app:1.0', builder: 'jib', credentialsId: 'registry'"
                                    .formatted(registry.address())))
                    .contains("ERROR: Could not push blob sha256:")
                    .contains(registry.address() + "/app")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void whatRunsSomethingIsRefusedInThePlan() throws Exception {
        RoomyAgent.add(jenkins, "outer", "outer", temp.resolve("outer"), 1);
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nRUN make\n");
        assertThat(build(
                        Result.FAILURE,
                        "multiArchBuild image: 'localhost:1/team/app:1.0', builder: 'jib', platforms: ['linux/arm64']"))
                .contains("ERROR: Dockerfile, line 2: RUN 'make' runs a program")
                .doesNotContain("Plan for");
        assertThat(
                        build(
                                Result.FAILURE,
                                "multiArchBuild image: 'localhost:1/a:1', builder: 'jib', context: 'https://example.com/x.git'"))
                .contains("The builder jib cannot fetch the context 'https://example.com/x.git'");
    }
}
