package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.EnvVars;
import hudson.model.Queue;
import hudson.model.Result;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.config.RegistryEntry;
import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.build.OwnEngine;
import io.jenkins.plugins.multiarch.engine.build.SbomScanner;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.RecordedIndex;
import io.jenkins.plugins.multiarch.report.RecordedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.pipeline.modeldefinition.actions.RestartDeclarativePipelineAction;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What a team's build line says besides the Dockerfile: secrets, further contexts, private bases, and the index at once. */
@Tag("integration")
@WithSharedJenkins
class BuildFeaturesPipelineTest {

    private static final String SECRET = "t0p-s3cret-value";

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private Path context;

    @BeforeEach
    void startAgents(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        context = BusyboxContext.create(temp.resolve("context"));
        EnvVars environment = new EnvVars("DOCKER_BUILDKIT", "1");
        RoomyAgent.add(jenkins, "outer", "outer", temp.resolve("outer"), 1, environment);
        StoredCredential.add("registry", "robot", "s3cr3t-w0rd");
        StoredCredential.addText("npm", SECRET);
    }

    private void toDockerfile(String lines) throws Exception {
        Files.writeString(context.resolve("Dockerfile"), lines, StandardOpenOption.APPEND);
    }

    private String build(Result expected, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(
                new CpsFlowDefinition("node('outer') {\nsh 'cp -R %s/. .'\n%s\n}".formatted(context, script), true));
        String log = JenkinsRule.getLog(jenkins.buildAndAssertStatus(expected, job));
        assertThat(log).doesNotContain(SECRET).doesNotContain("\tat ");
        return log;
    }

    @Test
    void theSecretAndTheFurtherContextReachAnotherAgentAndTheIndexIsPublished() throws Exception {
        RoomyAgent.add(jenkins, "other", "other", temp.resolve("other"), 1);
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/amd64", "other")));
        Files.writeString(
                Files.createDirectories(context.resolve("libs/shared")).resolve("note"), "from the library\n");
        toDockerfile("COPY --from=shared note /note\n"
                + "RUN --mount=type=secret,id=token cat /note /run/secrets/token && echo seen > /seen\n");
        try (RealRegistry registry = RealRegistry.start("robot", "s3cr3t-w0rd")) {
            String log = build(Result.SUCCESS, """
                    def images = multiArchBuild image: '%s/team/app:1.0', platforms: ['linux/amd64'], builder: 'buildah',
                        noCache: true, credentialsId: 'registry', secrets: [token: 'npm'],
                        buildContexts: [shared: 'libs/shared'], options: ['--add-host=proxy.example:10.1.2.3'],
                        publish: true, tags: ['latest'], annotations: ['org.opencontainers.image.title': 'app']
                    echo "BUILT ${images[0].digest}"
                    """.formatted(registry.address()));

            assertThat(log)
                    .contains("Running on other in ")
                    .contains("from the library")
                    .contains("****")
                    .contains("Pushed " + registry.address() + "/team/app:latest")
                    .containsPattern("BUILT sha256:");
            Registry reader =
                    new Registry(RegistryAccess.anonymous().withCredential(registry.address(), "robot", "s3cr3t-w0rd"));
            assertThat(reader.pull(registry.image("team/app:latest"), ReadOption.FRESH)
                            .json()
                            .at("/annotations/org.opencontainers.image.title")
                            .asText())
                    .isEqualTo("app");
        }
        assertThat(temp.resolve("other/workspace").toFile().list((dir, name) -> name.endsWith("@tmp")))
                .allSatisfy(name -> assertThat(temp.resolve("other/workspace").resolve(name))
                        .isEmptyDirectory());
    }

    /** On an agent with the docker of today, whose images are in the store of containerd. */
    @Test
    void theBillOfMaterialsOfAnOwnScannerIsPublishedAndListed() throws Exception {
        try (RealRegistry registry = RealRegistry.start();
                OwnEngine engine =
                        OwnEngine.start(ToolGeneration.TODAY, Files.createDirectory(temp.resolve("e")), true)) {
            Path plugins = Files.createDirectories(temp.resolve("docker/cli-plugins"));
            Files.createSymbolicLink(plugins.resolve("docker-buildx"), Path.of(ToolGeneration.TODAY.buildx()));
            EnvVars environment = new EnvVars(
                    "PATH",
                    Path.of(ToolGeneration.TODAY.docker()).getParent() + ":" + System.getenv("PATH"),
                    "DOCKER_CONFIG",
                    temp.resolve("docker").toString(),
                    "DOCKER_HOST",
                    engine.host());
            RoomyAgent.add(jenkins, "other", "other", temp.resolve("other"), 1, environment);
            MultiArchBuildConfiguration.get()
                    .setPlatformLabels(List.of(
                            new PlatformLabel("linux/amd64", "other"), new PlatformLabel("linux/arm64", "other")));
            MultiArchBuildConfiguration.get().setPlainHttpOnLoopback(true);
            ImageReference scanner = registry.image("tools/scanner:1");
            SbomScanner.push(scanner, temp);

            String log = build(Result.SUCCESS, """
                    multiArchBuild image: '%s/team/app:1.0', platforms: ['linux/amd64', 'linux/arm64'],
                        builder: 'buildx', provenance: 'max', sbom: '%s', publish: true
                    """.formatted(registry.address(), scanner));

            assertThat(log).contains("scanning ");
            RecordedIndex index = jenkins.jenkins
                    .getAllItems(WorkflowJob.class)
                    .get(0)
                    .getLastBuild()
                    .getAction(MultiArchBuildAction.class)
                    .getIndexes()
                    .get(0);
            assertThat(index.getMembers()).hasSize(2).allSatisfy(member -> {
                assertThat(member.getAttestations()).hasSize(1);
                ImageReference attestation = registry.image("team/app:1.0")
                        .withDigest(Digest.parse(member.getAttestations().get(0)));
                assertThat(new Registry(RegistryAccess.anonymous())
                                .pull(attestation, ReadOption.ANY_KIND)
                                .json()
                                .path("layers"))
                        .extracting(layer -> layer.at("/annotations/in-toto.io~1predicate-type")
                                .asText())
                        .containsExactlyInAnyOrder("https://spdx.dev/Document", "https://slsa.dev/provenance/v0.2");
            });
        }
    }

    /** One platform in place, the other on another agent; what the steps of one write the other does not see. */
    @Test
    void theTestMayBeABlockOfSteps() throws Exception {
        RoomyAgent.add(jenkins, "other", "other", temp.resolve("other"), 1);
        MultiArchBuildConfiguration.get()
                .setPlatformLabels(
                        List.of(new PlatformLabel("linux/amd64", "outer"), new PlatformLabel("linux/arm64", "other")));
        try (RealRegistry registry = RealRegistry.start("robot", "s3cr3t-w0rd")) {
            String step = """
                    multiArchBuild image: '%s/team/app:1.0', platforms: ['linux/amd64', 'linux/arm64'], builder: 'buildah',
                        credentialsId: 'registry', publish: true, test: {
                            sh 'ls; [ ! -e result-* ]; buildah inspect --format "{{.OCIv1.Architecture}}" "$IMAGE" > result-$TARGETARCH'
                            echo "TESTED $TARGETPLATFORM WITH $BUILD_TOOL, ${readFile("result-$TARGETARCH").trim()}"
                            archiveArtifacts 'result-*'
                            %s
                        }
                    """;

            String failed = build(
                    Result.FAILURE,
                    step.formatted(
                            registry.address(), "if (TARGETARCH == 'arm64') sh(script: 'exit 137', label: 'Check')"));
            Registry reader =
                    new Registry(RegistryAccess.anonymous().withCredential(registry.address(), "robot", "s3cr3t-w0rd"));
            assertThat(failed)
                    .contains("TESTED linux/arm64 WITH buildah, arm64")
                    .contains("script returned exit code 137")
                    .doesNotContain("Pushed linux/arm64");
            assertThatThrownBy(() -> reader.pull(registry.image("team/app:1.0-linux-arm64"), ReadOption.FRESH))
                    .isInstanceOf(IOException.class);

            String passed = build(Result.SUCCESS, step.formatted(registry.address(), "") + """
                    sh 'find . -name "result*" -o -name "multiarc[h]*"'
                    """);
            assertThat(passed)
                    .contains("TESTED linux/amd64 WITH buildah, amd64")
                    .contains("TESTED linux/arm64 WITH buildah, arm64")
                    .contains("Pushed linux/arm64 as ")
                    .contains("Pushed " + registry.address() + "/team/app:1.0")
                    .doesNotContain("./result")
                    .doesNotContain("./multiarch");
            assertThat(run("buildah", "images", "--format={{.Name}}")).doesNotContain("localhost/multiarch-build");
            assertThat(Leftovers.on(temp.resolve("other"), "robot", "s3cr3t-w0rd"))
                    .isEmpty();
            assertThat(Leftovers.on(temp.resolve("outer"), "robot", "s3cr3t-w0rd"))
                    .isEmpty();
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void theCacheIsWrittenWithTheCredentialOfItsRegistry() throws Exception {
        try (RealRegistry registry = RealRegistry.start("robot", "s3cr3t-w0rd")) {
            String step = """
                    multiArchBuild image: '%1$s/team/app:1.0', platforms: ['linux/amd64'], builder: 'docker',
                        credentialsId: 'registry', cache: '%1$s/team/app-cache'%2$s
                    """;

            String log = build(Result.SUCCESS, step.formatted(registry.address(), ""));

            Registry reader =
                    new Registry(RegistryAccess.anonymous().withCredential(registry.address(), "robot", "s3cr3t-w0rd"));
            assertThat(log).contains("Cache linux/amd64").doesNotContain("WARNING: the build cache");
            assertThat(reader.pull(registry.image("team/app-cache:linux-amd64"), ReadOption.FRESH)
                            .json()
                            .path("layers"))
                    .isNotEmpty();
            assertThat(build(
                            Result.SUCCESS,
                            step.formatted(
                                            registry.address(),
                                            ", logins: [[registry: 'localhost:1', credentialsId: 'registry']]")
                                    .replace(registry.address() + "/team/app-cache", "localhost:1/cache")))
                    .contains("WARNING: the build cache was not written to localhost:1/cache:linux-amd64");
            assertThat(build(
                            Result.FAILURE,
                            step.formatted(registry.address(), "").replace("app-cache", "app-cache:1")))
                    .contains("/team/app-cache:1' has a tag or digest. Name the repository alone")
                    .doesNotContain("Plan for");
        }
    }

    @Test
    void aBillOfMaterialsMayNameItsScanner() throws Exception {
        String step = "multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false,"
                + " builder: 'buildah', sbom: %s";
        String refusal = "buildah attaches no software bill of materials: set builder: 'buildx'";

        assertThat(build(Result.FAILURE, step.formatted("true"))).contains(refusal);
        assertThat(build(Result.FAILURE, step.formatted("'registry.example.com/tools/scanner:1'")))
                .contains(refusal);
        assertThat(build(Result.FAILURE, step.formatted("'yes'")))
                .contains("Unknown sbom 'yes'. Choose true, false, or the image of a scanner")
                .doesNotContain("Plan for");
        build(Result.SUCCESS, step.formatted("false"));
        WorkflowJob declarative = jenkins.createProject(WorkflowJob.class);
        declarative.setDefinition(new CpsFlowDefinition(
                "pipeline { agent { label 'outer' }\nstages { stage('Build') { steps {\nsh 'cp -R " + context
                        + "/. .'\n" + step.formatted("true") + "\n} } } }",
                true));
        jenkins.assertLogContains(refusal, jenkins.buildAndAssertStatus(Result.FAILURE, declarative));
    }

    /** One platform in place, the other on another agent, and over what an earlier build has left. */
    @Test
    void theFilesOfTheImagesComeBackToTheWorkspace() throws Exception {
        RoomyAgent.add(jenkins, "other", "other", temp.resolve("other"), 1);
        MultiArchBuildConfiguration.get()
                .setPlatformLabels(
                        List.of(new PlatformLabel("linux/amd64", "outer"), new PlatformLabel("linux/arm64", "other")));
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nARG TARGETARCH\nCOPY --chmod=755 Dockerfile /out/$TARGETARCH\n");
        String step = """
                multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64', 'linux/arm64'], push: false,
                    builder: 'buildah', exportTo: 'dist/files'%s
                """;

        String log = build(
                Result.SUCCESS,
                "sh 'mkdir -p dist/files/linux_amd64 && touch dist/files/linux_amd64/old dist/kept'\n"
                        + step.formatted("") + "sh 'find dist -type f | sort | xargs echo FOUND'");

        assertThat(log)
                .contains("Exported the files of linux/amd64: 1 files")
                .contains("FOUND dist/files/linux_amd64/out/amd64 dist/files/linux_arm64/out/arm64 dist/kept");
        assertThat(build(Result.FAILURE, step.formatted("").replace("dist/files", "../files")))
                .contains("The exportTo '../files' lies outside the workspace");
        assertThat(build(
                        Result.SUCCESS,
                        step.formatted("").replace("buildah", "jib")
                                + "sh 'find dist -type f | sort | xargs echo FOUND'"))
                .contains("without machine")
                .contains("Exported the files of linux/arm64: 1 files")
                .contains("FOUND dist/files/linux_amd64/out/amd64 dist/files/linux_arm64/out/arm64");
        WorkflowJob outside = jenkins.createProject(WorkflowJob.class);
        outside.setDefinition(new CpsFlowDefinition(step.formatted(", source: 'scm'"), true));
        jenkins.assertLogContains(
                "exportTo 'dist/files' is a directory of a workspace, but multiArchBuild stands outside of any node",
                jenkins.buildAndAssertStatus(Result.FAILURE, outside));
    }

    /** In place, in place as a copy for a test, shipped to another agent, and made without a machine. */
    @ParameterizedTest
    @ValueSource(
            strings = {"outer, builder: 'buildah'", "outer, test: 'true'", "other, test: ''", "outer, builder: 'jib'"})
    void theDockerfileMayBeOutsideTheContext(String kind) throws Exception {
        String agent = kind.replaceFirst(",.*", "");
        RoomyAgent.add(jenkins, "other", "other", temp.resolve("other"), 1);
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/amd64", agent)));
        Path docker = Files.createDirectories(context.resolve("docker"));
        Files.writeString(docker.resolve("Release"), "FROM scratch\nCOPY . /\n");
        Files.writeString(docker.resolve("Release.dockerignore"), "secret\n");
        Files.writeString(Files.createDirectories(context.resolve("app")).resolve("file"), "");

        String log = build(Result.SUCCESS, """
                multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false, context: 'app',
                    dockerfile: '../docker/Release'%s
                sh 'find . -name "multiarc[h]*"'
                """.formatted(kind.substring(agent.length())));

        assertThat(log)
                .contains("Built localhost:1/demo:1")
                .contains(agent.equals("other") ? "Running on other" : "in place")
                .doesNotContain("./multiarch");
        assertThat(build(Result.FAILURE, """
                        multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false, context: 'app',
                            dockerfile: '../../docker/Release'
                        """))
                .contains(
                        "The dockerfile '../../docker/Release' lies outside the workspace. Name a path inside it, relative to"
                                + " the context.")
                .doesNotContain("Plan for");
    }

    @Test
    void aPrivateBaseImageIsReadWithItsOwnLogin() throws Exception {
        StoredCredential.add("base", "reader", "b4se-w0rd");
        try (RealRegistry registry = RealRegistry.start("robot", "s3cr3t-w0rd");
                RealRegistry bases = RealRegistry.start("reader", "b4se-w0rd")) {
            build(
                    Result.SUCCESS,
                    "multiArchBuild image: '%s/base:1', platforms: ['linux/amd64'], builder: 'docker', credentialsId: 'base'"
                            .formatted(bases.address()));
            Files.writeString(
                    context.resolve("Dockerfile"), "FROM " + bases.address() + "/base:1-linux-amd64\nENV A=b\n");
            String step =
                    "multiArchBuild image: '%s/team/app:1.0', platforms: ['linux/amd64'], builder: 'docker', pull: true,"
                                    .formatted(registry.address())
                            + " credentialsId: 'registry'";

            assertThat(build(Result.FAILURE, step))
                    .contains("linux/amd64 on agent 'outer': A registry has refused access");
            assertThat(build(
                            Result.SUCCESS,
                            step + ", logins: [[registry: '%s', credentialsId: 'base']]".formatted(bases.address())))
                    .contains("Pushed ");

            RegistryEntry entry = new RegistryEntry(bases.address());
            entry.setCredentialsId("base");
            entry.setForBaseImages(true);
            MultiArchBuildConfiguration.get().setRegistries(List.of(entry));
            assertThat(build(Result.SUCCESS, step)).contains("Pushed ");
        }
    }

    /** What the stages before it have built is recorded in another build. */
    @Test
    void aPipelineThatIsRestartedFromTheStageOfTheIndexPublishesIt() throws Exception {
        try (RealRegistry registry = RealRegistry.start("robot", "s3cr3t-w0rd")) {
            WorkflowJob job = jenkins.createProject(WorkflowJob.class);
            job.setDefinition(new CpsFlowDefinition("""
                    pipeline {
                        agent { label 'outer' }
                        stages {
                            stage('Images') {
                                steps {
                                    sh 'cp -R %1$s/. .'
                                    multiArchBuild image: '%2$s/team/app:1.0', platforms: ['linux/amd64'],
                                                   builder: 'buildah', credentialsId: 'registry'
                                }
                            }
                            stage('Index') {
                                steps {
                                    pushManifestList image: '%2$s/team/app:1.0', credentialsId: 'registry'
                                }
                            }
                        }
                    }
                    """.formatted(context, registry.address()), true));
            WorkflowRun first = jenkins.buildAndAssertSuccess(job);

            Queue.Item restarted =
                    first.getAction(RestartDeclarativePipelineAction.class).run("Index");
            WorkflowRun second = (WorkflowRun) restarted.getFuture().waitForStart();

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
            jenkins.assertLogContains("Pushed " + registry.address() + "/team/app:1.0", second);
        }
    }

    @Test
    void aCredentialAsABuildArgumentIsWarnedOf() throws Exception {
        assertThat(build(Result.SUCCESS, """
                        withCredentials([string(credentialsId: 'npm', variable: 'TOKEN')]) {
                            multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false,
                                builder: 'buildah', buildArgs: [NPM: TOKEN]
                        }"""))
                .contains("WARNING: The build argument NPM has the value of TOKEN, which is a credential.")
                .contains("Use secrets: ['NPM': '<id of the credential>']");
    }

    @Test
    void theRecordHasWhatWasAskedForWithoutSecrets() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('outer') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /\\n'
                    withCredentials([string(credentialsId: 'npm', variable: 'TOKEN')]) {
                        multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false,
                            builder: 'buildah', buildArgs: [NPM: "x${TOKEN}y", PROXY: 'http://me:pass@proxy.example.com:3128/?key=k'],
                            secrets: [npm: 'npm'], labels: [a: 'b', c: 'd']
                    }
                }
                """, true));
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        List<RecordedRequest> requests =
                run.getAction(MultiArchBuildAction.class).getRequests();
        assertThat(requests).hasSize(1);
        assertThat(requests.get(0).getParameters())
                .containsExactly(
                        Map.entry("image", List.of("localhost:1/demo:1")),
                        Map.entry("platforms", List.of("linux/amd64")),
                        Map.entry("buildArgs", List.of("NPM=x****y", "PROXY=http://proxy.example.com:3128/?…")),
                        Map.entry("labels", List.of("a=b", "c=d")),
                        Map.entry("secrets", List.of("npm")),
                        Map.entry("push", List.of("false")),
                        Map.entry("builder", List.of("buildah")));
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingIsBuilt() throws Exception {
        String step = "multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false, %s";
        assertThat(build(Result.FAILURE, step.formatted("secrets: [token: 'nowhere']")))
                .contains("There is no credential 'nowhere'")
                .doesNotContain("Plan for");
        assertThat(build(Result.FAILURE, step.formatted("secrets: [token: 'registry']")))
                .contains("The credential 'registry' is neither a secret text nor a secret file.");
        assertThat(build(Result.FAILURE, step.formatted("secrets: ['a,src=/etc/passwd': 'npm']")))
                .contains("'a,src=/etc/passwd' is not the name of a secret");
        assertThat(build(Result.FAILURE, step.formatted("sshCredentialsId: 'npm'")))
                .contains("The credential 'npm' is not an SSH username with private key.");
        assertThat(build(Result.FAILURE, step.formatted("options: ['--platform=linux/arm64']")))
                .contains("The option --platform is set by the build itself. Use platforms instead.");
        assertThat(build(Result.FAILURE, step.formatted("tags: ['latest']")))
                .contains("tags, tagsFrom and annotations are those of the index. Set publish: true");
        assertThat(build(Result.FAILURE, step.formatted("buildContexts: [up: '../outside']")))
                .contains("The build context up '../outside' lies outside the workspace.");
        assertThat(build(Result.FAILURE, step.formatted("logins: [[registry: 'r.example.com', credentialsId: '']]")))
                .contains("A login needs a registry and a credential");
        assertThat(build(Result.FAILURE, step.formatted("builder: 'buildah', provenance: 'max'")))
                .contains("buildah has no provenance");
    }
}
