package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Node;
import hudson.model.Result;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.util.NameValuePair;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SingleFileSCM;

/** {@code agent { platform '...' }} in Declarative Pipelines from an SCM, which has the Jenkinsfile and nothing else. */
@WithSharedJenkins
class PlatformAgentTest {

    private static final String PRINT = "echo \"HAS $NODE_NAME $TARGETPLATFORM $TARGETOS $TARGETARCH"
            + " ${env.TARGETVARIANT} $GOOS $GOARCH ${env.GOARM} $DOCKER_DEFAULT_PLATFORM,"
            + " sources ${fileExists('Jenkinsfile')}\"";

    private JenkinsRule jenkins;

    @BeforeEach
    void createAgents(JenkinsRule rule) throws Exception {
        jenkins = rule;
        PretendedAgents.createPiAndMainframe(jenkins);
    }

    private WorkflowJob job(String jenkinsfile) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsScmFlowDefinition(
                new SingleFileSCM("Jenkinsfile", jenkinsfile.getBytes(StandardCharsets.UTF_8)), "Jenkinsfile"));
        return job;
    }

    private String run(String jenkinsfile, Result expected) throws Exception {
        return JenkinsRule.getLog(jenkins.buildAndAssertStatus(expected, job(jenkinsfile)));
    }

    private static String pipeline(String agent, String more) {
        return """
                pipeline {
                  agent { %s }
                  %s
                  stages { stage('Only') { steps { %s } } }
                }
                """.formatted(agent, more, PRINT);
    }

    @Test
    void runsPipelineAndStagesOnAgentsOfTheirPlatformsWithTheirSources() throws Exception {
        String log = run("""
                pipeline {
                  agent { platform 'linux/armhf' }
                  environment { SEEN = "${TARGETPLATFORM}" }
                  stages {
                    stage('Outer') { steps {
                      echo "SEEN $SEEN"
                      %1$s
                    } }
                    stage('Inner') {
                      agent { platform {
                        platform 'linux/s390x'
                        emulation 'never'
                      } }
                      steps { %1$s }
                    }
                  }
                  post { always { echo "POST on $NODE_NAME for $TARGETPLATFORM" } }
                }
                """.formatted(PRINT), Result.SUCCESS);

        assertThat(log)
                .contains("linux/arm/v7  native  multiarch-linux-arm-v7  1 agent is available")
                .contains("SEEN linux/arm/v7")
                .contains("HAS pi linux/arm/v7 linux arm v7 linux arm 7 linux/arm/v7, sources true")
                .contains("HAS mainframe linux/s390x linux s390x null linux s390x null linux/s390x, sources true")
                .contains("POST on pi for linux/arm/v7");
    }

    @Test
    void eachCellOfAMatrixHasThePlatformOfItsAxis() throws Exception {
        String log = run("""
                pipeline {
                  agent none
                  stages {
                    stage('All') {
                      matrix {
                        axes { axis {
                          name 'PLATFORM'
                          values 'linux/arm/v7', 's390x', 'linux/riscv64'
                        } }
                        agent { platform "${PLATFORM}" }
                        stages { stage('Build') { steps { %s } } }
                      }
                    }
                  }
                }
                """.formatted(PRINT), Result.SUCCESS);

        assertThat(log)
                .contains("HAS pi linux/arm/v7 linux arm v7 linux arm 7 linux/arm/v7, sources true")
                .contains("HAS mainframe linux/s390x linux s390x null linux s390x null linux/s390x, sources true")
                .contains("linux/riscv64  emulated  multiarch-qemu-linux-riscv64  there is no native agent")
                .contains("HAS mainframe linux/riscv64");
    }

    @Test
    void takesTheOptionsOfAnyAgent(@TempDir Path temp) throws Exception {
        assertThat(run(pipeline("platform 'linux/arm/v7'", "options { skipDefaultCheckout() }"), Result.SUCCESS))
                .contains("HAS pi linux/arm/v7")
                .contains("sources false");
        assertThat(run(
                        pipeline("platform 'linux/arm/v7'", "options { checkoutToSubdirectory('below') }")
                                .replace("fileExists('Jenkinsfile')", "fileExists('below/Jenkinsfile')"),
                        Result.SUCCESS))
                .contains("HAS pi linux/arm/v7")
                .contains("sources true");
        Path workspace = temp.resolve("own");
        assertThat(run(
                        pipeline("platform {\nplatform 'linux/arm/v7'\ncustomWorkspace '" + workspace + "'\n}", ""),
                        Result.SUCCESS))
                .contains("HAS pi linux/arm/v7")
                .contains("sources true");
        assertThat(workspace.resolve("Jenkinsfile")).exists();
    }

    @Test
    void refusesWhatNoAgentCouldBeBeforeAnythingRuns() throws Exception {
        assertThat(run(pipeline("platform 'linux/sparc'", ""), Result.FAILURE))
                .contains("WorkflowScript: 2: Unknown architecture 'sparc'")
                .doesNotContain("[Pipeline] platformNode")
                .doesNotContain("[Pipeline] Start of Pipeline");
        assertThat(run(pipeline("platform {\nplatform 'linux'\nemulation 'maybe'\n}", ""), Result.FAILURE))
                .contains("Unknown architecture 'linux'")
                .contains("Unknown emulation 'maybe'. Choose fallback, never or always.")
                .doesNotContain("[Pipeline] Start of Pipeline");
        assertThat(run(pipeline("platform { emulation 'never' }", ""), Result.FAILURE))
                .contains("Missing required parameter for agent type \"platform\": platform");
    }

    @Test
    void failsBeforeAnAgentIsAllocatedForWhatIsKnownOnlyThen() throws Exception {
        assertThat(run(pipeline("platform \"linux/${'s' + 'parc'}\"", ""), Result.FAILURE))
                .contains("ERROR: Unknown architecture 'sparc'")
                .doesNotContain("Running on ")
                .doesNotContain("\tat ");
        assertThat(run(pipeline("platform {\nplatform 'riscv64'\nemulation 'never'\n}", ""), Result.FAILURE))
                .contains("ERROR: Nothing can build linux/riscv64: no agent or cloud has the native label"
                        + " 'multiarch-linux-riscv64'")
                .doesNotContain("Running on ")
                .doesNotContain("\tat ");
    }

    /** As the linter of the command line and of editors does. */
    @Test
    void validationSaysWhatIsWrong() throws Exception {
        assertThat(validate(pipeline("platform 'linux/sparc'", ""))).contains("Unknown architecture 'sparc'");
        assertThat(validate(pipeline("platform 'linux/arm64'", ""))).contains("\"success\"");
        assertThat(validate(pipeline("platform \"linux/${'s' + 'parc'}\"", ""))).contains("\"success\"");
        assertThat(validate(pipeline("label 'linux/sparc'", ""))).contains("\"success\"");
    }

    private String validate(String jenkinsfile) throws Exception {
        try (JenkinsRule.WebClient client = jenkins.createWebClient()) {
            WebRequest request = new WebRequest(
                    client.createCrumbedUrl("pipeline-model-converter/validateJenkinsfile"), HttpMethod.POST);
            request.setRequestParameters(List.of(new NameValuePair("jenkinsfile", jenkinsfile)));
            return JSONObject.fromObject(
                            client.getPage(request).getWebResponse().getContentAsString())
                    .getJSONObject("data")
                    .toString();
        }
    }

    @Test
    void startsAgainElsewhereIfItsAgentIsLost() throws Exception {
        WorkflowJob job = job(pipeline("platform {\nplatform 'linux/arm/v7'\nretries 2\n}", "")
                .replace(PRINT, PRINT + "; script { if (env.NODE_NAME == 'pi') { sleep 600 } }"));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("Sleeping for", run);
        Node pi = jenkins.jenkins.getNode("pi");
        PretendedAgents.createPi(jenkins, "pi2");

        jenkins.jenkins.removeNode(pi);

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(JenkinsRule.getLog(run))
                .contains("HAS pi linux/arm/v7")
                .contains("HAS pi2 linux/arm/v7 linux arm v7 linux arm 7 linux/arm/v7, sources true");
    }

    @Test
    void doesNotStartAgainForAnyOtherFailure() throws Exception {
        String log = run(
                pipeline("platform {\nplatform 'linux/arm/v7'\nretries 3\n}", "")
                        .replace(PRINT, PRINT + "; error 'its own'"),
                Result.FAILURE);

        assertThat(log).containsOnlyOnce("HAS pi linux/arm/v7").contains("ERROR: its own");
    }
}
