package io.jenkins.plugins.multiarch.report;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.browser.Chromium;
import io.jenkins.plugins.multiarch.browser.EnforcedPolicy;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The report in Chromium, with Jenkins' Content-Security-Policy enforced. */
@Tag("integration")
@WithSharedJenkins
class ReportInBrowserTest {

    @Test
    void showsWhatOthersWriteAsText(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("app");
        FreeStyleBuild run = jenkins.buildAndAssertSuccess(job);
        Sample.failure(run, Sample.SCRIPT, "make: " + Sample.SCRIPT);
        new RunRecord(run)
                .addIndex(Sample.index(
                        List.of(Sample.image("linux/amd64", "", false, 1, 1)),
                        Map.of("com.example.note", Sample.SCRIPT, "com.example." + "long".repeat(100), "x".repeat(400)),
                        List.of("1.0")));
        URL build = new URL(jenkins.getURL(), run.getUrl());
        URL report = new URL(build, "multiarch/");
        EnforcedPolicy.assertOn(report);
        try (Chromium browser = new Chromium()) {
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
                        browser.awaitFit();
                    }
                    assertThat(shown).contains(Sample.NAME);
                    assertThat(browser.evaluate("window.hacked")).isEmpty();
                }
            }
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void theButtonsCopy(JenkinsRule jenkins) throws Exception {
        FreeStyleBuild run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject("app"));
        PublishedIndex index = Sample.success(run, "built-in");
        String digest = index.digest().toString();
        URL page = new URL(jenkins.getURL(), run.getUrl() + "multiarch/");
        EnforcedPolicy.assertOn(page);
        try (Chromium browser = new Chromium()) {
            browser.permitClipboard(page);
            browser.look(1300, 900, false);
            browser.open(page);
            String buttons = "document.querySelectorAll('#main-panel .jenkins-copy-button')";
            List<String> copied = new ArrayList<>();
            int count = Integer.parseInt(browser.evaluate(buttons + ".length + ''"));
            for (int i = 0; i < count; i++) {
                browser.evaluate("navigator.clipboard.writeText('nothing')");
                browser.evaluate(buttons + "[" + i + "].click()");
                String before = "nothing";
                String now = before;
                for (int look = 0; now.equals(before) && look < 100; look++) { // the page copies in its own time
                    now = browser.clipboard();
                }
                copied.add(now);
            }

            assertThat(copied)
                    .hasSize(13)
                    .contains(digest, "docker pull " + Sample.IMAGE, "podman pull " + Sample.NAME + "@" + digest)
                    .contains(Sample.NAME + "@" + Sample.digest("linux/s390x"))
                    .doesNotContain("nothing");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void drawsTheBars(JenkinsRule jenkins) throws Exception {
        FreeStyleBuild run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject("app"));
        Sample.success(run, "built-in");
        try (Chromium browser = new Chromium()) {
            browser.look(1300, 900, false);
            browser.open(new URL(jenkins.getURL(), run.getUrl() + "multiarch/"));

            assertThat(browser.evaluate("[...document.querySelectorAll('.multiarch-bar rect')]"
                            + ".map(bar => bar.getBoundingClientRect().width > 0 && getComputedStyle(bar).fill !== 'rgb(0, 0, 0)')"
                            + ".join()"))
                    .isEqualTo("true,true,true");
            // As a theme with other colours does it.
            browser.evaluate("document.documentElement.style.setProperty('--green', 'rgb(1, 2, 3)')");
            assertThat(browser.evaluate("getComputedStyle(document.querySelector('.multiarch-bar--native')).fill"))
                    .isEqualTo("rgb(1, 2, 3)");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void aTargetIsFoundAmongThirty(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("app");
        FreeStyleBuild run = jenkins.buildAndAssertSuccess(job);
        Sample.bake(run, 27);
        Sample.bake(jenkins.buildAndAssertSuccess(job), 27);
        URL page = new URL(jenkins.getURL(), run.getUrl() + "multiarch/");
        EnforcedPolicy.assertOn(page);
        try (Chromium browser = new Chromium()) {
            for (int width : new int[] {1300, 400}) {
                browser.look(width, 900, width == 400);
                browser.open(page);
                browser.awaitFit();
                assertThat(browser.evaluate("document.querySelector('#target-t07').checkVisibility() + ''"))
                        .isEqualTo("false");

                browser.evaluate("document.querySelector('a[href=\"#target-t07\"]').click()");

                // The section opens, with its name in sight.
                browser.awaitTrue("document.querySelector('#target-t07').checkVisibility()");
                browser.awaitTrue(
                        "(box => box.top >= 0 && box.bottom <= innerHeight)(document.querySelector('#target-t07')"
                                + ".closest('details').querySelector('h2').getBoundingClientRect())");
                browser.awaitFit();
                if (width == 1300) {
                    // A table as wide as its place, with its border.
                    browser.awaitTrue("[...document.querySelectorAll('#target-t07 .multiarch-index')]"
                            + ".every(table => table.offsetWidth <= table.parentElement.clientWidth)");
                }
            }
            browser.look(1300, 900, false);
            browser.open(new URL(jenkins.getURL(), job.getUrl() + "?target=t07"));
            browser.awaitTrue("[...document.querySelectorAll('.echarts-trend')]"
                    + ".filter(chart => chart.echart?.getOption()?.series?.length === 4).length === 2");
            browser.evaluate("document.querySelector('#multiarch-target').value = ''");
            browser.evaluate("document.querySelector('.multiarch-choice button').click()");
            browser.awaitTrue("[...document.querySelectorAll('.echarts-trend')]"
                    + ".filter(chart => chart.echart?.getOption()?.series?.length === 5).length === 2");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void thePageOfTheJobDrawsTheTrends(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("app");
        Sample.success(jenkins.buildAndAssertSuccess(job), "");
        Sample.success(jenkins.buildAndAssertSuccess(job), "");
        URL page = new URL(jenkins.getURL(), job.getUrl());
        EnforcedPolicy.assertOn(page);
        try (Chromium browser = new Chromium()) {
            browser.look(1300, 900, false);
            browser.open(page);

            browser.awaitTrue("[...document.querySelectorAll('.echarts-trend')]"
                    + ".filter(chart => chart.echart?.getOption()?.series?.length === 3).length === 2");
            assertThat(browser.evaluate("document.querySelectorAll('.echarts-trend canvas').length"))
                    .isEqualTo("2");
            browser.look(400, 900, true);
            browser.open(page);
            browser.awaitTrue("document.querySelectorAll('.echarts-trend canvas').length === 2");
            // A chart is wider than that; it can be scrolled to its left end.
            assertThat(browser.evaluate("(box => box.scrollWidth > box.clientWidth"
                            + " && box.getBoundingClientRect().left >= 0 && box.getBoundingClientRect().right <= 400"
                            + " && box.querySelector('.echarts-trend').getBoundingClientRect().left >= 0)"
                            + "(document.querySelector('.multiarch-trend'))"))
                    .isEqualTo("true");
            browser.awaitFit();
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
