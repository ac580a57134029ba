package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.WithOwnJenkins;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

@WithOwnJenkins
class PlatformNodeRestartTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void goesOnAfterARestart(@TempDir Path temp) throws Throwable {
        Path go = temp.resolve("go");
        sessions.then(jenkins -> {
            PretendedAgents.createPiAndMainframe(jenkins);
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "restarted");
            job.setDefinition(new CpsFlowDefinition(
                    "platformNode('linux/arm/v7') { sh 'until [ -e %s ]; do sleep 1; done'; echo \"HAS $NODE_NAME $TARGETPLATFORM\" }"
                            .formatted(go),
                    true));
            jenkins.waitForMessage("[ -e", job.scheduleBuild2(0).waitForStart());
        });
        sessions.then(jenkins -> {
            WorkflowRun run = jenkins.jenkins
                    .getItemByFullName("restarted", WorkflowJob.class)
                    .getLastBuild();
            Files.createFile(go);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(JenkinsRule.getLog(run)).contains("HAS pi linux/arm/v7");
        });
    }
}
