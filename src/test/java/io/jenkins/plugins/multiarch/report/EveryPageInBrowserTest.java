package io.jenkins.plugins.multiarch.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.browser.Chromium;
import io.jenkins.plugins.multiarch.browser.EnforcedPolicy;
import java.net.URL;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Every page that the plugin has something on, in Chromium, with Jenkins' Content-Security-Policy enforced. */
@Tag("integration")
@WithSharedJenkins
class EveryPageInBrowserTest {

    /** Jenkins itself, and the plugin for folders, have these on pages without anything of this plugin as well. */
    private static final List<String> OF_OTHERS = List.of(
            "find the expected status element", // of choices of credentials
            "behavior-loading is deprecated",
            "renderOnDemandCallback: selection is no longer valid", // of a choice made while the first form is loaded
            "Blocked attempt to show a 'beforeunload' confirmation panel");

    /**
     * @param path below Jenkins
     * @param ready true once the page has everything
     * @param shown what is on it then
     * @param fits whether it is as wide as a phone, where the others on the page allow that
     */
    private record Page(String path, String ready, String shown, boolean fits) {}

    private static Page page(String path, String shown) {
        return new Page(path, "true", shown, true);
    }

    /** The snippet generator, with a step chosen. */
    private static Page generator(String step, String label) {
        // The form of a step is loaded when it is chosen.
        String choice = "(list => { const index = [...list?.options ?? []].findIndex(option => option.text.startsWith('"
                + step + ":')); if (index >= 0 && list.selectedIndex !== index) { list.selectedIndex = index;"
                + " list.dispatchEvent(new Event('change', {bubbles: true})); }"
                + " return document.body.innerText.includes('" + label + "'); })"
                + "(document.querySelector('select.dropdownList'))";
        return new Page("job/pipeline/pipeline-syntax/", choice, label, true);
    }

    @Test
    void hasNothingForTheConsoleToComplainOf(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("app");
        Sample.success(jenkins.buildAndAssertSuccess(job), "built-in");
        FreeStyleBuild run = jenkins.buildAndAssertSuccess(job);
        Sample.success(run, "built-in");
        Sample.failure(run, "script returned exit code 1", "make: *** No rule");
        jenkins.createProject(WorkflowJob.class, "pipeline");
        jenkins.createProject(Folder.class, "team");
        List<Page> pages = List.of(
                page("manage/multiarch/", "Probe all now"),
                page("computer/(built-in)/multiarch/", "Requirements"),
                new Page("computer/", "true", "Platforms", false),
                new Page(
                        "manage/configure",
                        "document.body.innerText.includes('Default registry credentials')",
                        "Multi-Arch Build",
                        true),
                new Page(
                        "job/team/configure",
                        "document.body.innerText.includes('Default registry credentials')",
                        "Multi-Arch Build",
                        true),
                page(run.getUrl(), Sample.NAME),
                page(run.getUrl() + "multiarch/", "make: *** No rule"),
                new Page(
                        job.getUrl(),
                        "document.querySelectorAll('.echarts-trend canvas').length === 2",
                        "Build duration by platform",
                        true),
                generator("multiArchBuild", "Push the platform images"),
                generator("pushManifestList", "Further tags"),
                generator("platformNode", "Platform"));
        try (Chromium browser = new Chromium()) {
            for (Page page : pages) {
                URL address = new URL(jenkins.getURL(), page.path());
                EnforcedPolicy.assertOn(address);
                for (int width : new int[] {1200, 400}) {
                    browser.look(width, 900, width == 400);
                    browser.open(address);
                    browser.awaitTrue(page.ready());
                    assertThat(browser.evaluate("document.body.innerText"))
                            .as(page.path())
                            .contains(page.shown());
                    if (page.fits() && width == 400) {
                        browser.awaitFit();
                    }
                    assertThat(browser.complaints())
                            .as("%s, %d px", page.path(), width)
                            .filteredOn(complaint -> OF_OTHERS.stream().noneMatch(complaint::contains))
                            .isEmpty();
                }
            }
        }
    }
}
