package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.domains.Domain;
import hudson.model.Node;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.multiarch.FewPrograms;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.RegistryEntry;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.csanchez.jenkins.plugins.kubernetes.KubernetesCloud;
import org.csanchez.jenkins.plugins.kubernetes.PodTemplate;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * The Kubernetes plugin itself, with a Kubernetes of the test: only the container {@code builder} of a pod has a build tool.
 */
@Tag("integration")
@Tag("slow")
@Timeout(90)
@ExtendWith(FrequentProvisioning.class)
@WithOwnJenkins
class KubernetesTest {

    /**
     * Both containers have their workspace where this machine has an empty directory. In either, changing the root directory
     * is all that buildah may do.
     */
    private static final String POD = """
            spec:
              containers:
                - name: jnlp
                  image: agent
                  workingDir: /mnt
                  env:
                    - name: BUILDAH_ISOLATION
                      value: chroot
                - name: builder
                  image: buildah
                  workingDir: /mnt
                  command: ['sleep', 'infinity']
                  env:
                    - name: BUILDAH_ISOLATION
                      value: chroot
            """;

    private static final String POD_WITHOUT_BUILDER = POD.substring(0, POD.indexOf("    - name: builder"));

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private RealRegistry registry;
    private Kubelet kubelet;
    private KubernetesCloud cloud;
    private Path context;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        context = BusyboxContext.create(temp.resolve("context"));
        registry = RealRegistry.start();
        RegistryEntry entry = new RegistryEntry(registry.address());
        entry.setPlainHttp(true);
        MultiArchBuildConfiguration.get().setRegistries(List.of(entry));
        FewPrograms.in(temp.resolve("images/agent"));
        Path programs = FewPrograms.in(temp.resolve("images/buildah"));
        Files.createSymbolicLink(programs.resolve("rm"), Path.of("/usr/bin/rm"));
        Path buildah = Files.writeString(programs.resolve("buildah"), """
                #!/bin/sh
                [ "$1" != build ] || echo "BUILDS WITH $*"
                exec /usr/bin/buildah "$@"
                """);
        assertThat(buildah.toFile().setExecutable(true)).isTrue();
        kubelet = new Kubelet(temp.resolve("pods"), temp.resolve("images")::resolve).start();
        // Its name is unique in this JVM, in which the plugin keeps the client of each name.
        cloud = new KubernetesCloud("kubernetes-" + registry.address().replace(':', '-'));
        cloud.setServerUrl(kubelet.url());
        cloud.setNamespace("test");
        cloud.setJenkinsUrl(jenkins.getURL().toString());
        cloud.setWebSocket(true);
        jenkins.jenkins.clouds.add(cloud);
    }

    @AfterEach
    void stop() throws Exception {
        // Else it tries to reach the server for as long as this JVM lives.
        cloud.connect().close();
        kubelet.close();
        registry.close();
    }

    private PodTemplate addTemplate(String labels, String pod) {
        PodTemplate template = new PodTemplate();
        template.setName(labels.replace(' ', '-'));
        template.setLabel(labels);
        template.setYaml(pod);
        cloud.addTemplate(template);
        return template;
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    /** In a pod of its own, made for this build alone. */
    private String build(Result expected, String pod, String step) throws Exception {
        return JenkinsRule.getLog(jenkins.buildAndAssertStatus(expected, job("""
                podTemplate(yaml: '''%s''') {
                    node(POD_LABEL) {
                        sh 'cp -R %s/. .'
                        %s
                    }
                }
                """.formatted(
                        pod, context, step.formatted("""
                    multiArchBuild image: '%s', platforms: ['linux/amd64'], emulation: 'never', publish: true,
                        test: 'echo "TESTED IN $CONTAINER"'""".formatted(registry.image("demo/hello:1")))))));
    }

    @Test
    void theToolOfTheContainerAroundTheStepBuildsAndPublishes() throws Exception {
        assertThat(build(Result.SUCCESS, POD, "container('builder') { %s }"))
                .containsPattern("linux/amd64  native  in place")
                .contains("linux/amd64: native; buildah")
                .contains("TESTED IN builder\n");
        assertPublished();
    }

    @Test
    void theContainerThatTheStepNamesBuildsInPlace() throws Exception {
        assertThat(build(Result.SUCCESS, POD, "%s, container: 'builder'"))
                .containsPattern("linux/amd64  native  in place")
                .contains("TESTED IN builder\n");
        assertPublished();
    }

    /** The containers of a pod have their /dev/shm in common. */
    @Test
    void secretsAreInTheMemoryOfThePod() throws Exception {
        CredentialsProvider.lookupStores(jenkins.jenkins)
                .iterator()
                .next()
                .addCredentials(
                        Domain.global(),
                        new StringCredentialsImpl(
                                CredentialsScope.GLOBAL, "token", "", Secret.fromString("not for the disk")));

        assertThat(build(Result.SUCCESS, POD, "container('builder') { %s, secrets: [token: 'token'] }"))
                .containsPattern("BUILDS WITH .*--secret=?.*src=/dev/shm/");
    }

    /** The pod around the step has no such container. */
    @Test
    void theContainerThatTheStepNamesIsThatOfThePodOfEachBranch() throws Exception {
        addTemplate("amd64 docker", POD);

        assertThat(build(Result.SUCCESS, POD_WITHOUT_BUILDER, "%s, container: 'builder'"))
                .contains("Running on amd64-docker-")
                .contains("TESTED IN builder\n");
        assertPublished();
    }

    /** The container that is around the step is in another pod than the branch. */
    @Test
    void aBranchOnAnotherPodIsNotInTheContainerAroundTheStep() throws Exception {
        addTemplate("amd64 docker", POD.replace("image: agent", "image: buildah"));

        assertThat(build(Result.SUCCESS, POD_WITHOUT_BUILDER, "container('jnlp') { %s }"))
                .contains("Running on amd64-docker-")
                .contains("TESTED IN jnlp\n");
        assertPublished();
    }

    @Test
    void aPlatformThatNoPodTemplateIsForIsNotWaitedFor() throws Exception {
        addTemplate("arm64 docker", POD);

        assertThat(build(Result.FAILURE, POD, "%s"))
                .contains("ERROR: Nothing can build linux/amd64: no agent or cloud has the native label");
    }

    /** The only pod that the template may have is busy, and is gone afterwards. */
    @Test
    void aPlatformDoesNotWaitForAPodThatWillNotComeBack() throws Exception {
        addTemplate("amd64 docker", POD).setInstanceCap(1);
        Path go = temp.resolve("go");
        WorkflowRun first = job("node('amd64 && docker') { sh 'echo NOW-BUSY; until [ -e %s ]; do sleep 0.2; done' }"
                        .formatted(go))
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("NOW-BUSY", first);
        Node busy = jenkins.jenkins.getNodes().get(0);
        Probed.await(busy);
        WorkflowRun second = job("platformNode('linux/amd64') { echo \"ON $NODE_NAME.\" }")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("linux/amd64  native", second);
        Files.createFile(go);

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
        assertThat(JenkinsRule.getLog(second))
                .contains("ON amd64-docker-")
                .doesNotContain("ON " + busy.getNodeName() + ".");
    }

    private void assertPublished() throws Exception {
        Process skopeo = new ProcessBuilder(
                        "skopeo",
                        "inspect",
                        "--raw",
                        "--tls-verify=false",
                        "docker://" + registry.image("demo/hello:1"))
                .redirectErrorStream(true)
                .start();
        String index = new String(skopeo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(skopeo.waitFor()).as(index).isZero();
        assertThat(index).contains("index").contains("amd64");
    }
}
