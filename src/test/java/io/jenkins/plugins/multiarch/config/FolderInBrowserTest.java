package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.browser.BrowserForm;
import io.jenkins.plugins.multiarch.browser.Chromium;
import io.jenkins.plugins.multiarch.browser.EnforcedPolicy;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.net.URL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The form of a folder in Chromium, with Jenkins' Content-Security-Policy enforced and a credential of the folder. */
@Tag("integration")
@WithSharedJenkins
class FolderInBrowserTest {

    private static final String PASSWORD = "s3cr$t pässword";

    /** A field of the row for a registry, if it is there and has one of that name; else the first in our section. */
    private static String field(String name) {
        String selector = "querySelector(\"[name='_." + name + "']\")";
        return "(document.querySelector(\"[name='_.mirror']\")?.closest('.repeated-chunk')?." + selector
                + " ?? document.querySelector(\"[name='_.registryPrefix']\")?.closest('section')?." + selector
                + " ?? null)";
    }

    @Test
    void theFormIsFilledTriedOutAndSaved(JenkinsRule jenkins) throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "team");
        store(folder)
                .addCredentials(
                        Domain.global(),
                        new UsernamePasswordCredentialsImpl(
                                CredentialsScope.GLOBAL, "of-the-team", "Robot of the team", "robot", PASSWORD));
        URL page = new URL(jenkins.getURL(), "job/team/configure");
        EnforcedPolicy.assertOn(page);
        try (RealRegistry registry = RealRegistry.start("robot", PASSWORD);
                Chromium browser = new Chromium()) {
            BrowserForm form = new BrowserForm(browser, FolderInBrowserTest::field);
            browser.look(1200, 1000, false);
            browser.open(page);
            form.type("platforms", "linux/arm64 linux/vax");
            form.awaitText("linux/vax", true);
            form.type("platforms", "linux/arm64");
            form.awaitText("linux/vax", false);
            form.type("registryPrefix", registry.address() + "/team");
            form.press("Add platform");
            form.awaitText("A platform is required", true);
            form.type("platform", "linux/arm64");
            form.type("label", "graviton");
            form.awaitText("A platform is required", false);
            form.press("Add registry");
            form.awaitText("The registry has no host", true);
            form.type("host", registry.address());
            form.awaitText("The registry has no host", false);
            browser.awaitTrue("performance.getEntriesByType('resource').filter(entry =>"
                    + " entry.name.includes('RegistryEntry/fillCredentialsIdItems')).length >= 2");
            form.choose("credentialsId", "of-the-team");
            form.type("repository", "team/app");
            form.press("Test connection");
            form.awaitText("Connected to " + registry.address() + " as robot.", true);
            form.awaitText("In team/app: pull granted, push granted.", true);
            assertThat(browser.evaluate("document.documentElement.outerHTML")).doesNotContain(PASSWORD);
            form.press("Save");
            browser.awaitTrue("location.pathname.endsWith('/job/team/')");
            MultiArchFolderProperty saved = folder.getProperties().get(MultiArchFolderProperty.class);
            assertThat(saved.getPlatforms()).containsExactly("linux/arm64");
            assertThat(saved.getRegistryPrefix()).isEqualTo(registry.address() + "/team");
            assertThat(saved.getPlatformLabels())
                    .extracting(PlatformLabel::getPlatform, PlatformLabel::getLabel)
                    .containsExactly(tuple("linux/arm64", "graviton"));
            assertThat(saved.getRegistries())
                    .extracting(RegistryEntry::getHost, RegistryEntry::getCredentialsId)
                    .containsExactly(tuple(registry.address(), "of-the-team"));

            // As it comes on a phone, with what was saved. The rest of the page is of others.
            browser.look(400, 1000, true);
            browser.open(page);
            String section = field("registryPrefix") + "?.closest('section')";
            browser.awaitTrue(
                    field("mirror") + " !== null && [..." + section + ".querySelectorAll('*')].every(element =>"
                            + " element.getBoundingClientRect().right <= document.documentElement.clientWidth)");
            // These are of the choices of credentials, and of the page of the folder.
            assertThat(browser.complaints())
                    .filteredOn(complaint -> !complaint.contains("find the expected status element")
                            && !complaint.contains("behavior-loading is deprecated"))
                    .isEmpty();
        }
    }

    private static CredentialsStore store(Folder folder) {
        for (CredentialsStore store : CredentialsProvider.lookupStores(folder)) {
            if (store.getProvider() instanceof FolderCredentialsProvider && store.getContext() == folder) {
                return store;
            }
        }
        throw new AssertionError("no store");
    }
}
