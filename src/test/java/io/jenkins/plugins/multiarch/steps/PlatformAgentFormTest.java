package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.AutoCompletionCandidates;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import java.util.List;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlOption;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlSelect;
import org.htmlunit.html.HtmlTextArea;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The Directive Generator's form of {@code agent { platform '...' }}, and what it makes of it. */
@WithSharedJenkins
class PlatformAgentFormTest {

    private JenkinsRule jenkins;

    @BeforeEach
    void start(JenkinsRule rule) {
        jenkins = rule;
    }

    /** The page with the form, filled in with a platform; the other fields are as they were. */
    private HtmlPage open(JenkinsRule.WebClient client, WorkflowJob job) throws Exception {
        HtmlPage page = client.getPage(job, "directive-generator");
        choose(page, "agent: ");
        choose(page, "platform: ");
        input(page, "platform").setValue("linux/arm/v7");
        return page;
    }

    /** The one option of the page that begins so. */
    private static void choose(HtmlPage page, String beginning) {
        List<HtmlOption> options = page.getDocumentElement().getElementsByTagName("option").stream()
                .map(HtmlOption.class::cast)
                .filter(option -> option.getText().startsWith(beginning))
                .toList();
        assertThat(options).as(beginning).hasSize(1);
        options.get(0).getEnclosingSelect().setSelectedAttribute(options.get(0), true);
        page.getWebClient().waitForBackgroundJavaScript(60_000);
    }

    private static HtmlForm form(HtmlPage page) {
        return page.getFormByName("config");
    }

    /** A field of this agent; other agents, of whom the page has the forms too, have fields of the same names. */
    private static HtmlInput input(HtmlPage page, String field) {
        HtmlInput platform = form(page).getInputByName("_.platform");
        return field.equals("platform")
                ? platform
                : platform.getFirstByXPath("following::input[@name='_." + field + "']");
    }

    private static String generate(HtmlPage page) throws Exception {
        DomElement button = page.getFirstByXPath(
                "//*[starts-with(@id, 'prototypeButton_')]/descendant-or-self::*[self::input or self::button]");
        assertThat(button).as(page.asXml()).isNotNull();
        button.click();
        page.getWebClient().waitForBackgroundJavaScript(60_000);
        return ((HtmlTextArea) page.getFirstByXPath("//textarea[starts-with(@id, 'prototypeText_')]"))
                .getText()
                .strip();
    }

    @Test
    void makesDirectivesThatAPipelineRuns() throws Exception {
        PretendedAgents.createPi(jenkins, "pi");
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        try (JenkinsRule.WebClient client = jenkins.createWebClient()) {
            HtmlPage page = open(client, job);
            String minimal = generate(page);
            assertThat(minimal).isEqualTo("agent {\n  platform 'linux/arm/v7'\n}");

            HtmlSelect emulation = form(page).getSelectByName("_.emulation");
            assertThat(emulation.getOptions())
                    .extracting(HtmlOption::getValueAttribute)
                    .containsExactly("", "fallback", "never", "always");
            emulation.setSelectedAttribute("never", true);
            input(page, "customWorkspace").setValue("own");
            input(page, "retries").setValue("3");
            String complete = generate(page);
            assertThat(complete.lines().map(String::strip))
                    .containsExactlyInAnyOrder(
                            "agent {",
                            "platform {",
                            "platform 'linux/arm/v7'",
                            "emulation 'never'",
                            "customWorkspace 'own'",
                            "retries 3",
                            "}",
                            "}");
            for (String directive : List.of(minimal, complete)) {
                job.setDefinition(new CpsFlowDefinition(
                        "pipeline {\n" + directive + "\nstages { stage('Only') { steps { echo env.NODE_NAME } } } }",
                        true));
                jenkins.assertLogContains("Running on pi in ", jenkins.buildAndAssertSuccess(job));
            }
        }
    }

    @Test
    void helpsWithEveryField() throws Exception {
        PlatformAgent.DescriptorImpl descriptor =
                jenkins.jenkins.getDescriptorByType(PlatformAgent.DescriptorImpl.class);
        assertThat(descriptor.doCheckPlatform("linux/sparc").getMessage()).contains("Unknown architecture");
        assertThat(descriptor.doCheckPlatform(" ").getMessage()).isEqualTo("Required");
        assertThat(values(descriptor.doAutoCompletePlatform("ARM/"))).containsExactly("linux/arm/v7", "linux/arm/v6");
        assertThat(values(descriptor.doAutoCompletePlatform("sparc"))).isEmpty();
        try (JenkinsRule.WebClient client = jenkins.createWebClient()) {
            for (String field : List.of("platform", "emulation", "customWorkspace", "retries")) {
                HtmlPage help = client.goTo(helpFile(descriptor, field));
                assertThat(help.asNormalizedText()).as(field).isNotBlank();
            }
            assertThat(client.goTo(helpFile(descriptor, null)).asNormalizedText())
                    .contains("agent { platform 'linux/arm64' }");
        }
    }

    /** Relative to the address of Jenkins; null for the help of the whole. */
    private String helpFile(PlatformAgent.DescriptorImpl descriptor, String field) throws Exception {
        return jenkins.executeOnServer(() -> descriptor.getHelpFile(field)).substring(1);
    }

    private static List<String> values(AutoCompletionCandidates candidates) {
        return candidates.getValues();
    }
}
