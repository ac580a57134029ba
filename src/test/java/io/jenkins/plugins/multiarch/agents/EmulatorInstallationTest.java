package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** With a real engine and an installer image that does what {@code tonistiigi/binfmt} does: it enables a handler. */
@Tag("integration")
@WithJenkins
class EmulatorInstallationTest {

    /** An architecture for which no other test builds. */
    private static final String PLATFORM = "linux/mips64le";

    private static final Path HANDLER = Path.of("/proc/sys/fs/binfmt_misc/qemu-mips64el");
    private static final String INSTALLER = "localhost/multiarch-test-installer:1";

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;

    @BeforeEach
    void startWithoutTheHandler(JenkinsRule rule) throws Exception {
        jenkins = rule;
        Path context = BusyboxContext.create(temp.resolve("installer"));
        Files.writeString(context.resolve("install"), """
                #!/bin/busybox sh
                [ "$1 $2" = "--install mips64le" ] || exit 3
                /bin/busybox mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
                echo 1 > %s
                """.formatted(HANDLER));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY root/busybox-%s /bin/busybox
                COPY install /install
                ENTRYPOINT ["/bin/busybox", "sh", "/install"]
                """.formatted(
                        System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64"));
        command("docker", "build", "-t", INSTALLER, context.toString());
        Files.writeString(HANDLER, "0");
        jenkins.jenkins.setNumExecutors(0);
        DumbSlave agent = jenkins.createSlave("builder", "linux", new EnvVars("BUILDAH_ISOLATION", "chroot"));
        agent.setNumExecutors(3);
        jenkins.waitOnline(agent);
        Probed.await(agent);
    }

    @AfterEach
    void putTheHandlerBack() throws Exception {
        Files.writeString(HANDLER, "1");
        command("docker", "rmi", INSTALLER);
    }

    private static void command(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DOCKER_BUILDKIT", "1");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private WorkflowRun build(Result expected) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('linux') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['%s'], builder: 'buildah', push: false
                }
                """.formatted(PLATFORM), true));
        return jenkins.buildAndAssertStatus(expected, job);
    }

    @Test
    void installsNothingUnlessTheAdministratorAllowsIt() throws Exception {
        WorkflowRun run = build(Result.FAILURE);

        assertThat(JenkinsRule.getLog(run))
                .contains("Nothing can build " + PLATFORM)
                .contains("the handler qemu-mips64el is disabled")
                .contains("Remedy: On agent 'builder': ")
                .doesNotContain("--privileged --rm " + INSTALLER);
        assertThat(Files.readString(HANDLER)).startsWith("disabled");
    }

    @Test
    void installsOnceAndBuilds() throws Exception {
        MultiArchBuildConfiguration.get().setInstallEmulators(true);
        MultiArchBuildConfiguration.get().setEmulatorInstaller(INSTALLER);

        WorkflowRun first = build(Result.SUCCESS);
        assertThat(JenkinsRule.getLog(first))
                .contains("Installing the emulator for " + PLATFORM + ": docker run --privileged --rm " + INSTALLER
                        + " --install mips64le")
                .contains(PLATFORM + ": emulated by qemu-mips64el");
        assertThat(jenkins.jenkins.getNode("builder").getAssignedLabels())
                .extracting(Object::toString)
                .contains("multiarch-qemu-linux-mips64le");

        WorkflowRun second = build(Result.SUCCESS);
        assertThat(JenkinsRule.getLog(second)).doesNotContain("Installing the emulator");
    }

    @Test
    void anInstallerThatFailsIsTriedOnceAndTheRemedyNamed() throws Exception {
        MultiArchBuildConfiguration.get().setInstallEmulators(true);
        MultiArchBuildConfiguration.get().setEmulatorInstaller("localhost:1/no-such-installer");

        for (String installer : List.of("The installer has failed with exit code 125", "")) {
            assertThat(JenkinsRule.getLog(build(Result.FAILURE)))
                    .contains(installer)
                    .contains("This machine cannot build " + PLATFORM)
                    .contains("Remedy: update-binfmts --enable qemu-mips64el");
        }
    }
}
