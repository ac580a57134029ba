package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Result;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The steps of the Docker Pipeline plugin around ours, with docker and a registry that wants a password. */
@Tag("integration")
@WithSharedJenkins
class SurroundingLoginsTest {

    private static String log(JenkinsRule jenkins, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        return JenkinsRule.getLog(run);
    }

    @Test
    void theirCredentialIsUsedForTheirRegistry(JenkinsRule jenkins) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "registry", "", "robot", "s3cret"));
        try (RealRegistry registry = RealRegistry.start("robot", "s3cret")) {
            String push = "pushManifestList image: '" + registry.address() + "/app:1', sources: ['" + registry.address()
                    + "/app:missing']";
            String login = "url: 'http://" + registry.address() + "', credentialsId: 'registry'";
            for (String around : List.of(
                    "withDockerRegistry(" + login + ") { " + push + " }",
                    "withDockerRegistry([" + login + "]) { " + push + " }",
                    "withDockerRegistry(registry: [" + login + "]) { " + push + " }",
                    "docker.withRegistry('http://" + registry.address() + "', 'registry') { " + push + " }")) {
                // It was let in, and did not find what is not there.
                assertThat(log(jenkins, "node { " + around + " }"))
                        .as(around)
                        .contains("app:missing")
                        .contains("404")
                        .doesNotContain("Set credentialsId");
            }
            assertThat(log(jenkins, push)).contains("Set credentialsId in the step");
        }
    }
}
