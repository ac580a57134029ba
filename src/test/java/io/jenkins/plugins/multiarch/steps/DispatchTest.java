package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.libs.GlobalLibraries;
import org.jenkinsci.plugins.workflow.libs.LibraryConfiguration;
import org.jenkinsci.plugins.workflow.libs.SCMRetriever;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** The script that multiArchBuild runs, beside the scripts of the author. */
@Tag("integration")
@WithSharedJenkins
class DispatchTest {

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private Path context;

    @BeforeEach
    void startAgent(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        RoomyAgent.add(jenkins, "agent", "linux", temp.resolve("agent"), 2);
        context = BusyboxContext.create(temp.resolve("context"));
    }

    @AfterEach
    void removeLibraries() {
        GlobalLibraries.get().setLibraries(List.of());
    }

    private WorkflowRun build(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return jenkins.buildAndAssertSuccess(job);
    }

    private static String multiArchBuild() {
        return "multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], builder: 'buildah', push: false";
    }

    @Test
    void aBuildKeepsAndReplaysTheAuthorsScriptAlone() throws Exception {
        WorkflowRun run = build("""
                node('linux') {
                    sh 'cp -R %s/. .'
                    %s
                    writeFile file: 'more.groovy', text: 'echo "MORE"'
                    load 'more.groovy'
                }
                """.formatted(context, multiArchBuild()));

        assertThat(run.getAction(ReplayAction.class).getOriginalLoadedScripts()).containsOnlyKeys("Script1");
        assertThat(run.getAction(ReplayAction.class).getOriginalLoadedScripts().get("Script1"))
                .isEqualTo("echo \"MORE\"");
        assertThat(Files.readString(run.getRootDir().toPath().resolve("build.xml")))
                .doesNotContain("known.prepared");
    }

    @Test
    void aSharedLibraryDoesNotReplaceItsSteps() throws Exception {
        Path library = temp.resolve("library");
        Path variables = Files.createDirectories(library.resolve("vars"));
        for (String step :
                List.of("node", "sh", "parallel", "ws", "checkout", "multiArchPlan", "multiArchPrepare", "build")) {
            Files.writeString(
                    variables.resolve(step + ".groovy"),
                    "def call(Object... arguments) { error 'the library was called instead of %s' }".formatted(step));
        }
        LibraryConfiguration configuration =
                new LibraryConfiguration("library", new SCMRetriever(new DirectorySCM(library, Map.of())));
        configuration.setDefaultVersion("1");
        configuration.setImplicit(true);
        GlobalLibraries.get().setLibraries(List.of(configuration));

        WorkflowRun run = build("""
                steps.node('linux') {
                    steps.sh 'cp -R %s/. .'
                    %s
                }
                """.formatted(context, multiArchBuild()));

        assertThat(JenkinsRule.getLog(run)).contains("Built linux/amd64, not pushed");
    }

    @Test
    void twoAtOnceShareNoVariables() throws Exception {
        WorkflowRun run = build("""
                def both = [:]
                node('linux') {
                    sh 'cp -R %s/. .'
                    for (name in ['one', 'two']) {
                        def image = "localhost:1/${name}:1"
                        both[name] = { multiArchBuild image: image, platforms: ['linux/amd64'], builder: 'buildah', push: false }
                    }
                    def built = parallel both
                    echo "SIZES ${built.one.size()} ${built.two.size()}"
                }
                """.formatted(context));

        assertThat(JenkinsRule.getLog(run))
                .contains("Built localhost:1/one:1: ", "Built localhost:1/two:1: ", "SIZES 1 1");
    }
}
