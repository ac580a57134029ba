package io.jenkins.plugins.multiarch;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A Jenkins of its own process, in which the optional plugins are not installed, nor what needs those. */
class WithoutOptionalPluginsTest {

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension()
            .omitPlugins(
                    "authentication-tokens",
                    "cloudbees-folder",
                    "docker-commons",
                    "echarts-api",
                    "pipeline-model-api",
                    "pipeline-model-extensions",
                    "branch-api",
                    "docker-workflow",
                    "kubernetes",
                    "kubernetes-credentials",
                    "pipeline-groovy-lib",
                    "pipeline-model-definition",
                    "pipeline-stage-tags-metadata",
                    "workflow-multibranch");

    @Test
    void theControllerStartsWithoutComplaintAndAStepWorks() throws Throwable {
        jenkins.then(WithoutOptionalPluginsTest::runAStep);
    }

    private static void runAStep(JenkinsRule rule) throws Throwable {
        assertThat(Jenkins.get().getPlugin("cloudbees-folder")).isNull();
        assertThat(Jenkins.get().getPlugin("pipeline-model-extensions")).isNull();
        assertThat(Jenkins.get().getPluginManager().getFailedPlugins()).isEmpty();
        assertThat(Jenkins.logRecords)
                .filteredOn(record -> record.getLevel().intValue() >= Level.WARNING.intValue())
                .extracting(LogRecord::getMessage)
                .noneMatch(message -> message.contains("multiarch"));
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "built-in")));
        WorkflowJob job = rule.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("platformNode('linux/arm64') { echo \"HAS $TARGETPLATFORM\" }", true));
        WorkflowRun run = rule.buildAndAssertSuccess(job);
        assertThat(JenkinsRule.getLog(run)).contains("HAS linux/arm64");
    }
}
