package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import hudson.EnvVars;
import hudson.model.Result;
import io.jenkins.plugins.multiarch.FewPrograms;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.PlatformBuild;
import io.jenkins.plugins.multiarch.report.RecordedIndex;
import io.jenkins.plugins.multiarch.report.RecordedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Four targets of a bake file, two of them on top of another, each for two platforms on agents of their own. */
@Tag("integration")
@WithSharedJenkins
class BakePipelineTest {

    private static final String BAKE_FILE = """
            variable "TAG" { default = "dev" }
            variable "REGISTRY" {}
            variable "ORG" { default = "team" }
            variable "CHANNEL" { default = "beta" }

            function "tags" {
              params = [name]
              result = ["${REGISTRY}/${ORG}/${name}:${TAG}", "${REGISTRY}/${ORG}/${name}:${CHANNEL}"]
            }

            group "default" {
              targets = ["app", "tool"]
            }

            target "_common" {
              platforms = ["linux/amd64", "linux/arm64"]
              args = {
                GREETING = "from bake"
              }
            }

            target "base" {
              inherits = ["_common"]
              labels = { "com.example.part" = "base" }
            }

            target "app" {
              inherits = ["_common"]
              context = "app"
              contexts = { base = "target:base" }
              dockerfile-inline = "FROM base\\nRUN cp /hello /app && cat /app\\n"
              tags = concat(tags("app"), ["${REGISTRY}/mirror/app:${TAG}"])
              annotations = ["index:org.opencontainers.image.title=The app"]
            }

            target "tool" {
              name = "tool-${kind}"
              matrix = { kind = ["small", "large"] }
              inherits = ["_common"]
              context = "app"
              contexts = equal("large", kind) ? { base = "target:base" } : {}
              dockerfile = "${kind}.Dockerfile"
              tags = tags("tool-${kind}")
            }
            """;

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private RealRegistry registry;
    private Path project;
    private Registry reader;

    /** The last. */
    private WorkflowRun run;

    @BeforeEach
    void startEverything(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        registry = RealRegistry.start("robot", "s3cr3t-w0rd");
        reader = new Registry(RegistryAccess.anonymous().withCredential(registry.address(), "robot", "s3cr3t-w0rd"));
        StoredCredential.add("registry", "robot", "s3cr3t-w0rd");
        project = BusyboxContext.create(temp.resolve("project"));
        Files.createDirectories(project.resolve("app"));
        Files.writeString(project.resolve("app/small.Dockerfile"), "FROM scratch\nARG GREETING\nCOPY . /\n");
        Files.writeString(project.resolve("app/large.Dockerfile"), "FROM base\nRUN cat /greeting > /tool\n");
        Files.writeString(project.resolve("docker-bake.hcl"), BAKE_FILE);
        RoomyAgent.add(jenkins, "outer", "outer", temp.resolve("outer"), 2, withBuildx());
        RoomyAgent.add(jenkins, "other", "other", temp.resolve("other"), 4);
        MultiArchBuildConfiguration.get()
                .setPlatformLabels(
                        List.of(new PlatformLabel("linux/amd64", "outer"), new PlatformLabel("linux/arm64", "other")));
    }

    /** A docker of today with buildx, for an agent that reads bake files, and no engine behind it. */
    private EnvVars withBuildx() throws IOException {
        Path programs = Files.createDirectories(temp.resolve("programs"));
        Files.createSymbolicLink(programs.resolve("docker"), Path.of(ToolGeneration.TODAY.docker()));
        Path plugins = Files.createDirectories(temp.resolve("docker/cli-plugins"));
        Files.createSymbolicLink(plugins.resolve("docker-buildx"), Path.of(ToolGeneration.TODAY.buildx()));
        // buildah wants it to be there where the variable names its directory.
        Files.writeString(temp.resolve("docker/config.json"), "{}");
        return new EnvVars(
                "PATH",
                programs + ":" + System.getenv("PATH"),
                "DOCKER_CONFIG",
                temp.resolve("docker").toString(),
                "DOCKER_HOST",
                "unix:///nowhere");
    }

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        try {
            for (String agent : List.of("outer", "other")) {
                assertThat(Leftovers.on(temp.resolve(agent), "robot", "s3cr3t-w0rd"))
                        .isEmpty();
            }
        } finally {
            registry.close();
        }
    }

    private String bake(Result expected, String agent, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('%s') {
                    sh 'cp -R %s/. .'
                    withEnv(['REGISTRY=%s', 'TAG=environment']) {
                        %s
                    }
                }
                """.formatted(agent, project, registry.address(), script), true));
        run = jenkins.buildAndAssertStatus(expected, job);
        String log = JenkinsRule.getLog(run);
        assertThat(log).doesNotContain("s3cr3t-w0rd").doesNotContain("\tat ");
        return log;
    }

    private List<String> states() {
        return run.getAction(MultiArchBuildAction.class).getTargetReports().getAll().stream()
                .map(target -> target.getName() + " " + target.getState() + " " + target.getPlatformCount())
                .toList();
    }

    private Manifest pull(String image) throws Exception {
        return reader.pull(registry.image(image), ReadOption.FRESH);
    }

    private void assertMissing(String image) {
        assertThatThrownBy(() -> pull(image)).as(image).isInstanceOf(IOException.class);
    }

    @Test
    void fourTargetsArePublishedInOrderAndOnEachOtherByDigest() throws Exception {
        String log = bake(Result.SUCCESS, "outer", """
                def baked = multiArchBake variables: [TAG: '1.0'], builder: 'buildah', credentialsId: 'registry'
                baked.each { name, target -> echo "BAKED ${name} ${target.index?.tags} ${target.images*.platform}" }
                """);

        assertThat(log)
                .contains("Plan for 4 targets:")
                .contains("At most 2 targets are built at the same time: as many as the agent has executors.")
                .containsPattern("  base +linux/amd64  native, in place: ")
                .contains("BAKED base null [linux/amd64, linux/arm64]")
                .contains("BAKED app [1.0, beta] [linux/amd64, linux/arm64]")
                .contains("(Branch: app · linux/arm64)")
                .contains("BAKED tool-large [1.0, beta]")
                .containsPattern("FROM localhost:\\d+/team/app@sha256:")
                .doesNotContainPattern("FROM localhost:\\d+/team/app:");
        // Three targets are built from the directory app, one of them by a Dockerfile that is not in it.
        assertThat(log.lines().filter(line -> line.contains("Packed the build context: ")))
                .hasSize(2);
        assertThat(log.lines().filter(line -> line.contains("Sent the build context to other: ")))
                .hasSize(2);
        assertThat(pull("team/app:1.0")
                        .json()
                        .at("/annotations/org.opencontainers.image.title")
                        .asText())
                .isEqualTo("The app");
        assertThat(pull("team/app:1.0").digest())
                .isEqualTo(pull("team/app:beta").digest());
        assertThat(pull("mirror/app:1.0").json().path("manifests")).hasSize(2);
        assertThat(pull("team/tool-small:beta").json().path("manifests")).hasSize(2);
        MultiArchBuildAction report = run.getAction(MultiArchBuildAction.class);
        assertThat(report.getBuilds())
                .extracting(PlatformBuild::getBakeTarget, PlatformBuild::getPlatform)
                .hasSize(8)
                .contains(
                        tuple("base", "linux/arm64"), tuple("app", "linux/amd64"), tuple("tool-large", "linux/arm64"));
        assertThat(report.getIndexes())
                .extracting(RecordedIndex::getBakeTarget, RecordedIndex::getTagText)
                .containsExactlyInAnyOrder(
                        tuple("app", "1.0, beta"),
                        tuple("app", "1.0"),
                        tuple("tool-small", "1.0, beta"),
                        tuple("tool-large", "1.0, beta"));
        assertThat(report.getPlans()).extracting(RecordedPlan::getBakeTarget).contains("base", "app", "tool-small");
        assertThat(report.getReports()).isEmpty();
        assertThat(states())
                .containsExactlyInAnyOrder(
                        "base PUSHED 2", "app PUBLISHED 2", "tool-small PUBLISHED 2", "tool-large PUBLISHED 2");
        assertMissing("team/base:1.0");
    }

    /** As a pull request is built: in place and on another agent, each on the image of its own platform. */
    @Test
    void withoutPushImagesAreHandedOnInFiles() throws Exception {
        String log = bake(Result.SUCCESS, "outer", """
                def baked = multiArchBake builder: 'buildah', push: false
                baked.each { name, target -> echo "BAKED ${name} ${target.index} ${target.images*.platform}" }
                """);

        assertThat(log)
                .contains("from linux/amd64 os=linux arch=amd64", "from linux/arm64 os=linux arch=arm64")
                .contains("Kept the image of linux/arm64 for the targets that are built on it: ")
                .contains("BAKED app null [linux/amd64, linux/arm64]")
                .contains("BAKED tool-large null [linux/amd64, linux/arm64]")
                .doesNotContain("FROM localhost:");
        assertThat(log.lines().filter(line -> line.contains("Kept the image of")))
                .as("base alone has targets on it")
                .hasSize(2);
        assertThat(states())
                .containsExactlyInAnyOrder("base BUILT 2", "app BUILT 2", "tool-small BUILT 2", "tool-large BUILT 2");
        assertMissing("team/app:dev");
        assertMissing("team/app:base-linux-arm64");
    }

    @Test
    void aTargetIsPublishedInSeveralRegistries() throws Exception {
        try (RealRegistry other = RealRegistry.start("mirror", "0ther-w0rd")) {
            StoredCredential.add("mirror", "mirror", "0ther-w0rd");
            Files.writeString(project.resolve("docker-bake.hcl"), """
                    target "default" {
                      platforms = ["linux/amd64", "linux/arm64"]
                      tags = ["%s/team/app:1.0", "%s/mirror/app:1.0", "%2$s/mirror/app:latest"]
                    }
                    """.formatted(registry.address(), other.address()));

            String step = "multiArchBake builder: 'buildah', credentialsId: 'registry'";
            assertThat(bake(Result.FAILURE, "outer", step))
                    .contains("Name the credentials of the others in logins: [[registry:, credentialsId:]].");
            bake(
                    Result.SUCCESS,
                    "outer",
                    step + ", logins: [[registry: '" + other.address() + "', credentialsId: 'mirror']]");

            Registry mirror =
                    new Registry(RegistryAccess.anonymous().withCredential(other.address(), "mirror", "0ther-w0rd"));
            assertThat(pull("team/app:1.0").json().path("manifests")).hasSize(2);
            for (String tag : List.of("1.0", "latest")) {
                assertThat(mirror.pull(other.image("mirror/app:" + tag)).digest())
                        .isEqualTo(pull("team/app:1.0").digest());
            }
        }
    }

    private static final String ONE_PLATFORM = "multiArchBake variables: [TAG: '1.0'], builder: 'buildah',"
            + " credentialsId: 'registry', set: ['*.platform=linux/amd64']";

    @Test
    void noTagMovesIfOneTargetFails() throws Exception {
        Files.writeString(project.resolve("app/small.Dockerfile"), "FROM scratch\nCOPY missing /\n");

        String log = bake(Result.FAILURE, "outer", ONE_PLATFORM + ", failFast: false");

        assertThat(log)
                .contains("Pushed linux/amd64 as " + registry.address() + "/team/app@sha256:")
                .contains("Pushed linux/amd64 as " + registry.address() + "/team/tool-large@sha256:")
                .doesNotContain("Index of");
        assertMissing("team/app:1.0");
        assertMissing("team/tool-large:1.0");
    }

    /** What an agent says, in the middle of others that are stopped for it. */
    @Test
    void aFailureOnAnAgentIsToldWithoutAStackTrace() throws Exception {
        RoomyAgent.add(
                jenkins,
                "toolless",
                "toolless",
                temp.resolve("toolless"),
                4,
                new EnvVars("PATH", FewPrograms.in(temp.resolve("few")).toString()));
        MultiArchBuildConfiguration.get()
                .setPlatformLabels(List.of(
                        new PlatformLabel("linux/amd64", "other"), new PlatformLabel("linux/arm64", "toolless")));

        String log = bake(
                Result.FAILURE,
                "outer",
                "multiArchBake variables: [TAG: '1.0'], builder: 'buildah', credentialsId: 'registry', maxParallel: 9");

        assertThat(log).contains("This machine cannot build linux/arm64 with buildah: buildah is not installed.");
    }

    /** One after the other, and what failed comes first. */
    @Test
    void publishEachPublishesTheOthers() throws Exception {
        Files.writeString(project.resolve("app/small.Dockerfile"), "FROM scratch\nCOPY missing /\n");

        String log = bake(
                Result.FAILURE,
                "outer",
                ONE_PLATFORM + ", failFast: false, publish: 'each', maxParallel: 1, targets: ['tool-small', 'app']");

        assertThat(log)
                .containsSubsequence("Plan for 3 targets:", "Plan for ", "tool-small", "Pushed ", "team/app:1.0");
        assertThat(pull("team/app:1.0").json().path("manifests")).hasSize(1);
        assertMissing("team/tool-small:1.0");
    }

    @Test
    void whatBuildsOnAFailedTargetIsNotBuilt() throws Exception {
        Files.writeString(project.resolve("Dockerfile"), "FROM scratch\nCOPY missing /\n");

        String log = bake(Result.FAILURE, "outer", ONE_PLATFORM + ", failFast: false, publish: 'each'");

        assertThat(log)
                .contains("Not built: app, tool-large")
                .doesNotContain("Plan for " + registry.address() + "/team/app:1.0");
        assertThat(pull("team/tool-small:1.0").json().path("manifests")).hasSize(1);
        assertThat(states())
                .containsExactlyInAnyOrder(
                        "base FAILED 0 of 1",
                        "app NOT_BUILT 0 of 1",
                        "tool-large NOT_BUILT 0 of 1",
                        "tool-small PUBLISHED 1");
    }

    /** While the target that others build on is built. */
    @Test
    void anAbortedOneLeavesNothingBehind() throws Exception {
        Files.writeString(project.resolve("Dockerfile"), "RUN echo WAITING && sleep 120\n", StandardOpenOption.APPEND);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('outer') {
                    sh 'cp -R %s/. .'
                    withEnv(['REGISTRY=%s', 'TAG=environment']) {
                        %s, targets: ['app']
                    }
                }
                """.formatted(project, registry.address(), ONE_PLATFORM), true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("RUN echo WAITING", run);

        run.getExecutor().interrupt();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("Not built: app", run);
        jenkins.assertLogNotContains("\tat ", run);
    }

    @Test
    void dryRunReturnsThePlanAndBuildsNothing() throws Exception {
        String log = bake(Result.SUCCESS, "outer", """
                def plan = multiArchBake dryRun: true, targets: ['app', 'tool-small'], set: ['app.args.NEW=1']
                plan.each { name, target -> echo "PLAN ${name} ${target}" }
                sh 'find . ../*@tmp -name "*.Dockerfile"'
                """);

        String tag = registry.address() + "/team/app:environment";
        assertThat(log)
                .contains("PLAN base [platforms:[linux/amd64, linux/arm64], tags:[], args:[GREETING:from bake],"
                        + " labels:[com.example.part:base], context:., contexts:[:], dockerfile:Dockerfile, target:]")
                .contains("PLAN app [platforms:[linux/amd64, linux/arm64], tags:[" + tag + ", "
                        + tag.replace("environment", "beta") + ", " + tag.replace("team", "mirror")
                        + "], args:[GREETING:from bake, NEW:1]")
                .contains("contexts:[base:target:base]")
                .doesNotContain("app.Dockerfile\n")
                .doesNotContain("Build linux");
    }

    @Test
    void withoutBuildxJsonIsReadAndHclIsRefused() throws Exception {
        assertThat(bake(Result.FAILURE, "other", "multiArchBake()"))
                .contains("'docker-bake.hcl' needs buildx: HCL is read by docker buildx bake --print")
                .doesNotContain("Plan for");
        assertThat(bake(Result.FAILURE, "other", "multiArchBake file: 'images.json'"))
                .contains("There is no bake file 'images.json' in ");
        assertThat(bake(Result.FAILURE, "other", "multiArchBake set: ['*.call=check']"))
                .contains("The override '*.call=check' is resolved by buildx, which this machine does not have.");
        Files.delete(project.resolve("docker-bake.hcl"));
        assertThat(bake(Result.FAILURE, "other", "multiArchBake()")).contains("There is no bake file in ");

        Files.writeString(project.resolve("docker-bake.json"), """
                {"target": {
                    "common": {"args": {"GREETING": "json"}},
                    "base": {"inherits": ["common"], "tags": ["%1$s/json/base:1"]},
                    "default": {"inherits": ["common"], "contexts": {"base": "target:base"}, "tags": ["%1$s/json/app:1"],
                                "dockerfile-inline": "FROM base\\nRUN --mount=type=secret,id=token cat /run/secrets/token /greeting\\n",
                                "no-cache": true, "secret": ["id=token,src=unread"]}}}
                """.formatted(registry.address()));
        StoredCredential.addText("npm", "t0p-s3cret-value");
        assertThat(bake(Result.FAILURE, "other", "multiArchBake platforms: ['linux/arm64']"))
                .contains(
                        "Target 'default' needs the secret 'token'. Write secrets: ['token': '<id of the credential>'].");
        assertThat(bake(
                        Result.SUCCESS,
                        "other",
                        "multiArchBake platforms: ['linux/arm64'], builder: 'buildah', credentialsId: 'registry',"
                                + " secrets: [token: 'npm']"))
                .contains("****json")
                .doesNotContain("t0p-s3cret-value");
        assertThat(pull("json/app:1").json().path("manifests")).hasSize(1);
        assertMissing("json/base:1");
    }

    @Test
    void whatCannotBeIsNamedBeforeAnythingIsBuilt() throws Exception {
        assertThat(bake(Result.FAILURE, "outer", "multiArchBake targets: ['nothing']"))
                .contains("docker buildx bake --print failed: ERROR: failed to find target nothing")
                .contains("The bake file has app, base, default, tool")
                .doesNotContain("Plan for");
        assertThat(bake(Result.FAILURE, "outer", "multiArchBake set: ['app.tags=']"))
                .contains("Target 'app' has no tags, so it cannot be pushed.");
        assertThat(bake(Result.FAILURE, "outer", "multiArchBake set: ['app.context=../..'], dryRun: true"))
                .contains("Target 'app' cannot be built: The context '../..' lies outside the workspace.");
        assertThat(bake(
                        Result.FAILURE,
                        "outer",
                        "multiArchBake set: ['*.platform=linux/mips64le'], emulation: 'never'"))
                .contains("Targets 'base', 'app', 'tool-large' cannot be built: Nothing can build linux/mips64le");
        assertThat(bake(Result.FAILURE, "outer", "multiArchBake credentialsId: 'nowhere'"))
                .contains("There is no username/password credential 'nowhere'");
        assertThat(bake(
                        Result.FAILURE,
                        "outer",
                        "multiArchBake credentialsId: 'registry', set: ['app.tags=r.example.com/a']"))
                .contains("The tags are in the registries r.example.com, " + registry.address());
        assertThat(bake(Result.FAILURE, "outer", "multiArchBake publish: 'some'"))
                .contains("Unknown publish 'some'. Choose all or each.");
        assertThat(bake(Result.FAILURE, "outer", "multiArchBake maxParallel: -1"))
                .contains("maxParallel is -1. Give the number of targets");
        assertThat(bake(Result.FAILURE, "outer", "multiArchBake set: ['tool-small.dockerfile=missing']"))
                .contains("There is no Dockerfile 'missing' in the build context")
                .doesNotContain("Plan for");
        Files.writeString(project.resolve("docker-bake.hcl"), """
                target "default" {
                  contexts = { other = "target:other" }
                }
                target "other" {
                  contexts = { default = "target:default" }
                }
                """);
        assertThat(bake(Result.FAILURE, "outer", "multiArchBake()")).contains("infinite loop from other to default");
    }
}
