package io.jenkins.plugins.multiarch.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** What is shown of the targets of a bake file. */
@WithSharedJenkins
class BakeReportTest {

    private JenkinsRule jenkins;
    private JenkinsRule.WebClient client;
    private FreeStyleProject job;
    private FreeStyleBuild run;

    @BeforeEach
    void build(JenkinsRule rule) throws Exception {
        jenkins = rule;
        client = jenkins.createWebClient();
        job = jenkins.createFreeStyleProject("app");
        run = jenkins.buildAndAssertSuccess(job);
    }

    private static List<String> texts(DomNode within, String path) {
        return within.<DomNode>getByXPath(path).stream()
                .map(node -> node.asNormalizedText().replaceAll("\\s+", " "))
                .toList();
    }

    private static List<String> open(HtmlPage page) {
        return texts(page, "//details[contains(@class, 'multiarch-target')][@open]/summary/h2");
    }

    private MultiArchBuildAction action() {
        return run.getAction(MultiArchBuildAction.class);
    }

    private String summary() throws Exception {
        return client.getPage(run).getElementById("multiarch-summary").asNormalizedText();
    }

    @Test
    void thirtyTargetsHaveAnOverviewAndOneSectionEach() throws Exception {
        Sample.bake(run, 27);

        HtmlPage page = client.getPage(run, "multiarch/");

        assertThat(page.getBody().asNormalizedText())
                .contains("30 targets: Failed: 1, Not built: 1, Pushed: 1, Published: 27");
        assertThat(texts(page, "//table[contains(@class, 'multiarch-targets')]/tbody/tr"))
                .hasSize(30)
                .startsWith("Pushed base Pushed 4 40 sec", "Failed broken Failed 3 of 4 40 sec")
                .contains("Published t00 " + Sample.repository("t00") + ": 1.0, latest 4 48 sec")
                .endsWith("Not built unbuilt Not built 0 of 4 "); // no duration
        assertThat(open(page)).containsExactly("broken");
        DomElement section = page.getElementById("target-t07");
        assertThat(section.<DomNode>getByXPath(".//table[contains(@class, 'multiarch-builds')]/tbody/tr"))
                .hasSize(4);
        assertThat(texts(section, ".//h3"))
                .containsExactly("Index " + Sample.repository("t07") + ": 1.0, latest", "Built platforms", "Plan");
        assertThat(texts(page.getElementById("target-broken"), ".//div[contains(@class, 'jenkins-alert')]"))
                .singleElement()
                .asString()
                .startsWith("linux/arm64: Failed: No rule");
        assertThat(page.getByXPath("//a[@href='#target-t07']")).hasSize(1);
        assertThat(summary())
                .contains("30 targets: Failed: 1, Not built: 1, Pushed: 1, Published: 27", "broken: Failed")
                .doesNotContain("t07");
    }

    @Test
    void aFewTargetsAreOpenAndInTheSummary() throws Exception {
        Sample.bake(run, 2);
        Sample.success(run, "");

        HtmlPage page = client.getPage(run, "multiarch/");

        assertThat(page.getByXPath("//table[contains(@class, 'multiarch-targets')]"))
                .isEmpty();
        assertThat(open(page)).containsExactly("base", "broken", "t00", "t01", "unbuilt");
        assertThat(texts(page, "//section/h2")).containsExactly(Sample.NAME);
        assertThat(texts(page, "//section/h3")).contains("Index 1.0, latest");
        assertThat(summary())
                .contains(
                        "5 targets:",
                        "base: Pushed",
                        "t01: Published",
                        Sample.repository("t01") + ": 1.0, latest",
                        "unbuilt: Not built",
                        Sample.NAME + ": linux/amd64");
    }

    @Test
    void theStateIsThatOfTheLastAttempt() throws Exception {
        RunRecord record = new RunRecord(run);
        record.addTargets(List.of(
                new RecordedTarget("app", List.of("linux/amd64", "linux/arm64"), List.of(Sample.IMAGE)),
                new RecordedTarget("files", List.of("linux/amd64"), List.of()),
                new RecordedTarget("late", List.of("linux/amd64"), List.of())));
        PlatformImage amd64 = Sample.image("linux/amd64", "", false, 1, 1);
        PlatformImage arm64 = Sample.image("linux/arm64", "", false, 1, 1);
        record.addBuild(
                PlatformBuild.failed(Sample.IMAGE, false, amd64, "no", "").of("app"));
        record.addBuild(PlatformBuild.succeeded("files:1", Sample.notPushed("linux/amd64", 1))
                .of("files"));
        record.addBuild(
                PlatformBuild.failed("late:1", true, amd64, "stopped", "").of("late"));
        assertThat(states()).containsExactly(TargetState.FAILED, TargetState.BUILT, TargetState.STOPPED);

        record.addBuild(PlatformBuild.succeeded(Sample.IMAGE, amd64).of("app"));
        assertThat(states()).startsWith(TargetState.UNFINISHED);

        record.addBuild(PlatformBuild.succeeded(Sample.IMAGE, arm64).of("app"));
        assertThat(states()).startsWith(TargetState.PUSHED);

        record.addFailedPush(ImageReference.parse(Sample.IMAGE), "403");
        assertThat(states()).startsWith(TargetState.FAILED);

        record.addIndex(Sample.index(List.of(amd64, arm64), Map.of(), List.of("1.0")));
        assertThat(states()).startsWith(TargetState.PUBLISHED);
        // A multiArchBake that is told again after a restart, or that plans more.
        record.addTargets(List.of(new RecordedTarget("app", List.of("linux/amd64", "linux/s390x"), List.of("app:2"))));
        assertThat(action().getTargets())
                .extracting(RecordedTarget::getName, RecordedTarget::getPlatforms, RecordedTarget::getReferences)
                .startsWith(tuple(
                        "app", List.of("linux/amd64", "linux/arm64", "linux/s390x"), List.of(Sample.IMAGE, "app:2")))
                .hasSize(3);
    }

    private List<TargetState> states() {
        return action().getTargetReports().getAll().stream()
                .map(TargetReport::getState)
                .toList();
    }

    @Test
    void theRemoteApiNamesTheTarget() throws Exception {
        Sample.bake(run, 1);
        new RunRecord(run).addFailedPush(ImageReference.parse(Sample.repository("broken") + ":1.0"), "no");
        Sample.success(run, "");

        JsonNode report = new ObjectMapper()
                .readTree(client.goTo(run.getUrl() + "multiarch/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString());

        assertThat(report.get("targets").findValuesAsText("name")).containsExactly("base", "broken", "t00", "unbuilt");
        assertThat(report.at("/targets/2/references/1").asText()).isEqualTo(Sample.repository("t00") + ":latest");
        assertThat(report.get("builds").findValuesAsText("bakeTarget"))
                .startsWith("base", "base", "base", "base", "broken")
                .endsWith("t00", "", "", "");
        assertThat(report.get("indexes").findValuesAsText("bakeTarget")).containsExactly("t00", "");
        assertThat(report.get("plans").findValuesAsText("bakeTarget"))
                .startsWith("base")
                .endsWith("");
        assertThat(report.get("failedPushes").findValuesAsText("bakeTarget")).containsExactly("broken");
    }

    @Test
    void theTrendHasTheSlowestTargetsOrThePlatformsOfOne() throws Exception {
        Sample.bake(run, 27);
        run = jenkins.buildAndAssertSuccess(job);
        Sample.bake(run, 27);
        client = jenkins.createWebClient().withJavaScriptEnabled(false);

        HtmlPage page = client.getPage(job);

        assertThat(texts(page, "//*[@class='test-trend-caption']"))
                .containsExactly(
                        "Build duration of the 5 slowest targets (s)",
                        "Compressed image size of the 5 largest targets (MiB)");
        PlatformTrends trends = job.getAction(PlatformTrends.class);
        JsonNode durations =
                new ObjectMapper().readTree(trends.getTargetDurations().getBuildTrendModel());
        assertThat(durations.get("series").findValuesAsText("name")).containsExactly("t22", "t23", "t24", "t25", "t26");
        assertThat(durations.at("/series/4/data").toString()).isEqualTo("[152.0,152.0]");
        assertThat(trends.getTargets()).hasSize(30);
        HtmlForm form = page.querySelector(".multiarch-choice");
        form.getSelectByName("target").setSelectedAttribute("broken", true);

        HtmlPage chosen = form.<DomElement>getFirstByXPath(".//button").click();

        assertThat(chosen.getUrl().getQuery()).isEqualTo("target=broken");
        assertThat(texts(chosen, "//*[@class='test-trend-caption']"))
                .containsExactly(
                        "Build duration of broken by platform (s)",
                        "Compressed image size of broken by platform (MiB)");
        assertThat(chosen.<HtmlForm>querySelector(".multiarch-choice")
                        .getSelectByName("target")
                        .getSelectedOptions())
                .extracting(DomNode::asNormalizedText)
                .containsExactly("broken");
        assertThat(new ObjectMapper()
                        .readTree(trends.sizesOf("broken").getBuildTrendModel())
                        .get("series")
                        .findValuesAsText("name"))
                .containsExactly("linux/amd64", "linux/ppc64le", "linux/s390x");
    }
}
