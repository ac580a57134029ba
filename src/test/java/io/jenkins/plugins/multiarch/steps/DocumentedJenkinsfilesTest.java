package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.ExtensionList;
import hudson.model.Result;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Every Jenkinsfile of the documentation runs as it stands there, but for the address of the registry. */
@Tag("integration")
@Tag("slow")
@WithSharedJenkins
class DocumentedJenkinsfilesTest {

    private static final Pattern BLOCK = Pattern.compile("^```groovy\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern REGISTRY = Pattern.compile("registry\\.example\\.com|localhost:5000");

    /** The tags of images that the documentation supposes to be there already. */
    private static final Map<String, String> FOUND =
            Map.of("1.0-amd64", "1.0-linux-amd64", "1.0-armhf", "1.0-linux-arm-v7", "1.0-pi", "1.0-linux-arm-v7");

    private static final Map<String, String> COMMIT = Map.of(
            "GIT_COMMIT", "0123456789012345678901234567890123456789",
            "GIT_URL", "https://git.example.com/team/app.git");

    /** Stands for the Kubernetes plugin, which the documentation names. */
    private final StepDescriptor container = new ContainerTest.ContainerStep.DescriptorImpl();

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private RealRegistry registry;
    private Path project;

    @BeforeEach
    void startEverything(JenkinsRule rule) throws Exception {
        jenkins = rule;
        registry = RealRegistry.start("robot", "s3cr3t-w0rd");
        jenkins.jenkins.setNumExecutors(0);
        ExtensionList.lookup(StepDescriptor.class).add(container);
        createProject();
        Path login = Files.createDirectory(temp.resolve("login"));
        Files.writeString(
                login.resolve("config.json"),
                "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
                        .formatted(
                                registry.address(),
                                Base64.getEncoder()
                                        .encodeToString("robot:s3cr3t-w0rd".getBytes(StandardCharsets.UTF_8))));
        // Docker 20.10 has BuildKit, but asks it only if told to.
        EnvVars environment = new EnvVars("DOCKER_BUILDKIT", "1", "DOCKER_CONFIG", login.toString());
        for (String name : List.of("one", "two")) {
            RoomyAgent.add(jenkins, name, "linux", temp.resolve(name), 3, environment);
        }
        StoredCredential.add("registry", "robot", "s3cr3t-w0rd");
        StoredCredential.addText("npm-config", "registry=https://npm.example.com/");
        StoredCredential.addText("cosign-key", signingKey());
        pushFoundImages();
    }

    @AfterEach
    void stopRegistry() throws IOException {
        ExtensionList.lookup(StepDescriptor.class).remove(container);
        registry.close();
    }

    private static String signingKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    /** What a project of the documentation's readers would have. */
    private void createProject() throws IOException {
        project = DocumentedBakeFile.create(temp.resolve("project"), registry.address());
        Files.writeString(project.resolve("Makefile"), "dist:\n\techo made for $(TARGETPLATFORM)\n");
        Files.writeString(
                project.resolve("server.Dockerfile"),
                "FROM scratch\nARG TARGETARCH\nCOPY build/server-$TARGETARCH /server\n");
        script("smoke-test.sh", "echo tested $IMAGE\n");
        script("compile.sh", "mkdir -p build\necho \"for $GOARCH\" > \"$1\"\n");
    }

    private void script(String name, String text) throws IOException {
        Path script = Files.writeString(project.resolve(name), "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void pushFoundImages() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "found");
        job.setDefinition(new CpsFlowDefinition("""
                node('linux') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: '%s/team/app:1.0', platforms: ['linux/amd64', 'linux/arm/v7'],
                                   builder: 'buildah', credentialsId: 'registry'
                }
                """.formatted(project, registry.address()), true));
        jenkins.buildAndAssertSuccess(job);
        for (Map.Entry<String, String> tag : FOUND.entrySet()) {
            String repository = "docker://" + registry.address() + "/team/app:";
            Process skopeo = new ProcessBuilder(
                            "skopeo",
                            "copy",
                            "--src-tls-verify=false",
                            "--dest-tls-verify=false",
                            "--src-creds=robot:s3cr3t-w0rd",
                            "--dest-creds=robot:s3cr3t-w0rd",
                            repository + tag.getValue(),
                            repository + tag.getKey())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(skopeo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(skopeo.waitFor()).as(output).isZero();
        }
    }

    @Test
    void everyOneSucceeds() throws Exception {
        Map<Path, List<String>> documented = new TreeMap<>();
        try (Stream<Path> documents = Files.list(Path.of("docs"))) {
            for (Path document : Stream.concat(Stream.of(Path.of("README.md")), documents)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList()) {
                documented.put(document, jenkinsfiles(document));
            }
        }
        assertThat(documented.get(Path.of("README.md"))).isNotEmpty();
        assertThat(documented.get(Path.of("docs/steps.md"))).hasSizeGreaterThan(5);

        SoftAssertions results = new SoftAssertions();
        for (Map.Entry<Path, List<String>> document : documented.entrySet()) {
            for (String jenkinsfile : document.getValue()) {
                WorkflowRun run = run(jenkinsfile);
                results.assertThat(run.getResult())
                        .as(document.getKey() + ":\n" + jenkinsfile + "\n" + JenkinsRule.getLog(run))
                        .isEqualTo(Result.SUCCESS);
            }
        }
        results.assertAll();
    }

    private static List<String> jenkinsfiles(Path document) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(document));
        while (block.find()) {
            found.add(block.group(1));
        }
        return found;
    }

    private WorkflowRun run(String jenkinsfile) throws Exception {
        Files.writeString(
                project.resolve("Jenkinsfile"), REGISTRY.matcher(jenkinsfile).replaceAll(registry.address()));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsScmFlowDefinition(new DirectorySCM(project, COMMIT), "Jenkinsfile"));
        return jenkins.waitForCompletion(job.scheduleBuild2(0).waitForStart());
    }
}
