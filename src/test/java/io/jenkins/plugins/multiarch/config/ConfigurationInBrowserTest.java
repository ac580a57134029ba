package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.browser.BrowserForm;
import io.jenkins.plugins.multiarch.browser.Chromium;
import io.jenkins.plugins.multiarch.browser.EnforcedPolicy;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The global form in Chromium, with Jenkins' Content-Security-Policy enforced and a registry that wants a password. */
@Tag("integration")
@WithSharedJenkins
class ConfigurationInBrowserTest {

    private static final String PASSWORD = "s3cr$t pässword";
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** A field of the row for a registry, if it is there and has one of that name; else the first in the form. */
    private static String field(String name) {
        String selector = "querySelector(\"[name='_." + name + "']\")";
        return "(document.querySelector(\"[name='_.mirror']\")?.closest('.repeated-chunk')?." + selector
                + " ?? document." + selector + ")";
    }

    private static void show(Chromium browser, int width, int height, boolean dark, String name) throws Exception {
        browser.look(width, height, dark);
        browser.evaluate(field("platforms") + ".closest('section').scrollIntoView()");
        Files.createDirectories(SCREENSHOTS);
        browser.screenshot(SCREENSHOTS.resolve(name + ".png"));
    }

    @Test
    void theFormIsFilledTriedOutAndSaved(JenkinsRule jenkins) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "registry", "Robot of the lab", "robot", PASSWORD));
        URL page = new URL(jenkins.getURL(), "manage/configure");
        EnforcedPolicy.assertOn(page);
        try (RealRegistry registry = RealRegistry.start("robot", PASSWORD);
                Chromium browser = new Chromium()) {
            BrowserForm form = new BrowserForm(browser, ConfigurationInBrowserTest::field);
            browser.look(1200, 1000, false);
            browser.open(page);
            form.type("platforms", "linux/amd64 linux/arm64 linux/386");
            form.press("Add platform");
            form.awaitText("A label expression is required", true);
            form.type("platform", "linux/386");
            form.type("label", "amd64 && docker");
            form.awaitText("A label expression is required", false);
            form.awaitText("is not a platform", false);
            form.choose("emulation", "never");
            form.type("registryPrefix", registry.address() + "/team");
            form.press("Add registry");
            form.awaitText("The registry has no host", true);
            form.type("host", registry.address());
            form.awaitText("The registry has no host", false);
            // With another host, the page asks for its credentials again, and then shows what was chosen when it asked.
            browser.awaitTrue("performance.getEntriesByType('resource').filter(entry =>"
                    + " entry.name.includes('RegistryEntry/fillCredentialsIdItems')).length >= 2");
            form.choose("credentialsId", "registry");
            assertThat(form.value("credentialsId")).isEqualTo("registry");
            form.type("repository", "team/app");
            form.press("Test connection");
            String status = "document.querySelector(\"[name='_.mirror']\").closest('.repeated-chunk')"
                    + ".querySelector('.jenkins-validate-button__container__status').textContent";
            browser.awaitTrue(status + ".trim() !== ''");
            assertThat(browser.evaluate(status))
                    .contains("Connected to " + registry.address() + " as robot.")
                    .contains("In team/app: pull granted, push granted.")
                    .contains("The registry identifies itself as test, registry/2.0");
            assertThat(browser.evaluate("document.documentElement.outerHTML")).doesNotContain(PASSWORD);
            show(browser, 1000, 2650, false, "configuration-light");
            show(browser, 1000, 2650, true, "configuration-dark");
            show(browser, 400, 2700, true, "configuration-narrow");
            browser.awaitFit();

            browser.look(1200, 1000, false);
            form.press("Save");
            browser.awaitTrue("!location.href.includes('configure')");
            // That one is of Jenkins itself, about the choices of credentials, which have no place for a status.
            assertThat(browser.complaints())
                    .filteredOn(complaint -> !complaint.contains("find the expected status element"))
                    .isEmpty();

            MultiArchBuildConfiguration configuration = MultiArchBuildConfiguration.get();
            assertThat(configuration.getPlatforms()).containsExactly("linux/amd64", "linux/arm64", "linux/386");
            assertThat(configuration.getPlatformLabels())
                    .extracting(PlatformLabel::getPlatform, PlatformLabel::getLabel)
                    .containsExactly(tuple("linux/386", "amd64 && docker"));
            assertThat(configuration.getEmulation()).isEqualTo("never");
            assertThat(configuration.getRegistryPrefix()).isEqualTo(registry.address() + "/team");
            assertThat(configuration.getRegistries())
                    .extracting(RegistryEntry::getHost, RegistryEntry::getCredentialsId, RegistryEntry::isPlainHttp)
                    .containsExactly(tuple(registry.address(), "registry", false));
        }
    }
}
