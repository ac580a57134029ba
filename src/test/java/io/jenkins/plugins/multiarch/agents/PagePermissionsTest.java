package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Computer;
import hudson.security.Permission;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

@WithSharedJenkins
class PagePermissionsTest {

    /** Switched off unless an administrator installs plugins for them. */
    private static final Permission[] OPTIONAL = {Jenkins.MANAGE, Jenkins.SYSTEM_READ, Computer.EXTENDED_READ};

    private JenkinsRule jenkins;
    private DumbSlave agent;

    @BeforeEach
    void secure(JenkinsRule rule) throws Exception {
        jenkins = rule;
        for (Permission permission : OPTIONAL) {
            permission.setEnabled(true);
        }
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader", "viewer", "manager", "connector", "inspector")
                .grant(Jenkins.SYSTEM_READ)
                .everywhere()
                .to("viewer")
                .grant(Jenkins.MANAGE)
                .everywhere()
                .to("manager")
                .grant(Computer.CONNECT)
                .everywhere()
                .to("connector")
                .grant(Computer.EXTENDED_READ)
                .everywhere()
                .to("inspector")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("administrator"));
        agent = OfflineAgent.create(jenkins, "remote", HostileMachine.record());
    }

    @AfterEach
    void disable() {
        for (Permission permission : OPTIONAL) {
            permission.setEnabled(false);
        }
    }

    private int status(String user, HttpMethod method, String path) throws Exception {
        try (JenkinsRule.WebClient client = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false)) {
            if (!user.equals("anonymous")) {
                client.withBasicCredentials(user); // the form of the login would be drawn anew for each request
            }
            WebRequest request = new WebRequest(new URL(jenkins.getURL(), path), method);
            // Not getPage, which would follow the page of a refusal to the login form.
            return client.loadWebResponse(method == HttpMethod.POST ? client.addCrumb(request) : request)
                    .getStatusCode();
        }
    }

    @Test
    void decideWhoSeesWhatAndWhoProbes() throws Exception {
        // All agents: page and remote API, probe one, probe all; one agent: page and remote API, probe.
        assertStatus("anonymous", 403, 403, 403, 403, 403);
        assertStatus("reader", 403, 403, 403, 403, 403);
        assertStatus("viewer", 200, 403, 403, 200, 403);
        assertStatus("manager", 200, 200, 200, 200, 200);
        assertStatus("connector", 403, 403, 403, 200, 200);
        assertStatus("inspector", 403, 403, 403, 200, 403);
        assertStatus("administrator", 200, 200, 200, 200, 200);
        assertFactsDoNotLeakThroughTheApiOfTheAgent();
    }

    private void assertStatus(String user, int all, int probe, int probeAll, int one, int probeOne) throws Exception {
        String page = "manage/multiarch/";
        String own = agent.toComputer().getUrl() + "multiarch/";
        List<Integer> found = new ArrayList<>();
        found.add(status(user, HttpMethod.GET, page));
        found.add(status(user, HttpMethod.GET, page + "api/json"));
        found.add(status(user, HttpMethod.POST, page + "probe?agent=remote&page=1"));
        found.add(status(user, HttpMethod.POST, page + "probeAll"));
        found.add(status(user, HttpMethod.GET, own));
        found.add(status(user, HttpMethod.GET, own + "api/json"));
        found.add(status(user, HttpMethod.POST, own + "probe"));
        assertThat(found).as(user).containsExactly(all, all, probe, probeAll, one, one, probeOne);
    }

    @Test
    void nothingIsProbedByGetOrThatDoesNotExist() throws Exception {
        assertThat(status("administrator", HttpMethod.GET, "manage/multiarch/probe?agent=remote"))
                .isEqualTo(405);
        assertThat(status("administrator", HttpMethod.GET, "manage/multiarch/probeAll"))
                .isEqualTo(405);
        assertThat(status("administrator", HttpMethod.GET, agent.toComputer().getUrl() + "multiarch/probe"))
                .isEqualTo(405);
        assertThat(status("administrator", HttpMethod.POST, "manage/multiarch/probe?agent=nobody"))
                .isEqualTo(404);
    }

    /** By way of the actions or the monitors of a computer. */
    private void assertFactsDoNotLeakThroughTheApiOfTheAgent() throws Exception {
        try (JenkinsRule.WebClient client = jenkins.createWebClient().login("reader")) {
            String answer = client.goTo(agent.toComputer().getUrl() + "api/json?depth=3", "application/json")
                    .getWebResponse()
                    .getContentAsString();
            assertThat(answer).doesNotContain("hacked").doesNotContain("linux/arm64");
        }
    }
}
