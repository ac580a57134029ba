package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Node;
import hudson.model.Result;
import hudson.plugins.git.BranchSpec;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.UserRemoteConfig;
import hudson.plugins.git.extensions.GitSCMExtension;
import hudson.plugins.git.extensions.impl.RelativeTargetDirectory;
import hudson.scm.SCM;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jenkins.branch.BranchSource;
import jenkins.plugins.git.GitSCMSource;
import jenkins.plugins.git.traits.BranchDiscoveryTrait;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code source: 'scm'}: whether the Dockerfile runs anything is known before any agent has checked it out. */
@Tag("integration")
@WithSharedJenkins
class PlanBeforeCheckoutTest {

    private static final String RUNS_NOTHING = "FROM scratch\nCOPY app /app\nCMD [\"/app\"]\n";
    private static final String RUNS = "FROM scratch\nCOPY app /app\nRUN [\"/app\"]\n";
    private static final String WITHOUT_MACHINE =
            "linux/riscv64 +without machine +any agent +no machine needed: the Dockerfile runs nothing";
    private static final String NOT_READ = "Cannot read Dockerfile before the checkout: ";

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private Path repository;

    @BeforeEach
    void addAgent(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        repository = Files.createDirectory(temp.resolve("repository"));
        Files.writeString(repository.resolve("app"), "a program");
        Files.writeString(repository.resolve("Dockerfile"), RUNS_NOTHING);
        RoomyAgent.add(jenkins, "only", "linux", temp.resolve("only"), 1);
    }

    private String git(String... arguments) throws Exception {
        return new GitDirectory(repository).git(arguments);
    }

    /** @return the commit, of the branch {@code feature/one} */
    private String commit(String jenkinsfile) throws Exception {
        Files.writeString(repository.resolve("Jenkinsfile"), jenkinsfile);
        git("init", "--quiet", "--initial-branch=feature/one");
        git("add", ".");
        git("commit", "--quiet", "-m", "Begin");
        return git("rev-parse", "HEAD");
    }

    private SCM repository(GitSCMExtension... extensions) {
        return new GitSCM(
                List.of(new UserRemoteConfig(repository.toUri().toString(), null, null, null)),
                List.of(new BranchSpec("*/feature/one")),
                null,
                null,
                List.of(extensions));
    }

    private WorkflowJob job(SCM scm, boolean lightweight) throws Exception {
        CpsScmFlowDefinition definition = new CpsScmFlowDefinition(scm, "Jenkinsfile");
        definition.setLightweight(lightweight);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(definition);
        return job;
    }

    private WorkflowRun build(Result expected, SCM scm, boolean lightweight) throws Exception {
        return jenkins.buildAndAssertStatus(expected, job(scm, lightweight));
    }

    private static String step(String parameters) {
        return "multiArchBuild image: 'localhost:1/demo/scm:1', push: false, " + parameters + "\n";
    }

    @Test
    void anotherPlatformNeedsNoMachineAndHasTheCommitOfThePlan() throws Exception {
        try (RealRegistry registry = RealRegistry.start()) {
            String commit = commit("""
                    multiArchBuild image: '%s/demo/scm:1.0', platforms: ['linux/amd64', 'linux/riscv64'], publish: true
                    """.formatted(registry.address()));
            // A later commit would fail.
            String moves = "cd %s; echo 'RUN [\"/app\"]' >> Dockerfile;".formatted(repository)
                    + " git -c user.name=T -c user.email=t@example.com commit --quiet -a -m x";

            WorkflowRun run = build(Result.SUCCESS, repository(new GitHook(moves, "")), true);

            assertThat(JenkinsRule.getLog(run))
                    .contains("Every agent checks out commit " + commit)
                    .containsPattern("linux/amd64 +native ")
                    .containsPattern(WITHOUT_MACHINE)
                    .contains("Pushed linux/riscv64 as " + registry.address() + "/demo/scm@sha256:");
            assertThat(git("rev-list", "--count", commit + "..HEAD"))
                    .as("commits that landed")
                    .isEqualTo("2");
            assertThat(run.getAction(MultiArchBuildAction.class).getImages())
                    .extracting(PlatformImage::getRevision)
                    .containsExactly(commit, commit);
        }
    }

    @Test
    void insideOfANodeItIsBuiltInPlace() throws Exception {
        commit("node('linux') { "
                + step("platforms: ['linux/riscv64'], emulation: 'never', source: 'scm'")
                        .strip() + " }");

        assertThat(JenkinsRule.getLog(build(Result.SUCCESS, repository(), true)))
                .containsPattern("linux/riscv64 +without machine +in place ")
                .contains("Built linux/riscv64, not pushed");
    }

    /** It has chosen the commit itself. */
    @Test
    void aMultibranchProjectDoesSoWithADockerfileOutsideOfTheContext() throws Exception {
        Path docker = Files.createDirectories(repository.resolve("docker"));
        Files.writeString(docker.resolve("Release"), "FROM scratch\nCOPY . /\n");
        Files.writeString(
                Files.createDirectories(repository.resolve("sub/context")).resolve("file"), "");
        String commit = commit(
                step(
                        "platforms: ['linux/riscv64'], emulation: 'never', context: 'sub/context', dockerfile: '../../docker/Release'"));
        WorkflowMultiBranchProject project = jenkins.createProject(WorkflowMultiBranchProject.class);
        GitSCMSource source = new GitSCMSource(repository.toUri().toString());
        source.setTraits(List.of(new BranchDiscoveryTrait()));
        project.getSourcesList().add(new BranchSource(source));
        project.scheduleBuild2(0).getFuture().get();
        jenkins.waitUntilNoActivity();

        WorkflowRun run = project.getItem("feature%2Fone").getLastBuild();

        jenkins.assertBuildStatusSuccess(run);
        assertThat(JenkinsRule.getLog(run))
                .containsPattern(WITHOUT_MACHINE)
                .contains("Checking out Revision " + commit)
                .contains("Built linux/riscv64, not pushed");
    }

    @Test
    void aProgramThatIsRunIsNamedAsTheReason() throws Exception {
        Files.writeString(repository.resolve("Dockerfile"), RUNS);
        commit(step("platforms: ['linux/s390x']"));

        assertThat(JenkinsRule.getLog(build(Result.FAILURE, repository(), true)))
                .containsPattern(
                        "linux/s390x +emulated .*; not without a machine: Dockerfile, line 3: RUN '\\[\"/app\"]' runs a program, which needs a machine of the platform\n")
                .doesNotContain(NOT_READ);
    }

    /** What is fetched is the same, and then something changes it. */
    @Test
    void aProgramThatOnlyTheCheckoutHasFailsItsPlatform() throws Exception {
        commit(step("platforms: ['linux/riscv64'], emulation: 'never'"));

        assertThat(JenkinsRule.getLog(build(Result.FAILURE, repository(new GitHook("", RUNS)), true)))
                .containsPattern(WITHOUT_MACHINE)
                .contains(
                        "ERROR: Dockerfile, line 3: RUN '[\"/app\"]' runs a program, which needs a machine of the platform."
                                + " The plan for linux/riscv64 was made for another Dockerfile, which runs nothing. Build again.")
                .doesNotContain("\tat ");
    }

    @Test
    void anScmWithoutLightweightCheckoutIsPlannedAsBefore() throws Exception {
        Files.writeString(
                repository.resolve("Jenkinsfile"),
                step("platforms: ['linux/riscv64', 'windows/amd64'], emulation: 'never'"));
        assertThat(JenkinsRule.getLog(build(Result.FAILURE, new DirectorySCM(repository, Map.of()), false)))
                .contains(NOT_READ
                        + "the SCM of this job has no lightweight checkout. So these are not planned without a machine:"
                        + " linux/riscv64. If the Dockerfile runs nothing, set builder: 'jib'.")
                .contains("Nothing can build linux/riscv64");

        Files.writeString(repository.resolve("Jenkinsfile"), step("platforms: ['linux/amd64']"));
        assertThat(JenkinsRule.getLog(build(Result.SUCCESS, new DirectorySCM(repository, Map.of()), false)))
                .containsPattern("linux/amd64 +native ")
                .doesNotContain(NOT_READ);
    }

    @Test
    void whatCannotBeReadIsPlannedAsBefore() throws Exception {
        commit(step("platforms: ['linux/riscv64'], emulation: 'never'"));

        assertThat(JenkinsRule.getLog(build(Result.FAILURE, repository(new RelativeTargetDirectory("sub")), true)))
                .contains(NOT_READ + "the checkout moves or merges files.")
                .contains("Nothing can build linux/riscv64");

        Files.delete(repository.resolve("Dockerfile"));
        Files.createSymbolicLink(repository.resolve("Dockerfile"), Path.of("app"));
        git("add", ".");
        git("commit", "--quiet", "-m", "Link");
        assertThat(JenkinsRule.getLog(build(Result.FAILURE, repository(), true)))
                .contains(NOT_READ + "the commit has no such file, or a link in its place.");
    }

    @Test
    void nothingIsReadIfItWouldChangeNothing() throws Exception {
        Files.delete(repository.resolve("Dockerfile"));
        commit(step("platforms: ['linux/riscv64'], emulation: 'never', test: 'true'")
                        .replace("multiArchBuild", "try { multiArchBuild")
                + "} catch (e) { echo \"FIRST ${e.message}\" }\n"
                + step("platforms: ['linux/riscv64'], builder: 'jib'"));

        assertThat(JenkinsRule.getLog(build(Result.FAILURE, repository(), true)))
                .contains("FIRST Nothing can build linux/riscv64")
                .containsPattern(WITHOUT_MACHINE)
                .contains("There is no Dockerfile 'Dockerfile' in the build context")
                .doesNotContain(NOT_READ);
    }

    /** No agent emulates the platform, so that a plan by agents alone would fail. */
    @Test
    void ifTheAgentIsLostAnyOtherTakesOver() throws Exception {
        DumbSlave spare = RoomyAgent.add(jenkins, "spare", "spare", temp.resolve("spare"), 1);
        spare.setMode(Node.Mode.EXCLUSIVE);
        try (RealRegistry registry = RealRegistry.start();
                RegistryGate gate = new RegistryGate(registry.address(), "", null)) {
            gate.hold("PUT /v2/demo/app/manifests/.*");
            commit("multiArchBuild image: '%s/demo/app:1', platforms: ['linux/riscv64'], emulation: 'never'"
                    .formatted(gate.address()));
            WorkflowJob job = job(repository(), true);
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitHeld();
            spare.setMode(Node.Mode.NORMAL);
            jenkins.jenkins.getComputer("only").disconnect(null).get();
            gate.open();

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(JenkinsRule.getLog(run))
                    .containsOnlyOnce("linux/riscv64: agent 'only' was lost (")
                    .contains(
                            "linux/riscv64  without machine  any agent  no machine needed: the Dockerfile runs nothing");
            assertThat(run.getAction(MultiArchBuildAction.class).getImages())
                    .extracting(PlatformImage::getNode)
                    .containsExactly("spare");
        }
    }
}
