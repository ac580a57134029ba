package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Label;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.browser.Chromium;
import io.jenkins.plugins.multiarch.browser.EnforcedPolicy;
import java.net.URL;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The pages in Chromium, with Jenkins' Content-Security-Policy enforced. */
@Tag("integration")
@WithSharedJenkins
class PagesInBrowserTest {

    @Test
    void showWhatAgentsSayAsText(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = OfflineAgent.create(jenkins, "hostile", HostileMachine.record());
        URL all = new URL(jenkins.getURL(), "manage/multiarch/");
        URL one = new URL(jenkins.getURL(), agent.toComputer().getUrl() + "multiarch/");
        EnforcedPolicy.assertOn(all);
        try (Chromium browser = new Chromium()) {
            for (URL page : new URL[] {all, one, new URL(jenkins.getURL(), "computer/")}) {
                for (int width : new int[] {1300, 400}) {
                    browser.look(width, 900, width == 400);
                    browser.open(page);
                    if (!page.getPath().endsWith("computer/")) {
                        assertThat(browser.evaluate("document.querySelector('#main-panel').innerText"))
                                .contains(HostileMachine.SCRIPT);
                        browser.awaitFit();
                    }
                    assertThat(browser.evaluate("window.hacked")).isEmpty();
                }
            }
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** Jenkins probes such an agent again by itself, sooner or later: perhaps just before the page is opened. */
    private static void openAfterFailedProbe(Chromium browser, URL page, DumbSlave agent) throws Exception {
        String shown = "";
        for (int attempt = 0; attempt < 3 && !shown.contains("The last probe failed"); attempt++) {
            AgentRecords.get().put(agent, AgentRecord.neverAnswered("gone"));
            browser.open(page);
            shown = browser.evaluate("document.querySelector('#main-panel').innerText");
        }
        assertThat(shown).contains("The last probe failed: gone");
    }

    @Test
    void probeNowShowsTheNewResult(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0); // so that the page has one row
        DumbSlave agent = jenkins.createOnlineSlave(Label.get("mine"));
        Probed.await(agent);
        for (String path : new String[] {"manage/multiarch/", agent.toComputer().getUrl() + "multiarch/"}) {
            try (Chromium browser = new Chromium()) {
                openAfterFailedProbe(browser, new URL(jenkins.getURL(), path), agent);
                Instant before = Instant.now();

                browser.evaluate("document.querySelector('form[action=probe] button').click()");
                browser.awaitTrue("document.getElementById('notification-bar')" + "?.innerText.includes('probed')");

                assertThat(AgentRecords.get().of(agent).orElseThrow().probed()).isAfter(before);
                assertThat(browser.evaluate("document.querySelector('#main-panel').innerText"))
                        .contains("linux/")
                        .doesNotContain("The last probe failed");
                assertThat(browser.complaints()).isEmpty();
            }
        }
    }
}
