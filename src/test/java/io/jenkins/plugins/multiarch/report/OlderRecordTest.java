package io.jenkins.plugins.multiarch.report;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.ExtensionList;
import hudson.diagnosis.OldDataMonitor;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.recipes.LocalData;

/** Builds that a version without the report has recorded: images and plans, no more; and one without plans. */
@WithOwnJenkins
class OlderRecordTest {

    @Test
    @LocalData
    void isReadAndShown(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.jenkins.getItemByFullName("app", FreeStyleProject.class);
        FreeStyleBuild run = job.getBuildByNumber(1);
        MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);

        assertThat(action.getImages()).hasSize(2);
        assertThat(action.getPlans().get(1).getRemedy()).isEmpty();
        assertThat(action.getIndexes()).isEmpty();
        assertThat(action.getBuilds())
                .extracting(PlatformBuild::getPlatform)
                .containsExactly("linux/amd64", "linux/arm64");
        assertThat(action.getTargets()).isEmpty();
        assertThat(action.getTargetReports().isEmpty()).isTrue();
        assertThat(action.getBuilds()).extracting(PlatformBuild::getBakeTarget).containsOnly("");
        assertThat(action.getPlans()).extracting(RecordedPlan::getBakeTarget).containsOnly("");
        assertThat(new RunRecord(run).images(ImageReference.parse("localhost:5000/demo/hello:2.0")))
                .hasSize(2);
        HtmlPage page = jenkins.createWebClient().getPage(run, "multiarch/");
        assertThat(page.querySelector("#main-panel").asNormalizedText())
                .contains(
                        "localhost:5000/demo/hello", "linux/arm64", "emulated", "there is no native agent", "unknown");
        assertThat(jenkins.createWebClient()
                        .getPage(job.getBuildByNumber(2), "multiarch/")
                        .querySelector("#main-panel")
                        .asNormalizedText())
                .contains("linux/amd64");
        assertThat(ExtensionList.lookupSingleton(OldDataMonitor.class).getData())
                .isEmpty();
    }

    /** As the first version that found out about agents has written it, not as somebody remembers that. */
    @Test
    @LocalData
    void ofAPipelineOfThatTimeIsShown(JenkinsRule jenkins) throws Exception {
        WorkflowRun run =
                jenkins.jenkins.getItemByFullName("hello", WorkflowJob.class).getBuildByNumber(1);
        MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);

        assertThat(action.getBuilds())
                .extracting(PlatformBuild::getPlatform)
                .containsExactly("linux/amd64", "linux/arm64", "linux/s390x");
        assertThat(action.getBuilds()).extracting(PlatformBuild::isEmulated).containsExactly(false, true, true);
        assertThat(jenkins.createWebClient()
                        .getPage(run, "multiarch/")
                        .querySelector("#main-panel")
                        .asNormalizedText())
                .contains("linux/s390x", "emulated", "no agent or cloud has the native label");
        assertThat(jenkins.createWebClient().getPage(run).getWebResponse().getContentAsString())
                .contains("linux/s390x");
    }

    @Test
    @LocalData
    void isAddedTo(JenkinsRule jenkins) throws Exception {
        FreeStyleBuild run =
                jenkins.jenkins.getItemByFullName("app", FreeStyleProject.class).getBuildByNumber(2);

        new RunRecord(run).addBuild(PlatformBuild.succeeded(Sample.IMAGE, Sample.image("linux/s390x", "", true, 3, 4)));

        assertThat(run.getAction(MultiArchBuildAction.class).getBuilds())
                .extracting(PlatformBuild::getPlatform)
                .containsExactly("linux/amd64", "linux/s390x");
    }
}
