package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.model.Result;
import hudson.node_monitors.NodeMonitor;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.FewPrograms;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.build.OwnStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Agents on which something is wrong that a plan cannot know, because their administrator has mapped the platform to them
 * or because it happens during the build. Whatever it is, the log names it and what helps.
 */
@Tag("integration")
@WithSharedJenkins
class AgentFaultsTest {

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        // Jenkins itself takes an agent offline that has little space left, sooner or later.
        NodeMonitor.getAll().forEach(monitor -> monitor.setIgnored(true));
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/amd64", "faulty")));
        DumbSlave host = jenkins.createSlave("host", "host", new EnvVars());
        jenkins.waitOnline(host);
    }

    private String failure(String builder, String dockerfile) throws Exception {
        Path context = BusyboxContext.create(temp.resolve("context"));
        if (!dockerfile.isEmpty()) {
            Files.writeString(
                    context.resolve("Dockerfile"), Files.readString(context.resolve("Dockerfile")) + dockerfile);
        }
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('host') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false, builder: '%s'
                }
                """.formatted(context, builder), true));
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        String log = JenkinsRule.getLog(run);
        assertThat(log).doesNotContain("\tat ").doesNotContain("was lost");
        return log;
    }

    private void faultyAgent(EnvVars environment) throws Exception {
        environment.put("BUILDAH_ISOLATION", "chroot");
        jenkins.waitOnline(jenkins.createSlave("faulty", "faulty", environment));
    }

    @Test
    void aMachineWithoutAnyBuildTool() throws Exception {
        Path programs = FewPrograms.in(temp.resolve("programs"));
        faultyAgent(new EnvVars("PATH", programs.toString()));

        assertThat(failure("auto", ""))
                .contains(
                        "ERROR: This machine has no build tool for linux/amd64: docker is not installed. Install buildx,"
                                + " docker, podman or buildah for the user of the agent.");
    }

    @Test
    void anEngineThatDoesNotRun() throws Exception {
        faultyAgent(new EnvVars("DOCKER_HOST", "unix://" + temp.resolve("no.sock")));

        assertThat(failure("docker", ""))
                .contains("ERROR: This machine cannot build linux/amd64")
                .contains("systemctl start docker");
    }

    @Test
    @Tag("slow")
    void anEngineThatTheUserOfTheAgentMayNotUse() throws Exception {
        // Another user than root has to get at the directories of the test.
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = Files.createDirectories(temp.resolve("agent"));
        InboundAgent.Entrance entrance = InboundAgent.expect(jenkins, "faulty", "faulty", home, 1);
        try (InboundAgent agent = new InboundAgent(
                        entrance,
                        home,
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "env",
                        "HOME=" + home)
                .fetch(jenkins.getURL().toString())) {
            run("chown", "-R", "65534:65534", home.toString());
            agent.start();
            jenkins.waitOnline((DumbSlave) jenkins.jenkins.getNode("faulty"));

            assertThat(failure("docker", ""))
                    .contains("ERROR: This machine cannot build linux/amd64")
                    .containsIgnoringCase("permission denied")
                    .contains("usermod -aG docker ");
        }
    }

    @Test
    @Tag("slow")
    void aDiskThatIsTooSmallForTheContext() throws Exception {
        Path home = Files.createDirectories(temp.resolve("agent"));
        run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", home.toString());
        try (InboundAgent agent = new InboundAgent(InboundAgent.expect(jenkins, "faulty", "faulty", home, 1), home)
                .fetch(jenkins.getURL().toString())
                .start()) {
            jenkins.waitOnline((DumbSlave) jenkins.jenkins.getNode("faulty"));
            Path filler = home.resolve("filler");
            Files.write(filler, new byte[(int) home.toFile().getUsableSpace() - 2_000_000]);

            assertThat(failure("buildah", ""))
                    .containsIgnoringCase("no space left on device")
                    .contains("Free some space");
        } finally {
            run("umount", "--lazy", home.toString());
        }
    }

    @Test
    @Tag("slow")
    void aDiskThatFillsUpDuringTheBuild() throws Exception {
        Path storage = Files.createDirectories(temp.resolve("storage"));
        run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", storage.toString());
        try {
            faultyAgent(new EnvVars(OwnStorage.VARIABLE, OwnStorage.in(storage), "TMPDIR", storage.toString()));

            assertThat(failure("buildah", "\nRUN dd if=/dev/zero of=/big bs=1M count=60\n"))
                    .containsIgnoringCase("no space left on device")
                    .contains("Free some space");
        } finally {
            run("umount", "--lazy", storage.toString());
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.trim()
                    + ". This test needs root, for a mount and for processes of another user.");
        }
    }
}
