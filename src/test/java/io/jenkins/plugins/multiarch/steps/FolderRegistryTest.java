package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.ItemGroup;
import hudson.model.Result;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.MultiArchFolderProperty;
import io.jenkins.plugins.multiarch.config.RegistryEntry;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** A Pipeline that names neither registry nor credential: a folder does, and the global configuration. */
@WithSharedJenkins
class FolderRegistryTest {

    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("bob:s3cret".getBytes(StandardCharsets.UTF_8));

    private JenkinsRule jenkins;
    private ScriptedRegistry registry;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        registry = new ScriptedRegistry(request -> BASIC.equals(request.authorization())
                ? new ScriptedRegistry.Reply(404, Map.of(), new byte[0], 0)
                : new ScriptedRegistry.Reply(401, Map.of("WWW-Authenticate", "Basic realm=\"lab\""), new byte[0], 0));
        MultiArchBuildConfiguration.get().setRegistryPrefix(registry.address() + "/global");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private String log(ItemGroup<?> parent) throws Exception {
        WorkflowJob job = parent instanceof Folder folder
                ? folder.createProject(WorkflowJob.class, "push")
                : jenkins.createProject(WorkflowJob.class, "push");
        job.setDefinition(new CpsFlowDefinition("pushManifestList image: 'app:1', sources: ['app:arm']", true));
        return JenkinsRule.getLog(jenkins.buildAndAssertStatus(Result.FAILURE, job));
    }

    @Test
    void theEntryOfTheFolderGivesTheCredential() throws Exception {
        Folder team = jenkins.createProject(Folder.class, "team");
        for (CredentialsStore store : CredentialsProvider.lookupStores(team)) {
            if (store.getProvider() instanceof FolderCredentialsProvider) {
                store.addCredentials(
                        Domain.global(),
                        new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "ours", "", "bob", "s3cret"));
            }
        }
        RegistryEntry entry = new RegistryEntry(registry.address());
        entry.setCredentialsId("ours");
        MultiArchFolderProperty property = new MultiArchFolderProperty();
        property.setRegistryPrefix(registry.address() + "/team");
        property.setRegistries(List.of(entry));
        team.addProperty(property);

        // It was let in, and did not find what is not there.
        assertThat(log(team))
                .contains(registry.address() + "/team/app:arm")
                .contains("404")
                .doesNotContain("401");
        assertThat(log(jenkins.jenkins))
                .contains(registry.address() + "/global/app:arm")
                .contains("401")
                .contains("Set credentialsId in the step");

        // Outside of the folder, its credential cannot be used even if it is named.
        MultiArchBuildConfiguration.get().setRegistries(List.of(entry));
        Folder other = jenkins.createProject(Folder.class, "other");
        assertThat(log(other)).contains("'ours'").contains("may use").doesNotContain("s3cret");
    }
}
