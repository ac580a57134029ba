package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.model.Computer;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.build.OwnStorage;
import io.jenkins.plugins.multiarch.leftovers.BuildFolderIndex;
import io.jenkins.plugins.multiarch.leftovers.FolderEntry;
import io.jenkins.plugins.multiarch.leftovers.LeftoverSweep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** What builds leave on an agent that dies under them, and what the sweeper makes of it; with a real buildah. */
@Tag("integration")
@Tag("slow")
@WithSharedJenkins
class LeftoverSweepTest {

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private InboundAgent process;
    private DumbSlave agent;
    private String storage;
    private Path home;

    @BeforeEach
    void startAgent(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        home = temp.resolve("agent");
        storage = OwnStorage.in(temp.resolve("storage"));
        process = new InboundAgent(
                        InboundAgent.expect(jenkins, "agent", "agent", home, 4),
                        home,
                        "env",
                        OwnStorage.VARIABLE + "=" + storage)
                .fetch(jenkins.getURL().toString())
                .start();
        agent = (DumbSlave) jenkins.jenkins.getNode("agent");
        jenkins.waitOnline(agent);
        Probed.await(agent);
        // Packs the context; it outlives the agent that builds.
        DumbSlave host = jenkins.createSlave("host", "host", new EnvVars());
        jenkins.waitOnline(host);
    }

    @AfterEach
    void stopAgent() throws Exception {
        process.close();
    }

    private BuildFolderIndex index() {
        return new BuildFolderIndex(home);
    }

    private WorkflowRun start() throws Exception {
        Path context = BusyboxContext.create(temp.resolve("context"));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('host') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false, retries: 0,
                        builder: 'buildah', test: 'echo IMAGE-IS $IMAGE; until [ -e %s ]; do sleep 1; done'
                }
                """.formatted(context, temp.resolve("go")), true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("IMAGE-IS localhost/multiarch-build/", run);
        return run;
    }

    private List<Path> folders() throws Exception {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isDirectory)
                    .filter(file -> file.getFileName().toString().startsWith("multiarch-"))
                    .toList();
        }
    }

    /** As if a day had passed. */
    private void dueNow() throws Exception {
        for (FolderEntry entry : index().due(Long.MAX_VALUE)) {
            index().add(entry.keptFor(-1));
        }
    }

    private void sweep() throws Exception {
        LeftoverSweep.sweep(List.of((Computer) agent.toComputer()));
    }

    private String images() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("buildah", "images");
        builder.environment().put(OwnStorage.VARIABLE, storage);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    @Test
    void whatADeadBuildHasLeftIsRemovedAfterADay() throws Exception {
        WorkflowRun run = start();
        String image = JenkinsRule.getLog(run)
                .lines()
                .filter(line -> line.startsWith("IMAGE-IS "))
                .findFirst()
                .orElseThrow()
                .replaceFirst("IMAGE-IS (.*):.*", "$1");
        process.killMachine();
        jenkins.waitForCompletion(run);
        process.start();
        jenkins.waitOnline(agent);

        sweep();
        assertThat(folders()).as("before the day is over").hasSize(2);
        assertThat(images()).contains(image);

        dueNow();
        sweep();
        assertThat(folders()).isEmpty();
        assertThat(index().due(Long.MAX_VALUE)).isEmpty();
        assertThat(images()).doesNotContain(image);
    }

    @Test
    void whatARunningBuildHasIsNeverTouched() throws Exception {
        WorkflowRun run = start();
        dueNow();

        sweep();
        assertThat(folders()).hasSize(2);
        Files.createFile(temp.resolve("go"));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(folders()).isEmpty();
        assertThat(index().due(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void theContextOfAFailedPlatformStaysForAsLongAsItIsWanted() throws Exception {
        MultiArchBuildConfiguration.get().setContextRetention(2);
        WorkflowRun run = start();
        assertThat(ImageTests.kill(temp)).isPositive();
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));

        assertThat(folders()).singleElement().satisfies(kept -> {
            assertThat(kept.resolve("Dockerfile")).exists();
            assertThat(JenkinsRule.getLog(run))
                    .contains("The build context of linux/amd64 stays in " + kept + " for 2 h");
        });
        sweep();
        assertThat(folders()).as("before its time is over").hasSize(1);
        dueNow();
        sweep();
        assertThat(folders()).isEmpty();
    }

    @Test
    void anAgentIsSweptWhenItComesBack() throws Exception {
        Path left = Files.createDirectories(temp.resolve("some workspace@tmp/multiarch-0-linux-amd64"));
        index().add(new FolderEntry(
                "multiarch-0-linux-amd64", "0", "no such job#1", List.of(left.toString()), System.currentTimeMillis()));
        process.kill();
        while (agent.toComputer().isOnline()) {
            Thread.sleep(100);
        }
        process.start();
        jenkins.waitOnline(agent);

        for (int i = 0; Files.exists(left) && i < 300; i++) {
            Thread.sleep(100);
        }
        assertThat(left).doesNotExist();
    }
}
