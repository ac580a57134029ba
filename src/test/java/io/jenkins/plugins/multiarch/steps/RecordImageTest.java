package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.PlatformBuild;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Images of another tool, on the page of the build and in its index. */
@Tag("integration")
@WithSharedJenkins
class RecordImageTest {

    private JenkinsRule jenkins;

    @BeforeEach
    void takeJenkins(JenkinsRule rule) {
        jenkins = rule;
    }

    private WorkflowRun build(Result expected, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return (WorkflowRun) jenkins.buildAndAssertStatus(expected, job);
    }

    @Test
    void whatIsRecordedIsShownAndPublished() throws Exception {
        try (RealRegistry registry = RealRegistry.start()) {
            TestImages.anonymous().push(registry.image("team/app:amd"), "linux/amd64");
            TestImages.anonymous().push(registry.image("team/app:arm"), "linux/arm64");
            WorkflowRun run = build(Result.SUCCESS, """
                    def images = recordImage reference: '%1$s/team/app:amd'
                    echo "RECORDED ${images[0].platform} ${images[0].digest}"
                    recordImage reference: '%1$s/team/app:arm', platform: 'linux/arm64/v8'
                    pushManifestList image: '%1$s/team/app:1.0'
                    recordImage reference: '%1$s/team/app:1.0', platform: 'linux/amd64'
                    """.formatted(registry.address()));

            assertThat(JenkinsRule.getLog(run))
                    .contains("RECORDED linux/amd64 sha256:")
                    .contains("Recorded linux/arm64 as " + registry.address() + "/team/app@sha256:")
                    .contains("Index of linux/amd64, linux/arm64: ");
            assertThat(run.getAction(MultiArchBuildAction.class).getBuilds())
                    .extracting(PlatformBuild::getPlatform)
                    .containsExactlyInAnyOrder("linux/amd64", "linux/arm64", "linux/amd64");
            assertThat(new Registry(RegistryAccess.anonymous())
                            .pull(registry.image("team/app:1.0"))
                            .json()
                            .path("manifests"))
                    .hasSize(2);
        }
    }

    @Test
    void whatIsNotThereFailsInPlainWords() throws Exception {
        try (RealRegistry registry = RealRegistry.start()) {
            String log = JenkinsRule.getLog(
                    build(Result.FAILURE, "recordImage reference: '" + registry.address() + "/team/app:missing'"));
            assertThat(log).contains("ERROR: Could not pull the manifest of ").doesNotContain("\tat ");
        }
        assertThat(JenkinsRule.getLog(build(Result.FAILURE, "recordImage reference: ''")))
                .contains("recordImage needs a reference");
    }
}
