package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import io.jenkins.plugins.multiarch.agents.Chromium;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The global form in Chromium, with Jenkins' Content-Security-Policy enforced and a registry that wants a password. */
@Tag("integration")
@WithJenkins
class ConfigurationInBrowserTest {

    private static final String PASSWORD = "s3cr$t pässword";
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    // The browser's processes may write into their profile until the very end.
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path profile;

    /** A field of the row for a registry, if it is there and has one of that name; else the first in the form. */
    private static String field(String name) {
        String selector = "querySelector(\"[name='_." + name + "']\")";
        return "(document.querySelector(\"[name='_.mirror']\")?.closest('.repeated-chunk')?." + selector
                + " ?? document." + selector + ")";
    }

    /** Types a value, as far as the scripts of the page can tell. */
    private static void type(Chromium browser, String name, String value) throws Exception {
        browser.awaitTrue(field(name) + " !== null");
        browser.evaluate("(field => { field.value = '" + value + "';"
                + " for (const event of ['input', 'change', 'blur']) field.dispatchEvent(new Event(event, {bubbles: true}));"
                + " })(" + field(name) + ")");
    }

    /** Waits for a choice, which the page has to ask for, and takes it. */
    private static void choose(Chromium browser, String name, String value) throws Exception {
        browser.awaitTrue("[..." + field(name) + "?.options ?? []].some(option => option.value === '" + value + "')");
        type(browser, name, value);
    }

    private static void awaitText(Chromium browser, String text, boolean there) throws Exception {
        browser.awaitTrue("document.body.innerText.includes('" + text + "') === " + there);
    }

    private static void press(Chromium browser, String text) throws Exception {
        String button =
                "[...document.querySelectorAll('button')].find(button => button.innerText.trim() === '" + text + "')";
        browser.awaitTrue(button + " !== undefined");
        browser.evaluate(button + ".click()");
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
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page.toURI()).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("script-src 'report-sample' 'self';"));
        try (RealRegistry registry = RealRegistry.start("robot", PASSWORD);
                Chromium browser = new Chromium(profile)) {
            browser.look(1200, 1000, false);
            browser.open(page);
            type(browser, "platforms", "linux/amd64 linux/arm64 linux/386");
            press(browser, "Add platform");
            awaitText(browser, "A label expression is required", true);
            type(browser, "platform", "linux/386");
            type(browser, "label", "amd64 && docker");
            awaitText(browser, "A label expression is required", false);
            awaitText(browser, "is not a platform", false);
            choose(browser, "emulation", "never");
            type(browser, "registryPrefix", registry.address() + "/team");
            press(browser, "Add registry");
            awaitText(browser, "The registry has no host", true);
            type(browser, "host", registry.address());
            awaitText(browser, "The registry has no host", false);
            // With another host, the page asks for its credentials again, and then shows what was chosen when it asked.
            browser.awaitTrue("performance.getEntriesByType('resource').filter(entry =>"
                    + " entry.name.includes('RegistryEntry/fillCredentialsIdItems')).length >= 2");
            choose(browser, "credentialsId", "registry");
            assertThat(browser.evaluate(field("credentialsId") + ".value")).isEqualTo("registry");
            type(browser, "repository", "team/app");
            press(browser, "Test connection");
            String status = "document.querySelector(\"[name='_.mirror']\").closest('.repeated-chunk')"
                    + ".querySelector('.jenkins-validate-button__container__status').textContent";
            browser.awaitTrue(status + ".trim() !== ''");
            assertThat(browser.evaluate(status))
                    .contains("Connected to " + registry.address() + " as robot.")
                    .contains("In team/app: pull granted, push granted.")
                    .contains("It calls itself: test, registry/2.0");
            assertThat(browser.evaluate("document.documentElement.outerHTML")).doesNotContain(PASSWORD);
            show(browser, 1000, 2300, false, "configuration-light");
            show(browser, 1000, 2300, true, "configuration-dark");
            show(browser, 400, 2700, true, "configuration-narrow");
            assertThat(browser.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
                    .isEqualTo("false");

            browser.look(1200, 1000, false);
            press(browser, "Save");
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
