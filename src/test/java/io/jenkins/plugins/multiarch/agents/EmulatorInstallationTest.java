package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.FewPrograms;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * With a real kernel and agent, but a stand-in for the container that installs: many machines, those of continuous
 * integration among them, run no privileged containers. It does what {@code tonistiigi/binfmt} does in the end, and
 * leaves everything else to docker.
 */
@Tag("integration")
@WithSharedJenkins
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
        Path docker = Files.writeString(temp.resolve("docker"), """
                #!/bin/sh
                if [ "$1" = run ]; then
                    case "$*" in *localhost/slow:1*) exec sleep 619 ;; esac
                    [ "$*" = 'run --privileged --rm %s --install mips64le' ] || exit 125
                    echo 1 > %s
                else
                    PATH=${PATH#*:} exec docker "$@"
                fi
                """.formatted(INSTALLER, HANDLER));
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(HANDLER, "0");
        jenkins.jenkins.setNumExecutors(0);
        EnvVars environment =
                new EnvVars("BUILDAH_ISOLATION", "chroot", "PATH", temp + File.pathSeparator + System.getenv("PATH"));
        DumbSlave builder = new DumbSlave(
                "builder", temp.resolve("builder").toString(), jenkins.createComputerLauncher(environment));
        builder.setNumExecutors(2);
        jenkins.jenkins.addNode(builder);
        probe(builder);
        addHost("host");
    }

    /** It holds the workspace, and has nothing to build with. */
    private void addHost(String name) throws Exception {
        Path programs = FewPrograms.in(temp.resolve(name));
        probe(jenkins.createSlave(name, "linux", new EnvVars("PATH", programs.toString())));
    }

    private void probe(DumbSlave agent) throws Exception {
        jenkins.waitOnline(agent);
        Probed.await(agent);
    }

    @AfterEach
    void putTheHandlerBack() throws Exception {
        Files.writeString(HANDLER, "1");
    }

    private WorkflowRun build(Result expected) throws Exception {
        return jenkins.assertBuildStatus(expected, jenkins.waitForCompletion(start()));
    }

    private WorkflowRun start() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('linux') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['%s'], builder: 'buildah', push: false
                }
                """.formatted(PLATFORM), true));
        return job.scheduleBuild2(0).waitForStart();
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

    @Test
    @Timeout(300)
    void anAbortEndsTheInstallationAndTheWaitForIt() throws Exception {
        MultiArchBuildConfiguration.get().setInstallEmulators(true);
        MultiArchBuildConfiguration.get().setEmulatorInstaller("localhost/slow:1");
        // Each holds an executor of the other agent, so both can be there at once.
        addHost("other-host");
        WorkflowRun installing = start();
        jenkins.waitForMessage("Installing the emulator for " + PLATFORM, installing);
        WorkflowRun waiting = start();
        jenkins.waitForMessage("multiArchPrepare", waiting);

        waiting.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(waiting));
        installing.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(installing));

        MultiArchBuildConfiguration.get().setEmulatorInstaller(INSTALLER);
        assertThat(JenkinsRule.getLog(build(Result.SUCCESS))).contains("Installing the emulator for " + PLATFORM);
    }
}
