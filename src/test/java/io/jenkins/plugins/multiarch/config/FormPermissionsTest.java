package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.security.Permission;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry;
import io.jenkins.plugins.multiarch.steps.MultiArchBuildStep;
import io.jenkins.plugins.multiarch.steps.PushManifestListStep;
import java.net.URL;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** Who may call what the forms of the configuration call. */
@WithSharedJenkins
class FormPermissionsTest {

    /** Switched off unless an administrator installs plugins for them. */
    private static final Permission[] OPTIONAL = {Jenkins.MANAGE, Jenkins.SYSTEM_READ, Item.EXTENDED_READ};

    private static final List<String> USERS =
            List.of("anonymous", "reader", "viewer", "configurer", "manager", "administrator");

    private final Map<String, JenkinsRule.WebClient> clients = new HashMap<>();
    private JenkinsRule jenkins;
    private ScriptedRegistry registry;

    @BeforeEach
    void secure(JenkinsRule rule) throws Exception {
        jenkins = rule;
        registry = new ScriptedRegistry(request -> new ScriptedRegistry.Reply(200, Map.of(), new byte[] {'{', '}'}, 2));
        for (Permission permission : OPTIONAL) {
            permission.setEnabled(true);
        }
        jenkins.createProject(Folder.class, "team");
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "hidden", "", "bob", "s3cret"));
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader", "viewer", "configurer", "manager")
                .grant(Jenkins.SYSTEM_READ)
                .everywhere()
                .to("viewer")
                .grant(Item.CONFIGURE, Item.EXTENDED_READ)
                .everywhere()
                .to("configurer")
                .grant(Jenkins.MANAGE)
                .everywhere()
                .to("manager")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("administrator"));
        for (String user : USERS) {
            JenkinsRule.WebClient client = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
            // Those who come with a token need no crumb.
            clients.put(user, user.equals("anonymous") ? client : client.withBasicApiToken(user));
        }
    }

    @AfterEach
    void disable() {
        for (Permission permission : OPTIONAL) {
            permission.setEnabled(false);
        }
        clients.values().forEach(JenkinsRule.WebClient::close);
        registry.close();
    }

    private WebResponse call(
            String user, HttpMethod method, String place, Class<? extends Descriptor<?>> form, String what)
            throws Exception {
        String descriptor = jenkins.jenkins.getDescriptorByType(form).getDescriptorUrl();
        WebRequest request = new WebRequest(new URL(jenkins.getURL(), place + descriptor + "/" + what), method);
        JenkinsRule.WebClient client = clients.get(user);
        return client.loadWebResponse(
                method == HttpMethod.POST && user.equals("anonymous") ? client.addCrumb(request) : request);
    }

    private Map<String, Integer> statuses(String place, Class<? extends Descriptor<?>> form, String what)
            throws Exception {
        Map<String, Integer> found = new LinkedHashMap<>();
        for (String user : USERS) {
            found.put(user, call(user, HttpMethod.POST, place, form, what).getStatusCode());
        }
        assertThat(call("administrator", HttpMethod.GET, place, form, what).getStatusCode())
                .as("GET %s", what)
                .isIn(404, 405);
        return found;
    }

    /** In the order of {@link #USERS}. */
    private static Map<String, Integer> expected(int... statuses) {
        Map<String, Integer> expected = new LinkedHashMap<>();
        for (int i = 0; i < statuses.length; i++) {
            expected.put(USERS.get(i), statuses[i]);
        }
        return expected;
    }

    @Test
    void theGlobalFormIsForThoseWhoManageJenkins() throws Exception {
        Map<String, Integer> managers = expected(403, 403, 403, 403, 200, 200);
        for (String what : List.of(
                "checkPlatforms?value=linux/amd64",
                "checkEmulationLabel?value=a",
                "checkNativeWait?value=1",
                "checkEmulatorInstaller?value=a",
                "checkRegistryPrefix?value=a.b",
                "checkRequestDeadline?value=1",
                "checkRequestRetries?value=1",
                "checkContextRetention?value=1",
                "autoCompleteEmulationLabel?value=b")) {
            assertThat(statuses("", MultiArchBuildConfiguration.class, what))
                    .as(what)
                    .isEqualTo(managers);
        }
        assertThat(statuses("", PlatformLabel.DescriptorImpl.class, "checkPlatform?value=arm64"))
                .isEqualTo(managers);
        assertThat(statuses("", PlatformLabel.DescriptorImpl.class, "checkLabel?value=a"))
                .isEqualTo(managers);
        assertThat(statuses("", PlatformLabel.DescriptorImpl.class, "autoCompleteLabel?value=a"))
                .isEqualTo(managers);
        assertThat(statuses("", RegistryEntry.DescriptorImpl.class, "checkHost?value=a.b"))
                .isEqualTo(managers);
        assertThat(statuses("", RegistryEntry.DescriptorImpl.class, "checkPlainHttp?value=true"))
                .isEqualTo(managers);
        assertThat(statuses("", RegistryEntry.DescriptorImpl.class, "checkMirror?value=a.b&host=c.d"))
                .isEqualTo(managers);
    }

    @Test
    void theFormOfAFolderIsForThoseWhoConfigureIt() throws Exception {
        Map<String, Integer> configurers = expected(403, 403, 403, 200, 403, 200);
        String place = "job/team/";
        assertThat(statuses(place, MultiArchFolderProperty.DescriptorImpl.class, "checkPlatforms?value=arm64"))
                .isEqualTo(configurers);
        assertThat(statuses(place, MultiArchFolderProperty.DescriptorImpl.class, "checkRegistryPrefix?value=a.b"))
                .isEqualTo(configurers);
        assertThat(statuses(place, PlatformLabel.DescriptorImpl.class, "checkPlatform?value=arm64"))
                .isEqualTo(configurers);
        assertThat(statuses(place, PlatformLabel.DescriptorImpl.class, "checkLabel?value=a"))
                .isEqualTo(configurers);
        assertThat(statuses(place, PlatformLabel.DescriptorImpl.class, "autoCompleteLabel?value=a"))
                .isEqualTo(configurers);
        assertThat(statuses(place, RegistryEntry.DescriptorImpl.class, "checkHost?value=a.b"))
                .isEqualTo(configurers);
    }

    @Test
    void onlyWhoMayConfigureMakesTheControllerConnect() throws Exception {
        String test = "testConnection?credentialsId=hidden&plainHttp=false&caCredentialsId=&repository=&host="
                + registry.address();
        assertThat(statuses("", RegistryEntry.DescriptorImpl.class, test))
                .isEqualTo(expected(403, 403, 403, 403, 403, 200));
        assertThat(registry.asked).hasSize(1);
        assertThat(statuses("job/team/", RegistryEntry.DescriptorImpl.class, test))
                .isEqualTo(expected(403, 403, 403, 200, 403, 200));
        assertThat(registry.asked).hasSize(3);
    }

    @Test
    void credentialsAreListedForWhoMayUseThem() throws Exception {
        String globally = "fillCredentialsIdItems?credentialsId=current";
        for (Class<? extends Descriptor<?>> form :
                List.of(MultiArchBuildConfiguration.class, RegistryEntry.DescriptorImpl.class)) {
            assertLists("", form, globally, "administrator");
        }
        for (Class<? extends Descriptor<?>> form : List.of(
                MultiArchFolderProperty.DescriptorImpl.class,
                RegistryEntry.DescriptorImpl.class,
                MultiArchBuildStep.DescriptorImpl.class,
                PushManifestListStep.DescriptorImpl.class)) {
            assertLists("job/team/", form, globally, "configurer", "administrator");
        }
        String authority = call(
                        "reader",
                        HttpMethod.POST,
                        "job/team/",
                        RegistryEntry.DescriptorImpl.class,
                        "fillCaCredentialsIdItems?caCredentialsId=current")
                .getContentAsString();
        assertThat(authority).contains("current").doesNotContain("hidden");
    }

    private void assertLists(String place, Class<? extends Descriptor<?>> form, String what, String... who)
            throws Exception {
        for (String user : USERS) {
            WebResponse answer = call(user, HttpMethod.POST, place, form, what);
            String as = user + " at " + place + form;
            if (List.of(who).contains(user)) {
                assertThat(answer.getContentAsString()).as(as).contains("hidden", "current");
            } else {
                assertThat(answer.getContentAsString()).as(as).doesNotContain("hidden");
            }
            assertThat(answer.getContentAsString()).doesNotContain("s3cret");
        }
    }
}
