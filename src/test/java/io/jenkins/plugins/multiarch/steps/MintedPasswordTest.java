package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.impl.BaseStandardCredentials;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** A credential that makes another password for each use, as those of clouds and GitHub Apps do. */
@Tag("integration")
@WithSharedJenkins
class MintedPasswordTest {

    private static final AtomicInteger MINTED = new AtomicInteger();

    private static final class Minting extends BaseStandardCredentials implements StandardUsernamePasswordCredentials {

        Minting() {
            super(CredentialsScope.GLOBAL, "minting", "");
        }

        @NonNull
        @Override
        public String getUsername() {
            return "robot";
        }

        @NonNull
        @Override
        public Secret getPassword() {
            return Secret.fromString("minted-password-" + MINTED.incrementAndGet());
        }
    }

    @TempDir
    private Path temp;

    @Test
    void theOneThatIsUsedIsMasked(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        RoomyAgent.add(jenkins, "only", "linux", temp.resolve("only"), 2);
        SystemCredentialsProvider.getInstance().getCredentials().add(new Minting());
        Path context = BusyboxContext.create(temp.resolve("context"));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('linux') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64', 'linux/arm64'],
                        builder: 'buildah', credentialsId: 'minting', failFast: false,
                        test: 'echo LOGIN; cat "$REGISTRY_AUTH_FILE"; exit 3'
                }
                """.formatted(context), true));

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        String log = JenkinsRule.getLog(run);
        assertThat(log).contains("LOGIN").contains("****").doesNotContain("minted-password");
        assertThat(MINTED.get()).as("passwords").isGreaterThan(2);
        for (int i = 1; i <= MINTED.get(); i++) {
            String pair = "robot:minted-password-" + i;
            assertThat(log).doesNotContain(Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
