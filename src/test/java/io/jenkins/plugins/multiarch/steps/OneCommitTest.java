package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.model.Result;
import hudson.model.TaskListener;
import hudson.plugins.git.BranchSpec;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.UserRemoteConfig;
import hudson.scm.SCM;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.checkout.GitCommitPin;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * {@code source: 'scm'} while commits land. There is one executor, so the platforms are built one after the other; the test of
 * each one commits.
 */
@Tag("integration")
@WithSharedJenkins
class OneCommitTest {

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private Path context;

    @BeforeEach
    void addAgent(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        context = BusyboxContext.create(temp.resolve("context"));
        RoomyAgent.add(jenkins, "only", "linux", temp.resolve("only"), 1);
    }

    private void writeJenkinsfile(RealRegistry registry, String test) throws Exception {
        Files.writeString(context.resolve("Jenkinsfile"), """
                multiArchBuild image: '%1$s/demo/scm:1.0', platforms: ['linux/amd64', 'linux/arm64'], builder: 'buildah',
                    failFast: false, test: '%2$s'
                pushManifestList image: '%1$s/demo/scm:1.0'
                """.formatted(registry.address(), test));
    }

    private String git(String... arguments) throws Exception {
        return new GitDirectory(context).git(arguments);
    }

    /**
     * Makes the context a repository, with a Jenkinsfile whose tests commit to it.
     *
     * @return the first commit
     */
    private String commitWhileBuilding(RealRegistry registry) throws Exception {
        git("init", "--quiet", "--initial-branch=main");
        writeJenkinsfile(
                registry,
                "git -C " + context + " -c user.name=T -c user.email=t@example.com commit --quiet --allow-empty -m x");
        git("add", ".");
        git("commit", "--quiet", "-m", "Begin");
        return git("rev-parse", "HEAD");
    }

    private GitSCM repository(String branches) {
        return new GitSCM(
                List.of(new UserRemoteConfig(context.toUri().toString(), null, null, null)),
                List.of(new BranchSpec(branches)),
                null,
                null,
                List.of());
    }

    private WorkflowJob job(SCM scm, boolean lightweight) throws Exception {
        CpsScmFlowDefinition definition = new CpsScmFlowDefinition(scm, "Jenkinsfile");
        definition.setLightweight(lightweight);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(definition);
        return job;
    }

    private static List<String> revisions(WorkflowRun run) {
        return run.getAction(MultiArchBuildAction.class).getImages().stream()
                .map(PlatformImage::getRevision)
                .toList();
    }

    @Test
    void everyPlatformIsBuiltFromTheCommitThatWasTheNewest() throws Exception {
        try (RealRegistry registry = RealRegistry.start()) {
            String commit = commitWhileBuilding(registry);
            WorkflowJob job = job(repository("*/main"), true);

            WorkflowRun run = jenkins.buildAndAssertSuccess(job);

            assertThat(git("rev-list", "--count", commit + "..main"))
                    .as("commits that landed")
                    .isEqualTo("2");
            jenkins.assertLogContains("Every agent checks out commit " + commit, run);
            assertThat(revisions(run)).containsExactly(commit, commit);
            assertThat(run.getAction(MultiArchBuildAction.class)
                            .getIndexes()
                            .get(0)
                            .getAnnotations())
                    .containsEntry("org.opencontainers.image.revision", commit)
                    .containsEntry(
                            "org.opencontainers.image.source", context.toUri().toString());
            assertThat(job.poll(TaskListener.NULL).hasChanges())
                    .as("whether polling sees the newer commits")
                    .isTrue();
        }
    }

    @Test
    void aPasswordInTheUrlIsNotPartOfTheError() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("echo 'any build'", true));
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        GitSCM scm = new GitSCM(
                List.of(new UserRemoteConfig("http://robot:s3cr3t@127.0.0.1:1/team/app.git", null, null, null)),
                List.of(new BranchSpec("main")),
                null,
                null,
                List.of());

        assertThatThrownBy(() -> new GitCommitPin().find(run, scm))
                .hasMessageContaining("127.0.0.1:1/team/app.git")
                .hasMessageNotContaining("s3cr3t");
    }

    /** The controller cannot tell the newest commit of a pattern of branches before one of them is checked out. */
    @Test
    void theFirstCheckoutCountsIfTheControllerCannotAsk() throws Exception {
        try (RealRegistry registry = RealRegistry.start()) {
            String commit = commitWhileBuilding(registry);
            WorkflowJob job = job(repository("*/ma*"), false);
            GitSCM.ALLOW_LOCAL_CHECKOUT = true; // the Jenkinsfile, by the controller
            try {
                WorkflowRun run = jenkins.buildAndAssertSuccess(job);

                jenkins.assertLogNotContains("Every agent checks out commit", run);
                assertThat(revisions(run)).containsExactly(commit, commit);
            } finally {
                GitSCM.ALLOW_LOCAL_CHECKOUT = false;
            }
        }
    }

    @Test
    void aPlatformOfAnotherCommitFails() throws Exception {
        try (RealRegistry registry = RealRegistry.start()) {
            writeJenkinsfile(registry, "true");
            WorkflowRun run =
                    jenkins.buildAndAssertStatus(Result.FAILURE, job(new DirectorySCM(context, Map.of(), true), false));

            assertThat(JenkinsRule.getLog(run))
                    .contains(
                            "got another commit than the other platforms: SVN_REVISION is 3, not 2. Somebody has pushed")
                    .contains("Build again.");
            assertThat(revisions(run)).isEmpty();
        }
    }
}
