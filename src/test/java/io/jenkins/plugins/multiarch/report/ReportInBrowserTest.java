package io.jenkins.plugins.multiarch.report;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarch.agents.Chromium;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The report in Chromium, with Jenkins' Content-Security-Policy enforced. */
@Tag("integration")
@WithJenkins
class ReportInBrowserTest {

    private static final String WIDER_THAN_WINDOW =
            "document.documentElement.scrollWidth > document.documentElement.clientWidth";

    // The browser's processes may write into their profile until the very end.
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path profile;

    private static void assertPolicyIsEnforced(URL page) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page.toURI()).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("script-src 'report-sample' 'self';"));
    }

    @Test
    void showsWhatOthersWriteAsText(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("app");
        FreeStyleBuild run = jenkins.buildAndAssertSuccess(job);
        Sample.failure(run, Sample.SCRIPT, "make: " + Sample.SCRIPT);
        MultiArchBuildAction.recordIndex(
                run,
                Sample.index(
                        List.of(Sample.image("linux/amd64", "", false, 1, 1)),
                        Map.of("com.example.note", Sample.SCRIPT, "com.example." + "long".repeat(100), "x".repeat(400)),
                        List.of("1.0")));
        URL build = new URL(jenkins.getURL(), run.getUrl());
        URL report = new URL(build, "multiarch/");
        assertPolicyIsEnforced(report);
        try (Chromium browser = new Chromium(profile)) {
            for (URL page : new URL[] {report, build}) {
                for (int width : new int[] {1300, 400}) {
                    browser.look(width, 900, width == 400);
                    browser.open(page);
                    String shown = browser.evaluate("document.querySelector('#main-panel').innerText");
                    if (page == report) {
                        assertThat(shown)
                                .contains("linux/arm64: Failed: " + Sample.SCRIPT)
                                .contains("make: " + Sample.SCRIPT)
                                .contains("com.example.note");
                        assertThat(browser.evaluate(WIDER_THAN_WINDOW))
                                .as("wider than %d px", width)
                                .isEqualTo("false");
                    }
                    assertThat(shown).contains(Sample.NAME);
                    assertThat(browser.evaluate("window.hacked")).isEmpty();
                }
            }
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void drawsTheBars(JenkinsRule jenkins) throws Exception {
        FreeStyleBuild run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject("app"));
        Sample.success(run, "built-in");
        try (Chromium browser = new Chromium(profile)) {
            browser.look(1300, 900, false);
            browser.open(new URL(jenkins.getURL(), run.getUrl() + "multiarch/"));

            assertThat(browser.evaluate("[...document.querySelectorAll('.multiarch-bar rect')]"
                            + ".map(bar => bar.getBoundingClientRect().width > 0 && getComputedStyle(bar).fill !== 'rgb(0, 0, 0)')"
                            + ".join()"))
                    .isEqualTo("true,true,true");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void thePageOfTheJobDrawsTheTrends(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("app");
        Sample.success(jenkins.buildAndAssertSuccess(job), "");
        Sample.success(jenkins.buildAndAssertSuccess(job), "");
        URL page = new URL(jenkins.getURL(), job.getUrl());
        assertPolicyIsEnforced(page);
        try (Chromium browser = new Chromium(profile)) {
            browser.look(1300, 900, false);
            browser.open(page);

            browser.awaitTrue("[...document.querySelectorAll('.echarts-trend')]"
                    + ".filter(chart => chart.echart?.getOption()?.series?.length === 3).length === 2");
            assertThat(browser.evaluate("document.querySelectorAll('.echarts-trend canvas').length"))
                    .isEqualTo("2");
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
