package io.jenkins.plugins.multiarch.report;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

@WithOwnJenkins
class ReportOverRestartTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private static String page(JenkinsRule jenkins) throws Exception {
        return jenkins.createWebClient()
                .goTo("job/app/1/multiarch/")
                .querySelector("#main-panel")
                .asNormalizedText();
    }

    @Test
    void isTheSameAfterwards() throws Throwable {
        String[] before = new String[1];
        sessions.then(jenkins -> {
            FreeStyleProject job = jenkins.createFreeStyleProject("app");
            Sample.success(jenkins.buildAndAssertSuccess(job), "built-in");
            Sample.failure(job.getLastBuild(), "script returned exit code 1", "make: *** No rule");
            new RunRecord(job.getLastBuild()).addFailedPush(ImageReference.parse(Sample.IMAGE), "403 Forbidden");
            before[0] = page(jenkins);
        });
        sessions.then(jenkins -> {
            MultiArchBuildAction action = jenkins.jenkins
                    .getItemByFullName("app", FreeStyleProject.class)
                    .getBuildByNumber(1)
                    .getAction(MultiArchBuildAction.class);

            assertThat(action.getBuilds()).hasSize(5); // one of them is in both
            assertThat(action.getPlans()).hasSize(6);
            assertThat(action.getImages()).hasSize(3);
            assertThat(new RunRecord(action.getRun()).images(ImageReference.parse(Sample.IMAGE)))
                    .extracting(PlatformImage::getTemporaryTag)
                    .containsExactly("1.0-linux-amd64", "1.0-linux-arm64", "1.0-linux-s390x");
            assertThat(page(jenkins))
                    .isEqualTo(before[0])
                    .contains("make: *** No rule", "403 Forbidden", "docker pull " + Sample.IMAGE);
        });
    }
}
