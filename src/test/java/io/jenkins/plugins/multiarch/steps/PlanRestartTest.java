package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import hudson.ExtensionList;
import hudson.model.ItemGroup;
import hudson.plugins.git.BranchSpec;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.UserRemoteConfig;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;
import org.springframework.security.core.Authentication;

/** A controller that restarts while it plans. */
@Tag("integration")
@WithOwnJenkins
class PlanRestartTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @TempDir
    private Path temp;

    private void git(String script) throws Exception {
        var result = new LocalCommandRunner()
                .run(
                        List.of(
                                "sh",
                                "-ec",
                                "cd " + temp.resolve("repository") + "; alias git='git -c user.name=T -c"
                                        + " user.email=t@example.com'\n" + script),
                        Duration.ofMinutes(1));
        assertThat(result.succeeded()).as(result.stderr()).isTrue();
    }

    /** A provider that says when it is asked, and never answers. */
    private static final class FarCredentials extends CredentialsProvider {

        private final CountDownLatch asked = new CountDownLatch(1);

        @Override
        public <C extends Credentials> List<C> getCredentialsInItemGroup(
                Class<C> type, ItemGroup group, Authentication authentication, List<DomainRequirement> requirements) {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return List.of();
        }
    }

    @Test
    void theDockerfileOfThePinnedCommitCountsAfterwards() throws Throwable {
        Path repository = Files.createDirectory(temp.resolve("repository"));
        Files.writeString(repository.resolve("app"), "a program");
        Files.writeString(repository.resolve("Dockerfile"), "FROM scratch\nCOPY app /app\n");
        Files.writeString(
                repository.resolve("Jenkinsfile"),
                "multiArchBuild image: 'localhost:1/app:1', push: false, platforms: ['linux/riscv64'],"
                        + " emulation: 'never', logins: [[registry: 'localhost:1', credentialsId: 'registry']]\n");
        git("git init -q --initial-branch=main; git add .; git commit -q -m Begin");
        sessions.then(jenkins -> {
            jenkins.jenkins.setNumExecutors(0);
            StoredCredential.add("registry", "robot", "s3cr3t-w0rd");
            FarCredentials far = new FarCredentials();
            ExtensionList.lookup(CredentialsProvider.class).add(0, far);
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "job");
            CpsScmFlowDefinition definition = new CpsScmFlowDefinition(
                    new GitSCM(
                            List.of(new UserRemoteConfig(repository.toUri().toString(), null, null, null)),
                            List.of(new BranchSpec("*/main")),
                            null,
                            null,
                            List.of()),
                    "Jenkinsfile");
            definition.setLightweight(true);
            job.setDefinition(definition);
            job.scheduleBuild2(0).waitForStart();
            assertThat(far.asked.await(60, TimeUnit.SECONDS)).isTrue();
        });
        git("echo 'RUN [\"/app\"]' >> Dockerfile; git commit -q -a -m Later");
        sessions.then(jenkins -> {
            RoomyAgent.add(jenkins, "only", "linux", temp.resolve("only"), 1);
            WorkflowRun run =
                    jenkins.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(JenkinsRule.getLog(run))
                    .contains("Resuming build at ")
                    .containsOnlyOnce("Every agent checks out commit ")
                    .contains(
                            "linux/riscv64  without machine  any agent  no machine needed: the Dockerfile runs nothing")
                    .contains("Built linux/riscv64, not pushed");
        });
    }
}
