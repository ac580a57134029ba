package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Rules of Jenkins and of folders hold together, whatever an inner folder says. */
@WithSharedJenkins
class PublishingPolicyTest {

    private static final String HOST = "registry.example.com";

    private JenkinsRule jenkins;
    private Folder release;
    private Folder inner;

    @BeforeEach
    void makeFolders(JenkinsRule rule) throws Exception {
        jenkins = rule;
        release = jenkins.createProject(Folder.class, "release");
        inner = release.createProject(Folder.class, "inner");
        MultiArchBuildConfiguration.get().setRegistries(List.of(entry(new ProtectedTags("v*", "/release/"))));
    }

    private static RegistryEntry entry(ProtectedTags... rules) {
        RegistryEntry entry = new RegistryEntry(HOST);
        entry.setProtectedTags(List.of(rules));
        return entry;
    }

    private static ImageReference image(String tag) {
        return ImageReference.parse(HOST + "/team/app:" + tag);
    }

    private static PublishingPolicy policy(FreeStyleProject job) throws Exception {
        return PublishingPolicy.of(job.scheduleBuild2(0).get());
    }

    private static void set(Folder folder, MultiArchFolderProperty property) throws Exception {
        folder.addProperty(property);
    }

    @Test
    void onlyJobsOfTheFolderMayPublishAProtectedTag() throws Exception {
        PublishingPolicy inside = policy(inner.createProject(FreeStyleProject.class, "job"));
        PublishingPolicy outside = policy(jenkins.createProject(FreeStyleProject.class, "release-app"));

        assertThatCode(() -> inside.requireTags(image("v1"), List.of("v2"))).doesNotThrowAnyException();
        assertThatCode(() -> outside.requireTags(image("1"), List.of("dev"))).doesNotThrowAnyException();
        assertThatCode(() -> outside.requireTags(ImageReference.parse("other.example.com/app:v1"), List.of()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> outside.requireTags(image("1"), List.of("v1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The tag " + image("v1") + " is protected")
                .hasMessageContaining("only jobs in 'release' may publish any, and this is 'release-app'");
    }

    @Test
    void oneJobMayBeNamedInsteadOfAFolder() throws Exception {
        MultiArchBuildConfiguration.get()
                .setRegistries(List.of(entry(new ProtectedTags("latest", "release/inner/publish"))));
        PublishingPolicy named = policy(inner.createProject(FreeStyleProject.class, "publish"));
        PublishingPolicy other = policy(inner.createProject(FreeStyleProject.class, "publish-too"));

        assertThatCode(() -> named.requireTags(image("latest"), List.of())).doesNotThrowAnyException();
        assertThatThrownBy(() -> other.requireTags(image("latest"), List.of())).hasMessageContaining("is protected");
    }

    @Test
    void anInnerFolderAddsRulesAndTakesNoneAway() throws Exception {
        MultiArchBuildConfiguration.get().setRegistries(List.of(entry(new ProtectedTags("v*", "elsewhere"))));
        MultiArchFolderProperty outer = new MultiArchFolderProperty();
        outer.setOnlySigned(true);
        set(release, outer);
        MultiArchFolderProperty own = new MultiArchFolderProperty();
        own.setRegistries(List.of(entry(new ProtectedTags("stable", "elsewhere"))));
        set(inner, own);

        PublishingPolicy policy = policy(inner.createProject(FreeStyleProject.class, "job"));

        for (String tag : List.of("v1", "stable")) {
            assertThatThrownBy(() -> policy.requireTags(image(tag), List.of())).hasMessageContaining("is protected");
        }
        assertThat(policy.wantsSignature(ImageReference.parse("any.example.com/app:1")))
                .isTrue();
    }

    @Test
    void aRegistryMayTakeNothingThatIsNotSigned() throws Exception {
        RegistryEntry signed = new RegistryEntry(HOST);
        signed.setOnlySigned(true);
        MultiArchBuildConfiguration.get().setRegistries(List.of(signed));
        PublishingPolicy policy = policy(jenkins.createProject(FreeStyleProject.class, "any"));

        assertThatCode(() -> policy.requireSignature(image("1"), true)).doesNotThrowAnyException();
        assertThatCode(() -> policy.requireSignature(ImageReference.parse("other.example.com/app:1"), false))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> policy.requireSignature(image("1"), false))
                .hasMessageContaining("is not going to be signed")
                .hasMessageContaining("Name the credential with the key as 'sign'.");
    }

    @Test
    void theKeyOfTheNearestFolderSigns() throws Exception {
        MultiArchBuildConfiguration.get().setSign("global-key");
        MultiArchFolderProperty own = new MultiArchFolderProperty();
        own.setSign("release-key");
        own.setProvenance(true);
        set(release, own);

        EffectiveConfiguration inFolder = EffectiveConfiguration.of(inner.createProject(FreeStyleProject.class, "job"));
        EffectiveConfiguration outside = EffectiveConfiguration.of(jenkins.createProject(FreeStyleProject.class, "x"));

        assertThat(inFolder.publishing().sign()).isEqualTo("release-key");
        assertThat(inFolder.publishing().provenance()).isTrue();
        assertThat(outside.publishing().sign()).isEqualTo("global-key");
        assertThat(outside.publishing().provenance()).isFalse();
    }
}
