package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import io.jenkins.plugins.multiarch.FewPrograms;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * A step inside of {@code docker.inside}: the container has a docker client, borrowed from this machine. The agent itself has
 * one that starts the container and cannot build.
 */
@Tag("integration")
@WithSharedJenkins
class DockerInsideTest {

    private static final String BORROWED =
            "-v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro" + " -v /var/run/docker.sock:/var/run/docker.sock";

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private String image;

    @BeforeEach
    void startAgent(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        Path programs = FewPrograms.in(temp.resolve("programs"));
        Path docker = Files.writeString(programs.resolve("docker"), """
                #!/bin/sh
                case "$1 $2" in
                "version --format" | "buildx "* | "build "*) exit 1 ;;
                *) exec /usr/bin/docker "$@" ;;
                esac
                """);
        assertThat(docker.toFile().setExecutable(true)).isTrue();
        RoomyAgent.add(jenkins, "agent", "linux", temp.resolve("agent"), 1, new EnvVars("PATH", programs.toString()));
        image = importImage();
    }

    @AfterEach
    void removeImage() throws Exception {
        run("docker", "image", "rm", image);
    }

    /** One with a file by which it is known, a shell, and nothing else. */
    private String importImage() throws Exception {
        Path root = Files.createDirectories(temp.resolve("root"));
        Files.createFile(root.resolve("inside"));
        Path programs = Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("target/busybox/amd64/busybox"), programs.resolve("sh"));
        assertThat(programs.resolve("sh").toFile().setExecutable(true)).isTrue();
        Path archive = temp.resolve("root.tar");
        run("tar", "-C", root.toString(), "-cf", archive.toString(), ".");
        return run("docker", "import", archive.toString()).strip().replaceFirst("sha256:", "");
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private String build(String test) throws Exception {
        Path context = BusyboxContext.create(temp.resolve("context"));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('linux') {
                    sh 'cp -R %s/. .'
                    docker.image('%s').inside('%s') {
                        multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false,
                            test: '%s'
                    }
                }
                """.formatted(context, image, BORROWED, test), true));
        return JenkinsRule.getLog(jenkins.buildAndAssertSuccess(job));
    }

    @Test
    void buildsInPlaceWithTheToolOfTheContainer() throws Exception {
        assertThat(build("ls /inside && echo TESTED-INSIDE"))
                .containsPattern("linux/amd64  native  in place  agent 'agent' builds it")
                .contains("linux/amd64: native; docker")
                .contains("TESTED-INSIDE\n")
                .contains("Built linux/amd64, not pushed");
        assertThat(Leftovers.on(temp.resolve("agent"))).isEmpty();
    }

    @Test
    void aBranchOnAnotherAgentIsNotInTheContainer() throws Exception {
        RoomyAgent.add(jenkins, "other", "other", temp.resolve("other"), 1);

        assertThat(build("test ! -e /inside && echo TESTED-OUTSIDE"))
                .contains("Running on other in ")
                .contains("TESTED-OUTSIDE\n")
                .contains("Built linux/amd64, not pushed");
    }
}
