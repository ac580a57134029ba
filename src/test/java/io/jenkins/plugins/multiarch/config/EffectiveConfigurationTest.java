package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.List;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** What counts for a job in folders, and the property of folders that says so. */
@WithSharedJenkins
class EffectiveConfigurationTest {

    private JenkinsRule jenkins;
    private Folder outer;
    private Folder inner;
    private FreeStyleProject job;

    @BeforeEach
    void makeFolders(JenkinsRule rule) throws Exception {
        jenkins = rule;
        outer = jenkins.createProject(Folder.class, "outer");
        inner = outer.createProject(Folder.class, "inner");
        job = inner.createProject(FreeStyleProject.class, "job");
        MultiArchBuildConfiguration global = MultiArchBuildConfiguration.get();
        global.setPlatforms(List.of("linux/amd64"));
        global.setPlatformLabels(
                List.of(new PlatformLabel("linux/arm64", "global-arm"), new PlatformLabel("linux/386", "global-386")));
        global.setRegistryPrefix("global.example.com");
        global.setCredentialsId("global");
        global.setRegistries(List.of(entry("shared.example.com", "global-shared"), entry("one.example.com", "one")));
        global.setEmulation("never");
    }

    private static RegistryEntry entry(String host, String credentialsId) {
        RegistryEntry entry = new RegistryEntry(host);
        entry.setCredentialsId(credentialsId);
        return entry;
    }

    private static String nativeLabel(EffectiveConfiguration configuration, String platform) {
        return configuration
                .labelRules("")
                .nativeLabels(Platform.parse(platform))
                .get(0);
    }

    @Test
    void outsideOfFoldersAndWithoutTheirPropertyTheGlobalConfigurationCounts() throws Exception {
        assertThat(EffectiveConfiguration.of(jenkins.createFreeStyleProject()))
                .isEqualTo(EffectiveConfiguration.global());
        assertThat(EffectiveConfiguration.of(job)).isEqualTo(EffectiveConfiguration.global());
        assertThat(EffectiveConfiguration.of(jenkins.buildAndAssertSuccess(job)))
                .isEqualTo(EffectiveConfiguration.global());
    }

    @Test
    void theNearestFolderWins() throws Exception {
        MultiArchFolderProperty far = new MultiArchFolderProperty();
        far.setPlatforms(List.of("linux/s390x"));
        far.setPlatformLabels(List.of(new PlatformLabel("linux/aarch64", "outer-arm")));
        far.setRegistryPrefix("outer.example.com/team");
        far.setCredentialsId("outer");
        far.setRegistries(List.of(entry("shared.example.com", "outer-shared")));
        outer.addProperty(far);
        MultiArchFolderProperty near = new MultiArchFolderProperty();
        near.setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "inner-arm")));
        near.setCredentialsId("inner");
        RegistryEntry plain = new RegistryEntry("lab.example.com:5000");
        plain.setPlainHttp(true);
        near.setRegistries(List.of(plain));
        inner.addProperty(near);

        EffectiveConfiguration nearest = EffectiveConfiguration.of(job);
        assertThat(nearest.platforms()).containsExactly("linux/s390x");
        assertThat(nativeLabel(nearest, "linux/arm64")).isEqualTo("inner-arm");
        assertThat(nativeLabel(nearest, "linux/386")).isEqualTo("global-386");
        assertThat(nearest.image("app:1")).hasToString("outer.example.com/team/app:1");
        assertThat(nearest.image("docker.io/library/app:1")).hasToString("docker.io/library/app:1");
        assertThat(nearest.isPlainHttp("lab.example.com:5000")).isTrue();
        assertThat(nearest.emulation()).isEqualTo("never");

        // What the step names; the registry's entry in the nearest folder that has one; the default likewise.
        assertThat(nearest.credentialsId("step", "shared.example.com")).contains("step");
        assertThat(nearest.credentialsId(null, "shared.example.com")).contains("outer-shared");
        assertThat(nearest.credentialsId(null, "one.example.com")).contains("one");
        assertThat(nearest.credentialsId(null, "lab.example.com:5000")).contains("inner");
        assertThat(nearest.credentialsId(null, "other.example.com")).contains("inner");
        assertThat(nearest.entryCredentialsId("other.example.com")).isEmpty();

        EffectiveConfiguration middle = EffectiveConfiguration.of(outer);
        assertThat(nativeLabel(middle, "linux/arm64")).isEqualTo("outer-arm");
        assertThat(middle.credentialsId(null, "other.example.com")).contains("outer");
        assertThat(middle.isPlainHttp("lab.example.com:5000")).isFalse();
        assertThat(EffectiveConfiguration.global().credentialsId(null, "shared.example.com"))
                .contains("global-shared");
    }

    @Test
    void accessHasWhatTheEntriesSay() {
        RegistryEntry mirrored = new RegistryEntry("docker.io");
        mirrored.setMirror("mirror.example.com/hub");
        RegistryEntry plain = new RegistryEntry("lab.example.com");
        plain.setPlainHttp(true);
        MultiArchBuildConfiguration.get().setRegistries(List.of(mirrored, plain));
        MultiArchBuildConfiguration.get().setRequestDeadline(90);
        MultiArchBuildConfiguration.get().setRequestRetries(1);
        var access = EffectiveConfiguration.global().access();
        assertThat(access.mirror("docker.io").orElseThrow()).hasToString("mirror.example.com/hub");
        assertThat(access.isInsecure("lab.example.com")).isTrue();
        assertThat(access.isInsecure("docker.io")).isFalse();
        assertThat(access.limits().timeLimit()).hasSeconds(90);
        assertThat(access.limits().retries()).isEqualTo(1);
    }

    @Test
    void theFormOfAFolderRoundTrips() throws Exception {
        MultiArchFolderProperty property = new MultiArchFolderProperty();
        property.setPlatforms(List.of("linux/s390x", "linux/arm64"));
        property.setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "team && arm64")));
        property.setRegistryPrefix("registry.example.com/team");
        property.setCredentialsId("team");
        RegistryEntry registry = entry("registry.example.com", "team");
        registry.setCaCredentialsId("authority");
        registry.setMirror("mirror.example.com");
        RegistryEntry plain = new RegistryEntry("lab.example.com:5000");
        plain.setPlainHttp(true);
        property.setRegistries(List.of(registry, plain));
        outer.addProperty(property);

        Folder back = jenkins.configRoundtrip(outer);

        assertSame(back.getProperties().get(MultiArchFolderProperty.class));
        back.doReload();
        assertSame(jenkins.jenkins
                .getItemByFullName("outer", Folder.class)
                .getProperties()
                .get(MultiArchFolderProperty.class));
    }

    private static void assertSame(MultiArchFolderProperty back) {
        assertThat(back.getPlatforms()).containsExactly("linux/s390x", "linux/arm64");
        assertThat(back.getPlatformLabels())
                .extracting(PlatformLabel::getPlatform, PlatformLabel::getLabel)
                .containsExactly(tuple("linux/arm64", "team && arm64"));
        assertThat(back.getRegistryPrefix()).isEqualTo("registry.example.com/team");
        assertThat(back.getCredentialsId()).isEqualTo("team");
        assertThat(back.getRegistries())
                .extracting(
                        RegistryEntry::getHost,
                        RegistryEntry::getCredentialsId,
                        RegistryEntry::isPlainHttp,
                        RegistryEntry::getCaCredentialsId,
                        RegistryEntry::getMirror)
                .containsExactly(
                        tuple("registry.example.com", "team", false, "authority", "mirror.example.com"),
                        tuple("lab.example.com:5000", null, true, null, null));
    }

    @Test
    void aFolderWithNothingSetHasNoProperty() throws Exception {
        jenkins.configRoundtrip(outer);
        assertThat(outer.getProperties().get(MultiArchFolderProperty.class)).isNull();
    }

    @Test
    void aBadValueInTheFormOfAFolderIsNamedAndNothingIsLost() throws Exception {
        MultiArchFolderProperty property = new MultiArchFolderProperty();
        property.setPlatforms(List.of("linux/s390x"));
        outer.addProperty(property);
        try (JenkinsRule.WebClient client = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false)) {
            HtmlForm form = client.getPage(outer, "configure").getFormByName("config");
            form.getInputsByName("_.registryPrefix").get(0).setValue("https://registry.example.com");
            HtmlPage answer = jenkins.submit(form);
            assertThat(answer.getWebResponse().getStatusCode()).isEqualTo(400);
            assertThat(answer.getBody().asNormalizedText()).contains("https://registry.example.com");
        }
        assertThat(outer.getProperties().get(MultiArchFolderProperty.class).getPlatforms())
                .containsExactly("linux/s390x");
    }
}
