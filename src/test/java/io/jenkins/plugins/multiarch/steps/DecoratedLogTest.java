package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.WithSharedJenkins;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** The log inside of what other plugins offer to decorate it. */
@Tag("integration")
@WithSharedJenkins
class DecoratedLogTest {

    /** As the Timestamper plugin shows it in HTML, and as it writes it. */
    private static final Pattern TIME = Pattern.compile(
            "<span class=\"timestamp\"><b>[0-9:]+</b> </span>|<span style=\"display: none\">\\[.*?]</span> ?"
                    + "|(?m)^\\[[-0-9T:.]+Z] ?");

    private static final Pattern OTHER_TAG = Pattern.compile("</?(?!a\\b)[a-z]+\\b[^>]*>");
    private static final Pattern DURATION = Pattern.compile("[0-9.]+ (sec|min|ms)( [0-9]+ (sec|ms))? +");

    /** The lines from the plan to the sum, without what differs from run to run, each with what is before it gone. */
    private static List<String> ours(String log, String image) {
        return TIME.matcher(log)
                .replaceAll("")
                .lines()
                .map(line -> OTHER_TAG.matcher(line).replaceAll(""))
                .filter(line -> line.matches("(Plan for|Built) \\S*" + image + ":.*|  linux/\\S+  .*"))
                .map(line -> DURATION.matcher(line).replaceAll("DURATION ").replace(image, "IMAGE"))
                .collect(Collectors.toList());
    }

    private static String html(WorkflowRun run) throws Exception {
        StringWriter html = new StringWriter();
        run.getLogText().writeHtmlTo(0, html);
        return html.toString();
    }

    private static WorkflowRun run(JenkinsRule jenkins, String image, String before, String after) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, image);
        job.setDefinition(new CpsFlowDefinition("""
                node('builder') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /\\n'
                    %s
                    multiArchBuild image: 'registry.example.com/%s', platforms: ['linux/amd64', 'linux/s390x'],
                                   builder: 'buildah', push: false
                    %s
                }
                """.formatted(before, image, after), true));
        return jenkins.buildAndAssertSuccess(job);
    }

    @Test
    void keepsItsLinksAndColumns(JenkinsRule jenkins, @TempDir Path directory) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        RoomyAgent.add(jenkins, "builder", "builder", directory, 3);

        WorkflowRun plain = run(jenkins, "plain", "", "");
        WorkflowRun coloured = run(jenkins, "coloured", "ansiColor('xterm') {", "}");
        WorkflowRun timed = run(jenkins, "timed", "timestamps {", "}");
        WorkflowRun both = run(jenkins, "both", "ansiColor('xterm') { timestamps {", "} }");

        List<String> lines = ours(JenkinsRule.getLog(plain), "plain");
        assertThat(lines).hasSize(6);
        assertThat(lines.get(1).indexOf("native")).isEqualTo(lines.get(2).indexOf("emulated"));
        assertThat(lines.get(4).indexOf("buildah")).isEqualTo(lines.get(5).indexOf("buildah"));
        List<String> links = ours(html(plain), "plain");
        assertThat(links.get(3)).contains("/jenkins/job/IMAGE/1/multiarch/'>Multi-arch images</a>");
        assertThat(links.subList(4, 6)).allMatch(line -> line.contains("/jenkins/computer/builder/'"));
        for (WorkflowRun run : List.of(plain, coloured, timed, both)) {
            String image = run.getParent().getName();
            String log = JenkinsRule.getLog(run);
            assertThat(log).doesNotContain("\u001B");
            assertThat(ours(log, image)).as(image).isEqualTo(lines);
            assertThat(ours(html(run), image)).as(image).isEqualTo(links);
        }
        assertThat(html(timed)).contains("class=\"timestamp\"");
    }
}
