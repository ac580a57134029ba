package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.dispatch.DispatchStepDescriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class StepFormTest {

    /** What a form or a snippet might lose. */
    private static final Map<String, String> AWKWARD = awkward();

    private static final String AWKWARD_SNIPPET = "[EQUALS: 'a=b=', QUOTES: 'it\\'s \"so\"', LINES: '''one\ntwo''',"
            + " DOLLAR: '$HOME ${x} \\\\', EMPTY: '', ('com.example.team'): ' spaces ', 'a-b c': '<b>&amp;']";

    private static Map<String, String> awkward() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("EQUALS", "a=b=");
        values.put("QUOTES", "it's \"so\"");
        values.put("LINES", "one\ntwo");
        values.put("DOLLAR", "$HOME ${x} \\");
        values.put("EMPTY", "");
        values.put("com.example.team", " spaces ");
        values.put("a-b c", "<b>&amp;");
        return values;
    }

    @Test
    void multiArchBuildRoundTrips(JenkinsRule jenkins) throws Exception {
        MultiArchBuildStep step = new MultiArchBuildStep("localhost:5000/demo/hello:1.0");
        step.setPlatforms(List.of("linux/amd64", "linux/arm64"));
        step.setContext("app");
        step.setDockerfile("docker/Dockerfile");
        step.setSource("scm");
        step.setTarget("release");
        step.setBuildArgs(AWKWARD);
        step.setLabels(Map.of("team", "x y"));
        step.setNoCache(true);
        step.setPull(true);
        step.setTest("true\nfalse");
        step.setPush(false);
        step.setBuilder("buildah");
        step.setContainer("tools");
        step.setEmulation("never");
        step.setNativeWait(0);
        step.setCredentialsId("registry");
        step.setFailFast(false);
        step.setAgentRetries(3);
        step.setSecrets(Map.of("npmrc", "npm-config"));
        step.setSshCredentialsId("deploy-key");
        step.setLogins(List.of(new RegistryLogin("base.example.com", "base")));
        step.setCacheFrom(List.of("type=registry,ref=r.example.com/cache:{platform}"));
        step.setCacheTo(List.of("type=inline", "type=local,dest=x"));
        step.setBuildContexts(Map.of("shared", "libs/shared"));
        step.setProvenance("max");
        step.setSbom(true);
        step.setOptions(List.of("--network=host"));
        step.setPublish(true);
        step.setTags(List.of("latest"));
        step.setAnnotations(AWKWARD);

        MultiArchBuildStep back = new StepConfigTester(jenkins).configRoundTrip(step);

        jenkins.assertEqualDataBoundBeans(step, back);
    }

    @Test
    void multiArchBakeRoundTrips(JenkinsRule jenkins) throws Exception {
        MultiArchBakeStep step = new MultiArchBakeStep();
        step.setFile("docker/images.hcl");
        step.setFiles(List.of("release.hcl", "more.json"));
        step.setTargets(List.of("app", "tools"));
        step.setVariables(AWKWARD);
        step.setSet(List.of("*.platform=linux/arm64", "app.args.A=b c"));
        step.setPlatforms(List.of("linux/amd64", "linux/arm64"));
        step.setPush(false);
        step.setPublish("each");
        step.setDryRun(true);
        step.setMaxParallel(3);
        step.setFailFast(false);
        step.setAgentRetries(2);
        step.setBuilder("buildah");
        step.setContainer("tools");
        step.setEmulation("never");
        step.setCredentialsId("registry");
        step.setLogins(List.of(new RegistryLogin("mirror.example.com", "mirror")));
        step.setSecrets(Map.of("npmrc", "npm-config"));
        step.setSshCredentialsId("deploy-key");
        step.setCache("registry.example.com/cache");

        jenkins.assertEqualDataBoundBeans(step, new StepConfigTester(jenkins).configRoundTrip(step));

        MultiArchBakeStep plain = new StepConfigTester(jenkins).configRoundTrip(new MultiArchBakeStep());
        new SnippetizerTester(jenkins).assertRoundTrip(plain, "multiArchBake()");
        MultiArchBakeStep release = new MultiArchBakeStep();
        release.setTargets(List.of("app"));
        release.setVariables(Map.of("TAG", "1.0"));
        new SnippetizerTester(jenkins)
                .assertRoundTrip(release, "multiArchBake targets: ['app'], variables: [TAG: '1.0']");
    }

    @Test
    void theOldNameOfTheRetriesIsStillUnderstood(JenkinsRule jenkins) throws Exception {
        MultiArchBuildStep step = new MultiArchBuildStep("demo/hello");
        step.setRetries(2);

        assertThat(step.getAgentRetries()).isEqualTo(2);
        new SnippetizerTester(jenkins).assertRoundTrip(step, "multiArchBuild agentRetries: 2, image: 'demo/hello'");
    }

    @Test
    void aBillOfMaterialsIsABooleanOrTheImageOfAScanner(JenkinsRule jenkins) throws Exception {
        SnippetizerTester snippets = new SnippetizerTester(jenkins);
        MultiArchBuildStep step = new MultiArchBuildStep("demo/hello");
        step.setSbom(true);
        snippets.assertRoundTrip(step, "multiArchBuild image: 'demo/hello', sbom: true");
        step.withSbom("tools/scanner:1");
        snippets.assertRoundTrip(step, "multiArchBuild image: 'demo/hello', sbom: 'tools/scanner:1'");
        step.withSbom("false");
        snippets.assertRoundTrip(step, "multiArchBuild 'demo/hello'");
        for (Object given : List.of(true, false, "true", "false", "", "tools/scanner:1")) {
            MultiArchBuildStep made =
                    (MultiArchBuildStep) step.getDescriptor().newInstance(Map.of("image", "demo/hello", "sbom", given));
            assertThat(made.getSbom().toString()).isEqualTo(given.equals("") ? "false" : given.toString());
        }
        assertThat(new MultiArchBuildStep.DescriptorImpl().doCheckSbom("yes").getMessage())
                .contains("Unknown sbom")
                .contains("yes")
                .contains("or the image of a scanner");
        assertThat(new MultiArchBuildStep.DescriptorImpl().doCheckSbom("").kind).isEqualTo(FormValidation.Kind.OK);
        step.withSbom("tools/scanner:1");
        assertThat(new StepConfigTester(jenkins).configRoundTrip(step).getSbom())
                .isEqualTo("tools/scanner:1");
        step.setSbom(true);
        assertThat(new StepConfigTester(jenkins).configRoundTrip(step).getSbom())
                .isEqualTo(true);
    }

    @Test
    void multiArchBuildWithDefaultsStaysMinimal(JenkinsRule jenkins) throws Exception {
        MultiArchBuildStep step = new MultiArchBuildStep("demo/hello");
        MultiArchBuildStep back = new StepConfigTester(jenkins).configRoundTrip(step);

        jenkins.assertEqualDataBoundBeans(step, back);
        new SnippetizerTester(jenkins).assertRoundTrip(back, "multiArchBuild 'demo/hello'");
    }

    @Test
    void whatIsTheUsualButNamedIsKept(JenkinsRule jenkins) throws Exception {
        MultiArchBuildStep step = new MultiArchBuildStep("demo/hello");
        step.setBuilder("auto");
        step.setEmulation("fallback");
        step.setNativeWait(0);
        MultiArchBuildStep back = new StepConfigTester(jenkins).configRoundTrip(step);

        jenkins.assertEqualDataBoundBeans(step, back);
        new SnippetizerTester(jenkins)
                .assertRoundTrip(
                        back,
                        "multiArchBuild builder: 'auto', emulation: 'fallback', image: 'demo/hello', nativeWait: 0");
    }

    @Test
    void platformNodeRoundTrips(JenkinsRule jenkins) throws Exception {
        PlatformNodeStep step = new PlatformNodeStep("linux/arm64");
        PlatformNodeStep back = new StepConfigTester(jenkins).configRoundTrip(step);
        jenkins.assertEqualDataBoundBeans(step, back);
        assertThat(back.getEmulation()).isNull();
        step.setEmulation("fallback");
        jenkins.assertEqualDataBoundBeans(step, new StepConfigTester(jenkins).configRoundTrip(step));
    }

    @Test
    void multiArchBuildSnippet(JenkinsRule jenkins) throws Exception {
        MultiArchBuildStep step = new MultiArchBuildStep("demo/hello:1.0");
        step.setPlatforms(List.of("linux/amd64"));
        step.setBuildArgs(Map.of("GREETING", "hi"));
        step.setPush(false);

        new SnippetizerTester(jenkins)
                .assertRoundTrip(
                        step,
                        "multiArchBuild buildArgs: [GREETING: 'hi'], image: 'demo/hello:1.0', platforms: ['linux/amd64'], push:"
                                + " false");
    }

    @Test
    void pushManifestListRoundTrips(JenkinsRule jenkins) throws Exception {
        PushManifestListStep step = new PushManifestListStep("localhost:5000/demo/hello:1.0");
        step.setTags(List.of("latest", "1"));
        step.setSources(List.of("localhost:5000/demo/hello:1.0-linux-arm64"));
        step.setAnnotations(AWKWARD);
        step.setPlatformAnnotations(Map.of("linux/arm64", AWKWARD));
        step.setFormat("oci");
        step.setAmend(true);
        step.setIgnoreMissing(true);
        step.setDryRun(true);
        step.setRemovePlatformTags(true);
        step.setAttestations(false);
        step.setRemove(List.of("linux/386", "linux/arm/v6"));
        step.setArtifactType("application/vnd.example.app.v1");
        step.setSubject("localhost:5000/demo/hello:0.9");

        PushManifestListStep back = new StepConfigTester(jenkins).configRoundTrip(step);

        jenkins.assertEqualDataBoundBeans(step, back);
    }

    @Test
    void awkwardNamesAndValuesSurviveInSnippets(JenkinsRule jenkins) throws Exception {
        SnippetizerTester tester = new SnippetizerTester(jenkins);
        MultiArchBuildStep build = new MultiArchBuildStep("demo/hello:1.0");
        build.setBuildArgs(AWKWARD);
        build.setLabels(AWKWARD);
        tester.assertRoundTrip(
                build,
                "multiArchBuild buildArgs: " + AWKWARD_SNIPPET + ", image: 'demo/hello:1.0', labels: "
                        + AWKWARD_SNIPPET);

        PushManifestListStep push = new PushManifestListStep("demo/hello:1.0");
        push.setAnnotations(AWKWARD);
        push.setPlatformAnnotations(Map.of("linux/arm64", AWKWARD));
        tester.assertRoundTrip(
                push,
                "pushManifestList annotations: " + AWKWARD_SNIPPET
                        + ", image: 'demo/hello:1.0', platformAnnotations: ['linux/arm64': " + AWKWARD_SNIPPET + "]");
    }

    @Test
    void declarativePipelineReadsNamesWithDots(JenkinsRule jenkins) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                pipeline {
                  agent none
                  stages {
                    stage('Index') {
                      steps {
                        pushManifestList image: 'demo/hello:1.0', sources: ['demo/hello:1.0-amd64'],
                                         platformAnnotations: [('com.example.board'): 'pi']
                      }
                    }
                  }
                }
                """, true));

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        assertThat(JenkinsRule.getLog(run)).contains("platformAnnotations of 'com.example.board' is 'pi'");
    }

    @Test
    void theFormMakesTheSnippet(JenkinsRule jenkins) throws Exception {
        SnippetizerTester tester = new SnippetizerTester(jenkins);
        tester.assertGenerateSnippet(
                """
                {"stapler-class": "io.jenkins.plugins.multiarch.steps.MultiArchBuildStep",
                 "$class": "io.jenkins.plugins.multiarch.steps.MultiArchBuildStep",
                 "image": "demo/hello:1.0", "platforms": "linux/amd64\\n\\nlinux/arm64", "context": ".",
                 "dockerfile": "Dockerfile", "push": true, "failFast": true, "nativeWait": "", "agentRetries": "1",
                 "buildArgs": [{"name": "GREETING", "value": "hi"}, {"name": "", "value": "ignored"}],
                 "labels": {"name": "com.example.team", "value": "payments"}}
                """,
                "multiArchBuild buildArgs: [GREETING: 'hi'], image: 'demo/hello:1.0',"
                        + " labels: [('com.example.team'): 'payments'], platforms: ['linux/amd64', 'linux/arm64']",
                null);
        tester.assertGenerateSnippet(
                """
                {"stapler-class": "io.jenkins.plugins.multiarch.steps.PushManifestListStep",
                 "$class": "io.jenkins.plugins.multiarch.steps.PushManifestListStep",
                 "image": "demo/hello:1.0", "tags": "latest", "attestations": true,
                 "platformAnnotations": [{"platform": "linux/arm64", "name": "board", "value": "pi"},
                                         {"platform": "", "name": "ignored", "value": "x"},
                                         {"platform": "linux/amd64", "name": "", "value": "ignored"}]}
                """,
                "pushManifestList image: 'demo/hello:1.0', platformAnnotations: ['linux/arm64': [board: 'pi']],"
                        + " tags: ['latest']",
                null);
    }

    @Test
    void pushManifestListSnippet(JenkinsRule jenkins) throws Exception {
        PushManifestListStep step = new PushManifestListStep("demo/hello:1.0");
        step.setTags(List.of("latest"));
        step.setAnnotations(Map.of("title", "hello"));

        new SnippetizerTester(jenkins)
                .assertRoundTrip(
                        step,
                        "pushManifestList annotations: [title: 'hello'], image: 'demo/hello:1.0',"
                                + " tags: ['latest']");
    }

    @Test
    void formsSayWhatTheStepWouldSay(JenkinsRule jenkins) {
        MultiArchBuildStep.DescriptorImpl build =
                jenkins.jenkins.getDescriptorByType(MultiArchBuildStep.DescriptorImpl.class);

        assertThat(build.doCheckPlatforms("linux/amd64\nlinux/sparc").getMessage())
                .contains("sparc");
        assertThat(build.doCheckPlatforms("linux/amd64\n\nlinux/arm/v7").kind)
                .isEqualTo(hudson.util.FormValidation.Kind.OK);
        assertThat(build.doCheckImage("").kind).isEqualTo(hudson.util.FormValidation.Kind.ERROR);
        assertThat(build.doCheckImage("demo/Hello").getMessage()).contains("demo/Hello");
    }

    private static List<StepDescriptor> innerSteps() {
        List<StepDescriptor> inner = StepDescriptor.all().stream()
                .filter(DispatchStepDescriptor.class::isInstance)
                .toList();
        assertThat(inner)
                .extracting(StepDescriptor::getFunctionName)
                .contains(
                        "multiArchPlan",
                        "multiArchCommit",
                        "multiArchPrepare",
                        "multiArchCollect",
                        "multiArchCleanUp",
                        "multiArchBakePlan",
                        "multiArchBakeTarget",
                        "multiArchBakeCleanUp");
        return inner;
    }

    /** The Snippet Generator lists every step there is, but those behind the line are not meant for authors. */
    @Test
    void theSnippetGeneratorOffersTheStepsForAuthorsAlone(JenkinsRule jenkins) throws Exception {
        List<String> inner =
                innerSteps().stream().map(StepDescriptor::getFunctionName).toList();
        List<String> listed;
        try (JenkinsRule.WebClient client = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            listed = client.goTo("pipeline-syntax/").getDocumentElement().getElementsByTagName("option").stream()
                    .map(option -> option.getTextContent().strip().replaceFirst(":.*", ""))
                    .toList();
        }
        int line = listed.indexOf("— Advanced/Deprecated —");
        assertThat(line).isPositive();
        assertThat(listed.subList(0, line))
                .contains("multiArchBuild", "multiArchBake", "pushManifestList", "platformNode")
                .doesNotContainAnyElementsOf(inner);
        assertThat(listed.subList(line, listed.size())).containsAll(inner);
    }

    @Test
    void theInnerStepsSayThatAuthorsCannotCallThem(JenkinsRule jenkins) throws Exception {
        for (StepDescriptor inner : innerSteps()) {
            assertThat(DescribableModel.of(inner.clazz).getHelp())
                    .as(inner.getFunctionName())
                    .contains("A part of <code>multiArchBuild</code> or <code>multiArchBake</code>");
            assertThat(inner.getConfigPage())
                    .isEqualTo("/io/jenkins/plugins/multiarch/dispatch/DispatchStep/config.jelly");
        }
    }

    /** They need an order in their context, which exists inside of multiArchBuild or multiArchBake alone. */
    @Test
    void theInnerStepsAreOutOfReach(JenkinsRule jenkins) throws Exception {
        for (StepDescriptor step : innerSteps()) {
            WorkflowJob job = jenkins.createProject(WorkflowJob.class);
            job.setDefinition(new CpsFlowDefinition(
                    // Inside a node, where nothing else that they require is missing.
                    "node { " + step.getFunctionName()
                            + "(platform: 'linux/amd64', shipped: true, started: 1, prepared: [:], images: [])"
                            + (step.takesImplicitBlockArgument() ? " { } }" : " }"),
                    true));
            WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
            assertThat(JenkinsRule.getLog(run))
                    .contains("Required context class")
                    .containsPattern("(Build|Bake)Order is missing");
        }
    }
}
