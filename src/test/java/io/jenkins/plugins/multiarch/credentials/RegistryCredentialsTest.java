package io.jenkins.plugins.multiarch.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.HostnameSpecification;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleBuild;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class RegistryCredentialsTest {

    @Test
    void aCredentialServesTheHostsOfItsDomain(JenkinsRule jenkins) throws Exception {
        SystemCredentialsProvider.getInstance()
                .setDomainCredentialsMap(Map.of(
                        new Domain("team", "", List.of(new HostnameSpecification("registry.example.com", ""))),
                        List.of(new UsernamePasswordCredentialsImpl(
                                CredentialsScope.GLOBAL, "team", "", "robot", "not-a-word-of-any-log"))));
        FreeStyleBuild run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());

        assertThat(RegistryCredentials.find(run, Optional.of("team"), "registry.example.com"))
                .hasValueSatisfying(found -> assertThat(found.username()).isEqualTo("robot"));
        assertThatThrownBy(() -> RegistryCredentials.find(run, Optional.of("team"), "registry.example.org"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'team' for registry.example.org");
    }
}
