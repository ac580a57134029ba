package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import hudson.BulkChange;
import hudson.util.FormValidation;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.agent.EmulatorInstaller;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.beans.Introspector;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.kohsuke.stapler.DataBoundSetter;

@WithSharedJenkins
class MultiArchBuildConfigurationTest {

    /** Every field, each with another value than its default. */
    private static final String YAML = """
            unclassified:
              multiArchBuild:
                builder: "buildah"
                contextRetention: 24
                credentialsId: "registry"
                discovery: "label"
                discoveryLabel: "docker || podman"
                dynamicLabels: false
                emulation: "never"
                emulationLabel: "qemu"
                emulatorInstaller: "registry.internal:5000/binfmt"
                installEmulators: true
                nativeWait: 10
                plainHttpOnLoopback: true
                platformLabels:
                - label: "graviton && docker"
                  platform: "linux/arm64"
                platforms:
                - "linux/amd64"
                - "linux/s390x"
                provenance: true
                registries:
                - credentialsId: "internal"
                  forBaseImages: true
                  host: "registry.internal:5000"
                  plainHttp: true
                - caCredentialsId: "authority"
                  host: "docker.io"
                  inPieces: true
                  mirror: "mirror.internal:5000/hub"
                  onlySigned: true
                  protectedTags:
                  - folder: "release"
                    tags: "team/app:v*"
                registryPrefix: "registry.internal:5000/team"
                requestDeadline: 600
                requestRetries: 2
                sign: "cosign-key"
            """;

    @TempDir
    private Path temp;

    private static MultiArchBuildConfiguration configuration() {
        return MultiArchBuildConfiguration.get();
    }

    private static void assertConfigured() {
        MultiArchBuildConfiguration configuration = configuration();
        assertThat(configuration.getPlatforms()).containsExactly("linux/amd64", "linux/s390x");
        assertThat(configuration.getPlatformLabels())
                .extracting(PlatformLabel::getPlatform, PlatformLabel::getLabel)
                .containsExactly(tuple("linux/arm64", "graviton && docker"));
        assertThat(configuration.getEmulationLabel()).isEqualTo("qemu");
        assertThat(configuration.getEmulation()).isEqualTo("never");
        assertThat(configuration.getNativeWait()).isEqualTo(10);
        assertThat(configuration.getBuilder()).isEqualTo("buildah");
        assertThat(configuration.isDynamicLabels()).isFalse();
        assertThat(configuration.getDiscovery()).isEqualTo("label");
        assertThat(configuration.getDiscoveryLabel()).isEqualTo("docker || podman");
        assertThat(configuration.isPlainHttpOnLoopback()).isTrue();
        assertThat(configuration.emulatorInstaller()).contains(new EmulatorInstaller("registry.internal:5000/binfmt"));
        assertThat(configuration.getRegistryPrefix()).isEqualTo("registry.internal:5000/team");
        assertThat(configuration.getCredentialsId()).isEqualTo("registry");
        assertThat(configuration.getRegistries())
                .extracting(
                        RegistryEntry::getHost,
                        RegistryEntry::getCredentialsId,
                        RegistryEntry::isPlainHttp,
                        RegistryEntry::getCaCredentialsId,
                        RegistryEntry::isInPieces,
                        RegistryEntry::isForBaseImages,
                        RegistryEntry::getMirror)
                .containsExactly(
                        tuple("registry.internal:5000", "internal", true, null, false, true, null),
                        tuple("docker.io", null, false, "authority", true, false, "mirror.internal:5000/hub"));
        assertThat(configuration.getRegistries())
                .extracting(RegistryEntry::isOnlySigned)
                .containsExactly(false, true);
        assertThat(configuration.getRegistries().get(1).getProtectedTags())
                .extracting(ProtectedTags::getTags, ProtectedTags::getFolder)
                .containsExactly(tuple("team/app:v*", "release"));
        assertThat(configuration.getSign()).isEqualTo("cosign-key");
        assertThat(configuration.isProvenance()).isTrue();
        assertThat(configuration.getRequestDeadline()).isEqualTo(600);
        assertThat(configuration.getRequestRetries()).isEqualTo(2);
        assertThat(configuration.getContextRetention()).isEqualTo(24);
    }

    private void importYaml(String yaml) throws Exception {
        ConfigurationAsCode.get()
                .configure(Files.writeString(temp.resolve("jenkins.yaml"), yaml).toString());
    }

    private static String exportYaml() throws Exception {
        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(exported);
        return exported.toString(StandardCharsets.UTF_8);
    }

    @Test
    void importsAndExportsAsCode(JenkinsRule jenkins) throws Exception {
        importYaml(YAML);
        assertConfigured();
        assertThat(exportYaml()).contains(YAML.substring(YAML.indexOf('\n') + 1));
    }

    @Test
    void theExampleInTheDocumentationHasEveryFieldAndIsExportedAsItIs(JenkinsRule jenkins) throws Exception {
        String text = Files.readString(Path.of("docs/configuration.md"));
        String yaml = text.substring(text.indexOf("```yaml\n") + 8, text.lastIndexOf("```"));
        importYaml(yaml);
        assertThat(configuration().getRegistries()).hasSize(3);
        for (Method setter : MultiArchBuildConfiguration.class.getMethods()) {
            if (setter.isAnnotationPresent(DataBoundSetter.class)) {
                assertThat(yaml).contains("    " + attribute(setter) + ":");
            }
        }
        for (Method setter : RegistryEntry.class.getMethods()) {
            if (setter.isAnnotationPresent(DataBoundSetter.class)) {
                assertThat(yaml).contains("        " + attribute(setter) + ":");
            }
        }
        String exported = section(exportYaml());
        importYaml("unclassified:\n  multiArchBuild:\n    platforms: [linux/386]\n    registries: []\n");
        importYaml("unclassified:\n" + exported);
        assertThat(section(exportYaml())).isEqualTo(exported);
    }

    /** Ours in what is exported. */
    private static String section(String exported) {
        return exported.substring(exported.indexOf("  multiArchBuild:\n")).replaceFirst("(?s)\n {0,2}\\w.*", "\n");
    }

    private static String attribute(Method setter) {
        return Introspector.decapitalize(setter.getName().substring(3));
    }

    @Test
    void theFormRoundTrips(JenkinsRule jenkins) throws Exception {
        importYaml(YAML);

        jenkins.configRoundtrip();

        assertConfigured();
        configuration().load();
        assertConfigured();
    }

    @Test
    void removingTheLastRowRemovesIt(JenkinsRule jenkins) throws Exception {
        importYaml(YAML);
        HtmlPage page = jenkins.createWebClient().goTo("configure");
        HtmlForm form = page.getFormByName("config");
        page.executeJavaScript("for (const row of document.querySelectorAll('.repeated-chunk'))"
                + " if (row.querySelector(\"[name='_.host'], [name='_.platform']\")) row.remove();");
        jenkins.submit(form);
        assertThat(configuration().getRegistries()).isEmpty();
        assertThat(configuration().getPlatformLabels()).isEmpty();
    }

    @Test
    void aBadValueIsNamedAndNothingIsLost(JenkinsRule jenkins) throws Exception {
        importYaml(YAML);
        Map<String, String> badValues = new LinkedHashMap<>();
        badValues.put("registryPrefix", "https://registry.internal");
        badValues.put("platforms", "linux/amd64 linux/vax");
        badValues.put("emulationLabel", "a && && b");
        badValues.put("nativeWait", "-1");
        badValues.put("requestDeadline", "86401");
        badValues.put("requestRetries", "21");
        badValues.put("contextRetention", "-1");
        badValues.put("mirror", "http://mirror");
        badValues.put("host", "registry");
        badValues.put("platform", "linux/vax");
        badValues.put("folder", "");
        try (JenkinsRule.WebClient client = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false)) {
            SubmittedForm form =
                    SubmittedForm.of(client, client.goTo("configure")).with("emulatorInstaller", "other/binfmt");
            for (Map.Entry<String, String> bad : badValues.entrySet()) {
                HtmlPage answer = form.with(bad.getKey(), bad.getValue()).send();

                assertThat(answer.getWebResponse().getStatusCode())
                        .as(bad.getKey())
                        .isEqualTo(400);
                assertThat(answer.getBody().asNormalizedText())
                        .contains("Multi-Arch Build")
                        .contains(bad.getValue().replaceFirst(".*(?=vax)", ""));
                assertConfigured();
            }
        }
        configuration().load();
        assertConfigured();
    }

    @Test
    void codeWithABadValueIsRefused(JenkinsRule jenkins) {
        assertThatThrownBy(() -> importYaml(YAML.replace("registry.internal:5000/team", "not a registry")))
                .hasStackTraceContaining("'not a registry' is not a registry prefix");
        assertThatThrownBy(() -> importYaml(YAML.replace("never", "sometimes")))
                .hasStackTraceContaining("Unknown emulation 'sometimes'");
        assertThatThrownBy(() -> importYaml(YAML.replace("\"docker.io\"", "\"registry.internal:5000\"")))
                .hasStackTraceContaining("The registry registry.internal:5000 is listed twice");
        assertThatThrownBy(() -> importYaml(YAML.replace("team/app:v*", "https://team/app")))
                .hasStackTraceContaining("'https://team/app' is no pattern of tags");
        assertThatThrownBy(() -> importYaml(YAML.replace("folder: \"release\"", "folder: \"/\"")))
                .hasStackTraceContaining("The protected tags 'team/app:v*' have no folder.");
        assertThatThrownBy(() -> importYaml(YAML.replace("requestRetries: 2", "requestRetries: 100")))
                .hasStackTraceContaining("requestRetries must be a whole number from 0 to 20; got '100'");
    }

    @Test
    void insecureRegistriesOfEarlierVersionsBecomeEntries(JenkinsRule jenkins) throws Exception {
        Files.writeString(
                jenkins.jenkins.getRootDir().toPath().resolve(MultiArchBuildConfiguration.class.getName() + ".xml"),
                """
                <?xml version='1.1' encoding='UTF-8'?>
                <io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration>
                  <platforms>
                    <string>linux/s390x</string>
                  </platforms>
                  <insecureRegistries>
                    <string>registry.internal:5000</string>
                    <string>registry</string>
                  </insecureRegistries>
                  <credentialsId>registry</credentialsId>
                </io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration>
                """);
        configuration().load();

        assertThat(configuration().getPlatforms()).containsExactly("linux/s390x");
        assertThat(configuration().getCredentialsId()).isEqualTo("registry");
        assertThat(configuration().getRegistries())
                .extracting(RegistryEntry::getHost, RegistryEntry::isPlainHttp)
                .containsExactly(tuple("registry.internal:5000", true));
        assertThat(EffectiveConfiguration.global().isPlainHttp("registry.internal:5000"))
                .isTrue();
        configuration().save();
        configuration().load();
        assertThat(configuration().getRegistries()).hasSize(1);
    }

    @Test
    void insecureRegistriesAsCodeBecomeEntries(JenkinsRule jenkins) throws Exception {
        importYaml("""
                unclassified:
                  multiArchBuild:
                    insecureRegistries:
                      - registry.internal:5000
                """);
        assertThat(EffectiveConfiguration.global().isPlainHttp("registry.internal:5000"))
                .isTrue();
        assertThat(exportYaml())
                .doesNotContain("insecureRegistries")
                .contains("    registries:\n    - host: \"registry.internal:5000\"\n      plainHttp: true\n");
    }

    @Test
    void retriesOfEarlierVersionsAreRequestRetries(JenkinsRule jenkins) throws Exception {
        importYaml("unclassified:\n  multiArchBuild:\n    retries: 7\n");
        assertThat(configuration().getRequestRetries()).isEqualTo(7);
        assertThat(exportYaml()).contains("requestRetries: 7").doesNotContain("    retries:");

        Path file = jenkins.jenkins.getRootDir().toPath().resolve(MultiArchBuildConfiguration.class.getName() + ".xml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("requestRetries>7<", "retries>9<")
                        .replace("</requestRetries>", "</retries>"));
        configuration().load();
        assertThat(configuration().getRequestRetries()).isEqualTo(9);
    }

    @Test
    void codeMayHaveBothWhicheverIsReadFirst(JenkinsRule jenkins) throws Exception {
        importYaml("""
                unclassified:
                  multiArchBuild:
                    insecureRegistries:
                      - registry.internal:5000
                      - other.internal:5000
                    registries:
                      - host: registry.internal:5000
                        credentialsId: internal
                """);
        assertThat(section(exportYaml())).contains("""
                    registries:
                    - credentialsId: "internal"
                      host: "registry.internal:5000"
                      plainHttp: true
                    - host: "other.internal:5000"
                      plainHttp: true
                """);

        for (boolean insecureFirst : new boolean[] {true, false}) {
            configuration().setRegistries(List.of());
            try (BulkChange change = new BulkChange(configuration())) {
                if (insecureFirst) {
                    configuration().setInsecureRegistries(List.of("registry.internal:5000"));
                }
                configuration().setRegistries(List.of(new RegistryEntry("registry.internal:5000")));
                if (!insecureFirst) {
                    configuration().setInsecureRegistries(List.of("registry.internal:5000"));
                }
                change.commit();
            }
            assertThat(configuration().getRegistries())
                    .extracting(RegistryEntry::getHost, RegistryEntry::isPlainHttp)
                    .as("insecureRegistries first: %s", insecureFirst)
                    .containsExactly(tuple("registry.internal:5000", true));
        }

        importYaml("unclassified:\n  multiArchBuild:\n    registries: [{host: docker.io}]\n");
        assertThat(configuration().getRegistries())
                .extracting(RegistryEntry::isPlainHttp)
                .containsExactly(false);
    }

    @Test
    void aFreshJenkinsFollowsTheConventions(JenkinsRule jenkins) {
        EffectiveConfiguration fresh = EffectiveConfiguration.global();
        assertThat(fresh.platforms()).containsExactly("linux/amd64", "linux/arm64");
        assertThat(fresh.labelRules("multiarch-podman").nativeLabels(Platform.parse("linux/arm64")))
                .containsExactly("multiarch-linux-arm64 && multiarch-podman", "arm64 && docker");
        configuration().setDynamicLabels(false);
        assertThat(EffectiveConfiguration.global()
                        .labelRules("multiarch-podman")
                        .nativeLabels(Platform.parse("linux/arm64")))
                .containsExactly("arm64 && docker");
        assertThat(configuration().emulatorInstaller()).isEmpty();
        assertThat(configuration().getEmulatorInstaller()).isEqualTo("tonistiigi/binfmt");
        assertThat(fresh.isPlainHttp("registry.internal:5000")).isFalse();
        assertThat(fresh.isPlainHttp("localhost:5000")).isTrue();
        assertThat(fresh.emulation()).isEqualTo("fallback");
        assertThat(fresh.builder()).isEqualTo("auto");
        assertThat(fresh.nativeWait()).isZero();
        assertThat(fresh.image("app:1")).hasToString("docker.io/library/app:1");
        assertThat(fresh.access().limits().retries()).isEqualTo(4);
        assertThat(fresh.access().limits().timeLimit()).hasHours(1);
        assertThat(fresh.contextRetention()).isZero();
    }

    @Test
    void formsSayWhatIsWrong(JenkinsRule jenkins) {
        MultiArchBuildConfiguration form = configuration();
        assertThat(form.doCheckPlatforms("linux/amd64, linux/vax").getMessage()).contains("vax");
        assertThat(form.doCheckPlatforms("linux/amd64, linux/arm64").kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(form.doCheckRegistryPrefix("registry.example.com/Team/").getMessage())
                .contains("registry.example.com/Team");
        assertThat(form.doCheckRegistryPrefix("registry.example.com/team/").kind)
                .isEqualTo(FormValidation.Kind.OK);
        assertThat(form.doCheckRegistryPrefix("team").getMessage()).contains("team");
        assertThat(form.doCheckNativeWait("-1").getMessage()).contains("-1").contains("nativeWait");
        assertThat(form.doCheckRequestDeadline("").kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(form.doCheckRequestRetries("21").getMessage()).contains("21");
        assertThat(form.doCheckContextRetention("a day").getMessage()).contains("a day");
        assertThat(form.doCheckEmulatorInstaller("--help").getMessage()).contains("--help");
    }

    @Test
    void labelFieldsSayHowManyAgentsMatch(JenkinsRule jenkins) throws Exception {
        jenkins.createSlave("graviton docker", null);
        jenkins.createSlave("graviton docker", null);
        PlatformLabel.DescriptorImpl form = jenkins.jenkins.getDescriptorByType(PlatformLabel.DescriptorImpl.class);
        assertThat(form.doCheckLabel(null, "graviton && docker").renderHtml()).contains("matches 2 nodes");
        assertThat(form.doCheckLabel(null, "mainframe").kind).isEqualTo(FormValidation.Kind.WARNING);
        assertThat(form.doCheckLabel(null, "a && && b").kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(form.doCheckLabel(null, " ").kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(form.doCheckPlatform(null, " ").getMessage()).isEqualTo(Messages.PlatformLabel_platformRequired());
        assertThat(form.doAutoCompleteLabel(null, "grav").getValues()).contains("graviton");
        assertThat(configuration().doCheckEmulationLabel("graviton").renderHtml())
                .contains("matches 2 nodes");
    }
}
