package io.jenkins.plugins.multiarch.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import java.util.List;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class PlatformTrendTest {

    private JenkinsRule jenkins;
    private FreeStyleProject job;

    @BeforeEach
    void createJob(JenkinsRule rule) throws Exception {
        jenkins = rule;
        job = jenkins.createFreeStyleProject("app");
    }

    private void build(PlatformBuild... platforms) throws Exception {
        jenkins.buildAndAssertSuccess(job);
        for (PlatformBuild platform : platforms) {
            new RunRecord(job.getLastBuild()).addBuild(platform);
        }
    }

    private static PlatformBuild pushed(String platform, long seconds, long size) {
        return PlatformBuild.succeeded(Sample.IMAGE, Sample.image(platform, "builder", false, seconds, size));
    }

    private static JsonNode model(PlatformTrend trend) throws Exception {
        return new ObjectMapper().readTree(trend.getBuildTrendModel());
    }

    private List<String> charts() throws Exception {
        HtmlPage page;
        try (JenkinsRule.WebClient client = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            page = client.getPage(job);
        }
        return page.querySelectorAll(".test-trend-caption").stream()
                .map(DomNode::asNormalizedText)
                .toList();
    }

    @Test
    void isHiddenUntilThereAreTwoBuildsWithData() throws Exception {
        build();
        build(pushed("linux/amd64", 3, 0));
        assertThat(charts()).isEmpty();

        build(pushed("linux/amd64", 4, 1024 * 1024));
        assertThat(charts()).containsExactly("Build duration by platform (s)");

        build(pushed("linux/amd64", 4, 1024 * 1024));
        assertThat(charts())
                .containsExactly("Build duration by platform (s)", "Compressed image size by platform (MiB)");
    }

    @Test
    void onlyJobsThatHaveBuiltImagesHaveThem() throws Exception {
        jenkins.buildAndAssertSuccess(job);
        assertThat(job.getActions(PlatformTrends.class)).isEmpty();

        build(pushed("linux/amd64", 3, 0));
        assertThat(job.getActions(PlatformTrends.class)).hasSize(1);
        assertThat(BuiltImages.of(jenkins.createFreeStyleProject("other"))).isFalse();
    }

    @Test
    void hasALineForEachPlatform() throws Exception {
        build(pushed("linux/amd64", 3, 1024 * 1024), pushed("linux/arm64", 5, 3 * 512 * 1024));
        build();
        Sample.failure(job.getLastBuild(), "broken", "");
        build(pushed("linux/amd64", 4, 2 * 1024 * 1024));

        PlatformTrends trends = job.getAction(PlatformTrends.class);
        JsonNode durations = model(trends.getDurations());
        JsonNode sizes = model(trends.getSizes());

        assertThat(durations.get("domainAxisLabels").toString()).isEqualTo("[\"#1\",\"#2\",\"#3\"]");
        assertThat(durations.get("series").findValuesAsText("name")).containsExactly("linux/amd64", "linux/arm64");
        assertThat(durations.get("series").get(0).get("data").toString()).isEqualTo("[3.0,12.0,4.0]");
        assertThat(durations.get("series").get(1).get("data").toString()).isEqualTo("[5.0,null,null]");
        assertThat(sizes.get("series").get(0).get("data").toString()).isEqualTo("[1.0,3.24,2.0]");
        assertThat(sizes.get("series").get(1).get("data").toString()).isEqualTo("[1.5,null,null]");
    }
}
