package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.EnvVars;
import hudson.model.Fingerprint;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.PlatformBuild;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import io.jenkins.plugins.multiarch.report.RecordedMember;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.docker.commons.fingerprint.DockerFingerprints;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** The main job on a real Jenkins with agents, buildah, QEMU and a registry that wants a password. */
@Tag("integration")
@WithSharedJenkins
class MultiArchPipelineTest {

    private static final String PASSWORD = "s3cr$t \"quoted\" pässword";

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private RealRegistry registry;
    private Path context;

    @BeforeEach
    void startEverything(JenkinsRule rule) throws Exception {
        jenkins = rule;
        registry = RealRegistry.start("robot", PASSWORD);
        jenkins.jenkins.setNumExecutors(0);
        context = BusyboxContext.create(temp.resolve("context"));
        for (String name : List.of("builder", "spare")) {
            RoomyAgent.add(jenkins, name, "linux", temp.resolve(name), 3);
        }
        StoredCredential.add("registry", "robot", PASSWORD);
    }

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        try {
            for (String agent : List.of("builder", "spare")) {
                Path root = Path.of(((DumbSlave) jenkins.jenkins.getNode(agent)).getRemoteFS());
                assertThat(Leftovers.on(root, "robot", PASSWORD)).isEmpty();
            }
            for (WorkflowJob job : jenkins.jenkins.getAllItems(WorkflowJob.class)) {
                for (WorkflowRun run : job.getBuilds()) {
                    String log = JenkinsRule.getLog(run);
                    assertThat(log).doesNotContain(PASSWORD).doesNotContain(Leftovers.encoded("robot", PASSWORD));
                }
            }
        } finally {
            registry.close();
        }
    }

    private WorkflowRun run(String script, Result expected) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return jenkins.buildAndAssertStatus(expected, job);
    }

    /** A scripted Pipeline that has the context in its workspace. */
    private String inWorkspace(String steps) {
        return """
               node('linux') {
                   sh 'cp -R %s/. .'
                   %s
               }
               """.formatted(context, steps);
    }

    private String skopeo(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("skopeo"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private JsonNode inspect(String reference) throws Exception {
        return new ObjectMapper()
                .readTree(skopeo(
                        "inspect",
                        "--raw",
                        "--tls-verify=false",
                        "--creds=robot:" + PASSWORD,
                        "docker://" + registry.address() + "/" + reference));
    }

    private List<String> tags(String repository) throws Exception {
        Process process = new ProcessBuilder(
                        "skopeo",
                        "list-tags",
                        "--tls-verify=false",
                        "--creds=robot:" + PASSWORD,
                        "docker://" + registry.address() + "/" + repository)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> tags = new ArrayList<>();
        if (process.waitFor() == 0) {
            new ObjectMapper().readTree(output).path("Tags").forEach(tag -> tags.add(tag.asText()));
        }
        return tags;
    }

    @Test
    void theDeclarativeJobOfTheReadme() throws Exception {
        WorkflowRun run = run("""
                pipeline {
                  agent none
                  stages {
                    stage('Image') {
                      agent { label 'linux' }
                      steps {
                        sh 'cp -R %1$s/. .'
                        multiArchBuild image: '%2$s/demo/hello:1.0',
                                       platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'],
                                       buildArgs: [GREETING: 'hi'], builder: 'buildah', credentialsId: 'registry'
                        pushManifestList image: '%2$s/demo/hello:1.0', tags: ['latest'],
                                         annotations: ['org.opencontainers.image.title': 'hello'],
                                         credentialsId: 'registry'
                      }
                    }
                  }
                }
                """.formatted(context, registry.address()), Result.SUCCESS);

        String log = JenkinsRule.getLog(run);
        assertThat(log)
                .contains("Plan for " + registry.address() + "/demo/hello:1.0:")
                .containsPattern(
                        "linux/amd64 +native +multiarch-linux-amd64 && multiarch-buildah +2 agents are available")
                .containsPattern("linux/s390x +emulated +multiarch-qemu-linux-s390x && multiarch-linux-amd64"
                        + " && multiarch-buildah +there is no native agent")
                .contains("linux/s390x: emulated by qemu-s390x; buildah, which cannot push by digest")
                .contains("Packed the build context: ")
                .doesNotContain("run.sh");
        JsonNode index = inspect("demo/hello:1.0");
        assertThat(index.path("mediaType").asText()).isEqualTo("application/vnd.oci.image.index.v1+json");
        assertThat(index.path("annotations")
                        .path("org.opencontainers.image.title")
                        .asText())
                .isEqualTo("hello");
        assertThat(index.path("annotations")
                        .path("org.opencontainers.image.version")
                        .asText())
                .isEqualTo("1.0");
        assertThat(index.path("manifests").findValuesAsText("architecture")).containsExactly("amd64", "arm64", "s390x");
        assertThat(inspect("demo/hello:latest")).isEqualTo(index);
        assertThat(run.getAction(MultiArchBuildAction.class).getImages())
                .extracting(PlatformImage::getPlatform, PlatformImage::isEmulated, PlatformImage::getTool)
                .containsExactly(
                        tuple("linux/amd64", false, "buildah"),
                        tuple("linux/arm64", true, "buildah"),
                        tuple("linux/s390x", true, "buildah"));
        assertReported(run, index);
        Fingerprint usage = CredentialsProvider.getFingerprintOf(
                SystemCredentialsProvider.getInstance().getCredentials().get(0));
        assertThat(usage).as("usage of the credential").isNotNull();
        assertThat(usage.getUsages()).containsKey(run.getParent().getFullName());
    }

    private void assertReported(WorkflowRun run, JsonNode pushed) throws Exception {
        MultiArchBuildAction report = run.getAction(MultiArchBuildAction.class);
        assertThat(report.getBuilds()).hasSize(3).allSatisfy(build -> {
            assertThat(build.getStateName()).isEqualTo("pushed");
            assertThat(build.getCompressedSize()).isGreaterThan(100_000);
            assertThat(build.getSteps()).isPositive();
        });
        assertThat(report.getIndexes()).singleElement().satisfies(index -> {
            assertThat(index.getTags()).containsExactly("1.0", "latest");
            assertThat(index.getAnnotations()).containsEntry("org.opencontainers.image.title", "hello");
            assertThat(index.getMembers())
                    .extracting(RecordedMember::getDigest)
                    .containsExactlyElementsOf(pushed.path("manifests").findValuesAsText("digest"));
            assertThat(DockerFingerprints.of(index.getDigest()).getOriginal().getRun())
                    .isEqualTo(run);
        });
        assertThat(JenkinsRule.getLog(run))
                .containsPattern("(?m)^ {2}linux/amd64 {2}native {4}buildah {2}.* [KM]iB +(builder|spare)$")
                .containsPattern("(?m)^ {2}linux/s390x {2}emulated {2}buildah {2}.* [KM]iB +(builder|spare)$")
                .contains("/demo/hello:1.0: Multi-arch images")
                .containsPattern("Pushed linux/arm64 as .*, [0-9.]+ [KM]iB, [0-9]+ of [0-9]+ steps from the cache")
                .contains("Recorded in Multi-arch images");
        assertThat(jenkins.createWebClient()
                        .goTo(run.getUrl() + "console")
                        .querySelectorAll("a[href$='/" + run.getUrl() + "multiarch/']"))
                .as("links in the log")
                .hasSize(2);
    }

    @Test
    void theScriptedFormInTheSandbox() throws Exception {
        WorkflowRun run = run(inWorkspace("""
                        def images = multiArchBuild(image: '%1$s/demo/hello:1.0', builder: 'buildah',
                            platforms: ['linux/amd64', 'aarch64'], credentialsId: 'registry')
                        for (image in images) {
                            echo "IMAGE ${image.platform} ${image.reference} ${image.digest} ${image.size} ${image.mediaType} ${image.node} ${image.emulated} ${image.durationMillis > 0}"
                        }
                        def index = pushManifestList(image: '%1$s/demo/hello:1.0', sources: images, tags: ["${env.BUILD_NUMBER}"],
                            platformAnnotations: ['linux/arm64': [tier: 'two']], removePlatformTags: true, credentialsId: 'registry')
                        echo "INDEX ${index.reference} ${index.tags}"
                        def again = pushManifestList(image: '%1$s/demo/hello:again', format: 'docker', credentialsId: 'registry',
                            sources: ['%1$s/demo/hello@' + images[0].digest, [ref: images[1].reference, platform: 'linux/arm64/v8']])
                        echo "AGAIN ${again.mediaType}"
                        """.formatted(registry.address())), Result.SUCCESS);

        String log = JenkinsRule.getLog(run);
        assertThat(log)
                .containsPattern("IMAGE linux/amd64 " + registry.address()
                        + "/demo/hello@sha256:\\w{64} sha256:\\w{64} \\d+ application/vnd.oci.image.manifest.v1\\+json"
                        + " (builder|spare) false true")
                .containsPattern("IMAGE linux/arm64 .* true true")
                .containsPattern("INDEX .*/demo/hello@sha256:\\w{64} \\[1.0, 1\\]")
                .contains("AGAIN application/vnd.docker.distribution.manifest.list.v2+json");
        assertThat(inspect("demo/hello:1")
                        .path("manifests")
                        .get(1)
                        .path("annotations")
                        .path("tier")
                        .asText())
                .isEqualTo("two");
        assertThat(inspect("demo/hello:again").has("annotations")).isFalse();
    }

    @Test
    void twoBuildsOfOneRunDoNotMeet() throws Exception {
        WorkflowRun run = run(inWorkspace("""
                        parallel one: {
                            multiArchBuild image: '%1$s/demo/one:1', builder: 'buildah', platforms: ['linux/amd64'],
                                buildArgs: [GREETING: 'one'], credentialsId: 'registry'
                        }, two: {
                            multiArchBuild image: '%1$s/demo/two:1', builder: 'buildah', platforms: ['linux/amd64'],
                                buildArgs: [GREETING: 'two'], credentialsId: 'registry'
                        }
                        pushManifestList image: '%1$s/demo/one:1', credentialsId: 'registry'
                        pushManifestList image: '%1$s/demo/two:1', credentialsId: 'registry'
                        """.formatted(registry.address())), Result.SUCCESS);

        assertThat(inspect("demo/one:1")).isNotEqualTo(inspect("demo/two:1"));
        assertThat(run.getAction(MultiArchBuildAction.class).getImages()).hasSize(2);
    }

    @Test
    void neverEmulatingFailsInPlanning() throws Exception {
        WorkflowRun run = run(inWorkspace("""
                        multiArchBuild image: '%s/demo/hello:1.0', platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'],
                            emulation: 'never', credentialsId: 'registry'
                        """.formatted(registry.address())), Result.FAILURE);

        assertThat(JenkinsRule.getLog(run))
                .contains("ERROR: Nothing can build linux/arm64: no agent or cloud has the native label"
                        + " 'multiarch-linux-arm64 && multiarch-builder' or 'arm64 && docker'.")
                .contains("Nothing can build linux/s390x")
                .containsOnlyOnce("Manage Jenkins")
                .doesNotContain("Build linux/amd64")
                .doesNotContain("\tat ");
        assertThat(tags("demo/hello")).isEmpty();
    }

    @Test
    void wrongInputIsRefusedBeforeAnythingHappens() throws Exception {
        String address = registry.address();
        for (String[] wrong : new String[][] {
            {"platforms: ['linux/sparc']", "Unknown architecture 'sparc'"},
            {"credentialsId: 'nobody'", "There is no username/password credential 'nobody'"},
            {"context: '../elsewhere'", "'../elsewhere' lies outside the workspace"},
            {"dockerfile: '/etc/passwd'", "'/etc/passwd' lies outside the workspace"},
            {"dockerfile: 'Missing'", "Missing"},
            {"builder: 'kaniko'", "Unknown builder 'kaniko'"},
            {"source: 'ftp'", "Unknown source 'ftp'"},
            {"emulation: 'maybe'", "Unknown emulation 'maybe'"},
            {"buildArgs: ['A=B': 'x']", "'A=B' is not the name of a build argument"},
        }) {
            WorkflowRun run = run(
                    inWorkspace("multiArchBuild image: '" + address + "/demo/hello:1', " + wrong[0]), Result.FAILURE);
            assertThat(JenkinsRule.getLog(run))
                    .as(wrong[0])
                    .contains("ERROR: ")
                    .contains(wrong[1])
                    .doesNotContain("\tat ");
        }
        assertThat(JenkinsRule.getLog(run(
                        "multiArchBuild image: '" + address + "/demo/hello@sha256:" + "0".repeat(64) + "'",
                        Result.FAILURE)))
                .contains("has a digest");
        assertThat(JenkinsRule.getLog(run("pushManifestList image: '" + address + "/demo/hello:1'", Result.FAILURE)))
                .contains("No multiArchBuild of this build has pushed");
        assertThat(tags("demo/hello")).isEmpty();
    }

    @Test
    void aWrongPasswordIsReported() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "wrong", "for tests", "robot", "not-the-password"));
        WorkflowRun run = run(
                inWorkspace("multiArchBuild image: '" + registry.address()
                        + "/demo/hello:1.0', platforms: ['linux/amd64'], builder: 'buildah', credentialsId: 'wrong'"),
                Result.FAILURE);

        assertThat(JenkinsRule.getLog(run))
                .containsIgnoringCase("unauthorized")
                .doesNotContain("not-the-password")
                .doesNotContain("No credential");
        assertThat(tags("demo/hello")).isEmpty();
    }

    @Test
    void aMissingCredentialIsReportedWithTheRemedy() throws Exception {
        String image = registry.address() + "/demo/hello:1.0";
        WorkflowRun build = run(
                inWorkspace("multiArchBuild image: '" + image + "', platforms: ['linux/amd64'], builder: 'buildah'"),
                Result.FAILURE);
        WorkflowRun push =
                run("pushManifestList image: '" + image + "', sources: ['" + image + "-amd64']", Result.FAILURE);

        assertThat(JenkinsRule.getLog(build))
                .contains("No credential is given for " + registry.address())
                .contains("set credentialsId in the step")
                .containsIgnoringCase("unauthorized");
        assertThat(JenkinsRule.getLog(push))
                .contains("No credential was given for " + registry.address() + ". Set credentialsId in the step")
                .contains("Manage Jenkins » System » Multi-Arch Build")
                .doesNotContain("\tat ");
    }

    @Test
    void aCredentialOfAFolderServesTheJobsInItAlone() throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "team");
        FolderCredentialsProvider.FolderCredentialsProperty credentials =
                new FolderCredentialsProvider.FolderCredentialsProperty(new DomainCredentials[0]);
        folder.addProperty(credentials);
        CredentialsStore store = credentials.getStore();
        store.addCredentials(
                Domain.global(),
                new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "of-the-team", "for tests", "robot", PASSWORD));
        String script = inWorkspace("""
                multiArchBuild image: '%1$s/team/hello:1.0', platforms: ['linux/amd64'], builder: 'buildah',
                               credentialsId: 'of-the-team'
                pushManifestList image: '%1$s/team/hello:1.0', credentialsId: 'of-the-team'
                """.formatted(registry.address()));
        WorkflowJob inside = folder.createProject(WorkflowJob.class, "app");
        inside.setDefinition(new CpsFlowDefinition(script, true));

        WorkflowRun outside = run(script, Result.FAILURE);
        assertThat(JenkinsRule.getLog(outside)).contains("There is no username/password credential 'of-the-team'");
        assertThat(tags("team/hello")).isEmpty();

        jenkins.buildAndAssertSuccess(inside);
        assertThat(inspect("team/hello:1.0").path("manifests")).hasSize(1);
    }

    @Test
    void withoutAnScmNothingIsCheckedOutAnywhere() throws Exception {
        String step = "multiArchBuild image: '" + registry.address() + "/demo/hello:1', platforms: ['linux/amd64']";
        for (String script : List.of(step, inWorkspace(step + ", source: 'scm'"))) {
            assertThat(JenkinsRule.getLog(run(script, Result.FAILURE)))
                    .contains("ERROR: source 'scm' has every agent check out by itself, but this job has no SCM: put"
                            + " multiArchBuild inside a node with a workspace or use 'Pipeline script from SCM'")
                    .doesNotContain("[linux/amd64]")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aFailingDockerfileStopsTheOthers() throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile"))
                        + "\nRUN if [ \"$TARGETARCH\" = amd64 ]; then exit 3; else sleep 600; fi\n");
        long start = System.nanoTime();
        WorkflowRun run = run(
                inWorkspace("multiArchBuild image: '" + registry.address()
                        + "/demo/hello:1.0', platforms: ['linux/amd64', 'linux/arm64'], builder: 'buildah',"
                        + " credentialsId: 'registry'"),
                Result.FAILURE);

        assertThat(JenkinsRule.getLog(run)).contains("Failed in branch linux/amd64");
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(300);
        assertThat(tags("demo/hello")).isEmpty();
        List<PlatformBuild> builds = run.getAction(MultiArchBuildAction.class).getBuilds();
        assertThat(builds)
                .extracting(PlatformBuild::getPlatform, PlatformBuild::getStateName)
                .containsExactly(tuple("linux/amd64", "failed"), tuple("linux/arm64", "stopped"));
        assertThat(builds.get(0).getTool()).isEqualTo("buildah");
        assertThat(builds.get(0).getNode()).isIn("builder", "spare");
        assertThat(builds.get(0).getError()).contains("exit code");
        assertThat(builds.get(0).getOutput()).contains("exit 3", "exit status 3");
        assertThat(builds.get(1).getError()).isEqualTo("Failed in branch linux/amd64");
        assertThat(run.getAction(MultiArchBuildAction.class).getImages()).isEmpty();
    }

    @Test
    void aFailingTestPublishesNothingOfItsPlatform() throws Exception {
        WorkflowRun run = run(
                inWorkspace("multiArchBuild image: '" + registry.address()
                        + "/demo/hello:1.0', platforms: ['linux/amd64', 'linux/arm64'], builder: 'buildah',"
                        + " failFast: false, test: 'echo TESTING $TARGETPLATFORM with $BUILD_TOOL $IMAGE;"
                        + " test $TARGETARCH = amd64', credentialsId: 'registry'"),
                Result.FAILURE);

        assertThat(JenkinsRule.getLog(run))
                .containsPattern("TESTING linux/arm64 with buildah localhost/multiarch-build/");
        assertThat(tags("demo/hello")).containsExactly("1.0-linux-amd64");
        assertThat(run.getAction(MultiArchBuildAction.class).getBuilds())
                .extracting(PlatformBuild::getPlatform, PlatformBuild::getStateName)
                .containsExactlyInAnyOrder(tuple("linux/amd64", "pushed"), tuple("linux/arm64", "failed"));
        assertThat(run.getAction(MultiArchBuildAction.class).getImages()).isEmpty();
    }

    @Test
    void withoutPushNothingIsPublishedAndNoCredentialNeeded() throws Exception {
        WorkflowRun run = run(
                inWorkspace("def images = multiArchBuild(image: '" + registry.address()
                        + "/demo/hello:1.0', platforms: ['linux/amd64', 'linux/arm64'], builder: 'buildah', push: false,"
                        + " test: 'true'); echo \"GOT ${images[1].platform} ${images[1].digest.isEmpty()}\""),
                Result.SUCCESS);

        assertThat(JenkinsRule.getLog(run)).contains("GOT linux/arm64 true").contains("nothing is pushed");
        assertThat(run.getAction(MultiArchBuildAction.class).getBuilds())
                .extracting(PlatformBuild::getStateName)
                .containsExactly("built", "built");
        assertThat(tags("demo/hello")).isEmpty();
    }

    @Test
    void eachAgentChecksOutUnderAgentNone() throws Exception {
        Files.writeString(context.resolve("Jenkinsfile"), """
                pipeline {
                  agent none
                  stages {
                    stage('Image') {
                      steps {
                        multiArchBuild image: '%1$s/demo/scm:1.0', platforms: ['linux/amd64', 'linux/arm64'],
                                       builder: 'buildah', credentialsId: 'registry'
                        pushManifestList image: '%1$s/demo/scm:1.0', credentialsId: 'registry'
                      }
                    }
                  }
                }
                """.formatted(registry.address()));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsScmFlowDefinition(new DirectorySCM(context, Map.of()), "Jenkinsfile"));

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        assertThat(JenkinsRule.getLog(run)).doesNotContain("Packed the build context");
        assertThat(inspect("demo/scm:1.0").path("manifests")).hasSize(2);
    }

    @Test
    void anAbortEndsTheBuildTools() throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile")) + "\nRUN echo NOW-ASLEEP; sleep 613\n");
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                inWorkspace("multiArchBuild image: '" + registry.address()
                        + "/demo/hello:1.0', platforms: ['linux/amd64', 'linux/arm64'], builder: 'buildah',"
                        + " credentialsId: 'registry'"),
                true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("NOW-ASLEEP", run);

        run.doStop();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (sleeping() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(sleeping()).as("a build tool still runs").isFalse();
        assertThat(tags("demo/hello")).isEmpty();
    }

    private static boolean sleeping() {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains("sleep 613"));
    }

    @Test
    void aNodeWhoseLabelPromisesAnotherArchitectureIsNamed() throws Exception {
        DumbSlave lonely = jenkins.createSlave("lonely", "only armv7 docker", new EnvVars());
        jenkins.waitOnline(lonely);
        Probed.await(lonely);
        WorkflowRun run = run("""
                node('only') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch'
                    multiArchBuild image: '%s/demo/hello:1.0', builder: 'buildah', platforms: ['linux/arm/v7'], emulation: 'never'
                }
                """.formatted(registry.address()), Result.FAILURE);

        assertThat(JenkinsRule.getLog(run))
                .contains(
                        "Nothing can build linux/arm/v7: agent 'lonely' matches 'armv7 && docker', but the last probe");
    }
}
