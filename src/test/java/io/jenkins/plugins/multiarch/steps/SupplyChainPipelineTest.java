package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.PasswordParameterDefinition;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.ProtectedTags;
import io.jenkins.plugins.multiarch.config.RegistryEntry;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
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

/** From a key pair to a verified deploy: signed by the controller, verified by the real cosign and by verifyImage. */
@Tag("integration")
@WithSharedJenkins
class SupplyChainPipelineTest {

    private static final String PASSPHRASE = "p4ss phräse";
    private static final String SECRET = "s3cr3t-p4rameter";

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private RealRegistry registry;
    private Path context;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        registry = RealRegistry.start();
        context = BusyboxContext.create(temp.resolve("context"));
        RoomyAgent.add(jenkins, "agent", "agent", temp.resolve("agent"), 2);
        MultiArchBuildConfiguration.get().setPlainHttpOnLoopback(true);
        cosign("generate-key-pair", "--output-key-prefix=" + temp.resolve("cosign"));
        CredentialsProvider.lookupStores(jenkins.jenkins)
                .iterator()
                .next()
                .addCredentials(
                        Domain.global(),
                        new BasicSSHUserPrivateKey(
                                CredentialsScope.GLOBAL,
                                "cosign-key",
                                "",
                                new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(
                                        Files.readString(temp.resolve("cosign.key"))),
                                PASSPHRASE,
                                ""));
    }

    @AfterEach
    void stop() throws IOException {
        registry.close();
    }

    private String cosign(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of("target/today/cosign").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("COSIGN_PASSWORD", PASSPHRASE);
        builder.environment().put("HOME", temp.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + "\n" + output)
                .isZero();
        return output;
    }

    private WorkflowRun build(Result expected, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("FLAVOUR", "vanilla"),
                new PasswordParameterDefinition("TOKEN", hudson.util.Secret.fromString(SECRET), "")));
        job.setDefinition(new CpsFlowDefinition(script, true));
        WorkflowRun run = jenkins.buildAndAssertStatus(expected, job);
        assertThat(JenkinsRule.getLog(run))
                .doesNotContain("\tat ")
                .doesNotContain(Files.readAllLines(temp.resolve("cosign.key")).get(1))
                .doesNotContain(PASSPHRASE);
        return run;
    }

    private WorkflowRun buildSigned() throws Exception {
        return build(Result.SUCCESS, """
                node('agent') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: '%s/staging/app:1.0', platforms: ['linux/amd64', 'linux/arm64'],
                        builder: 'buildah', publish: true, tags: ['1'], sign: 'cosign-key', provenance: 'jenkins'
                }
                """.formatted(context, registry.address()));
    }

    @Test
    void cosignVerifiesTheIndexThePlatformImagesAndTheProvenanceOfTheController() throws Exception {
        WorkflowRun run = buildSigned();
        var index = run.getAction(MultiArchBuildAction.class).getIndexes().get(0);
        List<String> references =
                new ArrayList<>(List.of(registry.image("staging/app:1.0").toString()));
        index.getMembers().forEach(member -> references.add(registry.address() + "/staging/app@" + member.getDigest()));

        assertThat(references).hasSize(3);
        for (String reference : references) {
            String key = "--key=" + temp.resolve("cosign.pub");
            assertThat(cosign("verify", key, "--insecure-ignore-tlog=true", reference))
                    .contains("verified against the specified public key");
            JsonNode statement = statement(cosign(
                    "verify-attestation", key, "--insecure-ignore-tlog=true", "--type=slsaprovenance1", reference));
            JsonNode definition = statement.at("/predicate/buildDefinition");
            assertThat(statement.at("/predicate/runDetails/builder/id").asText())
                    .isEqualTo(jenkins.getURL().toString());
            assertThat(definition.at("/externalParameters/job").asText())
                    .isEqualTo(run.getParent().getFullName());
            assertThat(definition
                            .at("/externalParameters/parameters/parameter.FLAVOUR")
                            .asText())
                    .isEqualTo("vanilla");
            assertThat(definition.at("/externalParameters/parameters/platforms").asText())
                    .isEqualTo("linux/amd64\nlinux/arm64");
            assertThat(definition.toString()).doesNotContain(SECRET);
            JsonNode second = definition.at("/internalParameters/platforms/1");
            assertThat(second.path("platform").asText()).isEqualTo("linux/arm64");
            assertThat(second.path("mode").asText()).isEqualTo("emulated");
            assertThat(second.path("agent").asText()).isEqualTo("agent");
            assertThat(second.at("/claimedByAgent/tool").asText()).isEqualTo("buildah");
            assertThat(second.at("/claimedByAgent/toolVersion").asText()).matches("1\\.\\d+\\..*");
        }
        assertThat(index.getSignature().isProvenance()).isTrue();
        assertThat(index.getSignature().getPublicKey().strip())
                .isEqualTo(Files.readString(temp.resolve("cosign.pub")).strip());
    }

    @Test
    void theProvenanceNamesTheBaseImage() throws Exception {
        String script = """
                node('agent') {
                    writeFile file: 'Dockerfile', text: '%1$s'
                    multiArchBuild image: '%2$s/%3$s:1', platforms: ['linux/amd64', 'linux/arm64'], builder: 'jib',
                        publish: true, sign: 'cosign-key', provenance: 'jenkins'
                }
                """;
        build(
                Result.SUCCESS,
                script.formatted("FROM scratch\\nCOPY Dockerfile /base\\n", registry.address(), "team/base"));
        WorkflowRun run = build(
                Result.SUCCESS,
                script.formatted(
                        "FROM " + registry.image("team/base:1") + "\\nENV A=b\\n", registry.address(), "team/app"));

        var action = run.getAction(MultiArchBuildAction.class);
        assertThat(action.getImages())
                .flatExtracting(image -> image.getBaseImages())
                .hasSize(2)
                .allSatisfy(base -> assertThat(base).startsWith(registry.image("team/base:1") + "@sha256:"));
        JsonNode statement = statement(cosign(
                "verify-attestation",
                "--key=" + temp.resolve("cosign.pub"),
                "--insecure-ignore-tlog=true",
                "--type=slsaprovenance1",
                registry.image("team/app:1").toString()));
        JsonNode dependencies = statement.at("/predicate/buildDefinition/resolvedDependencies");
        assertThat(dependencies).hasSize(2);
        assertThat(dependencies.at("/0/uri").asText()).isEqualTo("docker://" + registry.image("team/base:1"));
        assertThat(dependencies.at("/0/annotations/claimedByAgent").asBoolean()).isTrue();
    }

    private String git(String... arguments) throws Exception {
        return new GitDirectory(context).git(arguments);
    }

    @Test
    void theProvenanceOfAWorkspaceHasTheCommitThatWasCheckedOut() throws Exception {
        git("init", "--quiet", "--initial-branch=main");
        git("add", ".");
        git("commit", "--quiet", "-m", "Begin");
        build(Result.SUCCESS, """
                node('agent') {
                    checkout scmGit(branches: [[name: '*/main']], userRemoteConfigs: [[url: '%s']])
                    multiArchBuild image: '%s/staging/git:1.0', platforms: ['linux/amd64'], builder: 'buildah',
                        publish: true, sign: 'cosign-key', provenance: 'jenkins'
                }
                """.formatted(context.toUri(), registry.address()));

        JsonNode definition = statement(cosign(
                        "verify-attestation",
                        "--key=" + temp.resolve("cosign.pub"),
                        "--insecure-ignore-tlog=true",
                        "--type=slsaprovenance1",
                        registry.image("staging/git:1.0").toString()))
                .at("/predicate/buildDefinition");
        assertThat(definition.at("/resolvedDependencies/0/digest/gitCommit").asText())
                .isEqualTo(git("rev-parse", "HEAD"));
        assertThat(definition
                        .at("/resolvedDependencies/0/annotations/claimedByAgent")
                        .asBoolean())
                .isTrue();
        assertThat(definition.at("/externalParameters").has("source")).isFalse();
    }

    /** cosign prints envelopes, one a line, among other things. */
    private static JsonNode statement(String output) throws IOException {
        String envelope =
                output.lines().filter(line -> line.startsWith("{")).findFirst().orElseThrow();
        JsonNode document = new ObjectMapper().readTree(envelope);
        String payload = document.path("payload")
                .asText(document.at("/dsseEnvelope/payload").asText());
        return new ObjectMapper().readTree(Base64.getDecoder().decode(payload));
    }

    @Test
    void aSignedImageIsPromotedAndVerifiedBeforeItIsDeployed() throws Exception {
        WorkflowRun built = buildSigned();
        String script = """
                copyImage from: '%1$s/staging/app:1.0', to: '%1$s/release/app:1.0', tags: ['latest'], dryRun: true
                def copied = copyImage from: '%1$s/staging/app:1.0', to: '%1$s/release/app:1.0', tags: ['latest']
                echo "COPIED ${copied.digest} AS ${copied.tags}"
                def verified = verifyImage image: '%1$s/release/app:latest', keyCredentialsId: 'cosign-key', recursive: true,
                    job: '%2$s', builderId: '%3$s'
                echo "DEPLOY ${verified.reference} OF ${verified.jobs}"
                node('agent') {
                    sh 'cp %4$s .'
                    verifyImage image: '%1$s/release/app:latest', key: readFile('cosign.pub')
                }
                """.formatted(
                registry.address(), built.getParent().getFullName(), jenkins.getURL(), temp.resolve("cosign.pub"));

        String digest =
                built.getAction(MultiArchBuildAction.class).getIndexes().get(0).getDigest();
        WorkflowRun promoted = build(Result.SUCCESS, script);

        assertThat(JenkinsRule.getLog(promoted))
                .contains("COPIED " + digest + " AS [1.0, latest]")
                .contains("DEPLOY " + registry.address() + "/release/app@" + digest + " OF ["
                        + built.getParent().getFullName() + "]");
        assertThat(cosign(
                        "verify",
                        "--key=" + temp.resolve("cosign.pub"),
                        "--insecure-ignore-tlog=true",
                        registry.image("release/app:latest").toString()))
                .contains("verified against the specified public key");
    }

    @Test
    void whatIsNotAsExpectedIsRefusedWithTheDifference() throws Exception {
        String job = buildSigned().getParent().getFullName();
        StoredCredential.addText("no-key", "hello");
        cosign("generate-key-pair", "--output-key-prefix=" + temp.resolve("other"));
        String verify = "node('agent') {\nverifyImage image: '" + registry.image("staging/app:1.0") + "', %s\n}";

        assertThat(JenkinsRule.getLog(
                        build(Result.FAILURE, verify.formatted("keyCredentialsId: 'cosign-key', job: 'other'"))))
                .contains("built by job '" + job + "', expected 'other'");
        assertThat(JenkinsRule.getLog(build(
                        Result.FAILURE,
                        verify.formatted("key: '''" + Files.readString(temp.resolve("other.pub")) + "'''"))))
                .contains("has no valid signature of key");
        assertThat(JenkinsRule.getLog(build(Result.FAILURE, verify.formatted("recursive: true"))))
                .contains("verifyImage needs a key.");
        String push = """
                node('agent') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: '%s/staging/unsigned:1.0', platforms: ['linux/amd64'], builder: 'buildah',
                        publish: true, %s
                }
                """;
        for (String wrong : List.of("sign: 'no-key'", "sign: 'missing'", "provenance: 'jenkins'")) {
            assertThat(JenkinsRule.getLog(build(Result.FAILURE, push.formatted(context, registry.address(), wrong))))
                    .doesNotContain("Plan for")
                    .containsAnyOf(
                            "The credential 'no-key' has no key to sign with.",
                            "There is no credential 'missing'",
                            "Name the credential with the key as 'sign'.");
        }
    }

    @Test
    void rulesOfTheRegistryRefuseBeforeAnythingIsBuilt() throws Exception {
        buildSigned();
        RegistryEntry entry = new RegistryEntry(registry.address());
        entry.setOnlySigned(true);
        entry.setProtectedTags(List.of(new ProtectedTags("release/*:v*", "release")));
        MultiArchBuildConfiguration.get().setRegistries(List.of(entry));
        String build = """
                node('agent') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: '%s/%%s', platforms: ['linux/amd64'], builder: 'buildah', %%s
                }
                """.formatted(context, registry.address());
        String notSigned =
                "is not going to be signed, and only signed images may be published in " + registry.address();
        String isProtected = "only jobs in 'release' may publish any";

        String pushed = JenkinsRule.getLog(build(Result.SUCCESS, build.formatted("team/app:1", "push: true")));
        assertThat(pushed).contains("Pushed linux/amd64 as");
        for (String index : List.of(
                build.formatted("team/app:1", "publish: true"),
                build.formatted("team/app:1", "publish: true, sign: 'none'"),
                build.formatted("release/app:v1", "push: true"),
                build.formatted("release/app:1", "publish: true, sign: 'cosign-key', tags: ['v2']"),
                "withEnv(['TAG_NAME=v1.0.0']) {"
                        + build.formatted(
                                "release/app:x",
                                "publish: true, sign: 'cosign-key', tagsFrom: ['semver'], tags: ['v3']")
                        + "}")) {
            assertThat(JenkinsRule.getLog(build(Result.FAILURE, index)))
                    .containsAnyOf(notSigned, isProtected)
                    .doesNotContain("Plan for");
        }
        String staged = registry.image("staging/app:1.0").toString();
        String copy = "copyImage from: '" + staged + "', to: '" + registry.address() + "/%s'";
        assertThat(JenkinsRule.getLog(build(Result.FAILURE, copy.formatted("release/app:v1"))))
                .contains(isProtected);
        assertThat(JenkinsRule.getLog(build(Result.FAILURE, copy.formatted("release/app:1") + ", referrers: false")))
                .contains("without referrers the signatures are left behind");
        build(Result.SUCCESS, copy.formatted("release/app:1"));
        assertThat(JenkinsRule.getLog(build(
                        Result.FAILURE,
                        "pushManifestList image: '" + registry.address() + "/team/app:2', sources: ['" + staged
                                + "']")))
                .contains(notSigned);

        MultiArchBuildConfiguration.get().setSign("cosign-key");
        MultiArchBuildConfiguration.get().setProvenance(true);
        WorkflowRun signed = build(Result.SUCCESS, build.formatted("team/app:1", "publish: true"));
        assertThat(signed.getAction(MultiArchBuildAction.class)
                        .getIndexes()
                        .get(0)
                        .getSignature()
                        .isProvenance())
                .isTrue();
        WorkflowRun plain = build(Result.SUCCESS, build.formatted("team/app:1", "publish: true, provenance: 'false'"));
        assertThat(plain.getAction(MultiArchBuildAction.class)
                        .getIndexes()
                        .get(0)
                        .getSignature()
                        .isProvenance())
                .isEqualTo(false);
    }

    @Test
    void tagsFollowFromTheGitTagAndLatestStaysWithALaterRelease() throws Exception {
        String script = """
                node('agent') {
                    sh 'cp -R %s/. .'
                    withEnv(['TAG_NAME=%s']) {
                        multiArchBuild image: '%s/team/app', platforms: ['linux/amd64'], builder: 'buildah', publish: true,
                            tagsFrom: ['semver', 'latest']
                    }
                }
                """;

        String second =
                JenkinsRule.getLog(build(Result.SUCCESS, script.formatted(context, "v2.0.0", registry.address())));
        String old = JenkinsRule.getLog(build(Result.SUCCESS, script.formatted(context, "v1.9.1", registry.address())));

        assertThat(second)
                .contains("Tags from semver, latest: 2.0.0, 2.0, 2, latest")
                .contains("Pushed " + registry.address() + "/team/app:2.0.0\n")
                .contains("Pushed " + registry.address() + "/team/app:latest\n");
        assertThat(old)
                .contains("The tag latest stays where it is: " + registry.address()
                        + "/team/app has a release later than v1.9.1")
                .contains("Tags from semver, latest: 1.9.1, 1.9, 1\n")
                .doesNotContain("team/app:latest");
    }
}
