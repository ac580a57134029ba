package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.EnvVars;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.Publishing;
import io.jenkins.plugins.multiarch.config.RegistryEntry;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.build.BuildCache;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a step leaves open, the configuration says; what it names, wins. */
class BuildOrderTest {

    private static EffectiveConfiguration configuration() {
        RegistryEntry entry = new RegistryEntry("other.example.com");
        entry.setCredentialsId("other");
        return new EffectiveConfiguration(
                List.of("linux/s390x"),
                List.of(),
                "",
                true,
                "never",
                15,
                "buildah",
                "registry.example.com/team",
                "default",
                List.of(entry),
                false,
                3600,
                4,
                0,
                new Publishing(null, false, false, List.of()));
    }

    @Test
    void whatTheStepLeavesOpenIsConfigured() {
        BuildOrder order = BuildOrder.of(new MultiArchBuildStep("app:1"), configuration(), Map.of(), new EnvVars());
        assertThat(order.image()).hasToString("registry.example.com/team/app:1");
        assertThat(order.platforms()).containsExactly(Platform.parse("linux/s390x"));
        assertThat(order.emulation()).isEqualTo(Emulation.NEVER);
        assertThat(order.nativeWait()).isEqualTo(15);
        assertThat(order.builder()).contains(BuildTool.BUILDAH);
        assertThat(order.credentialsId()).contains("default");
    }

    @Test
    void whatTheStepNamesWinsEvenWhereItIsTheUsual() {
        MultiArchBuildStep step = new MultiArchBuildStep("other.example.com/app:1");
        step.setPlatforms(List.of("arm64"));
        step.setEmulation("fallback");
        step.setNativeWait(0);
        step.setBuilder("auto");
        BuildOrder order = BuildOrder.of(step, configuration(), Map.of(), new EnvVars());
        assertThat(order.image()).hasToString("other.example.com/app:1");
        assertThat(order.platforms()).containsExactly(Platform.parse("linux/arm64"));
        assertThat(order.emulation()).isEqualTo(Emulation.FALLBACK);
        assertThat(order.nativeWait()).isZero();
        assertThat(order.builder()).isEmpty();
        assertThat(order.credentialsId()).contains("other");
        step.setCredentialsId("mine");
        assertThat(BuildOrder.of(step, configuration(), Map.of(), new EnvVars()).credentialsId())
                .contains("mine");
    }

    @Test
    void aLoginAroundTheStepComesBeforeWhatIsConfigured() {
        Map<String, String> logins = Map.of("other.example.com", "around");
        MultiArchBuildStep step = new MultiArchBuildStep("other.example.com/app:1");
        assertThat(BuildOrder.of(step, configuration(), logins, new EnvVars()).credentialsId())
                .contains("around");
        step.setCredentialsId("mine");
        assertThat(BuildOrder.of(step, configuration(), logins, new EnvVars()).credentialsId())
                .contains("mine");
        assertThat(BuildOrder.of(new MultiArchBuildStep("app:1"), configuration(), logins, new EnvVars())
                        .credentialsId())
                .contains("default");
    }

    @Test
    void theCacheIsThatOfTheBranchThenOfItsTargetThenOfTheDefaultBranch() {
        MultiArchBuildStep step = new MultiArchBuildStep("app:1");
        step.setCache("app-cache");
        EnvVars change = new EnvVars("BRANCH_NAME", "PR-7", "CHANGE_TARGET", "release/2");
        EnvVars primary = new EnvVars("BRANCH_NAME", "trunk", "BRANCH_IS_PRIMARY", "true");

        BuildCache cache = BuildOrder.of(step, configuration(), Map.of(), change)
                .features()
                .cache();

        assertThat(cache.repository()).isEqualTo("registry.example.com/team/app-cache");
        assertThat(cache.branches()).hasSize(3).startsWith("PR-7").endsWith("");
        assertThat(cache.branches().get(1)).startsWith("release-2-");
        assertThat(CacheBranches.of(primary)).isEmpty();
        assertThat(CacheBranches.of(new EnvVars())).isEmpty();
    }

    @Test
    void anImageWithoutATagGetsTheFirstThatFollows() {
        MultiArchBuildStep step = new MultiArchBuildStep("app");
        step.setTagsFrom(List.of("pr", "branch", "sha"));
        step.setPublish(true);
        EnvVars branch = new EnvVars("BRANCH_NAME", "feature/x", "GIT_COMMIT", "0123456789");

        assertThat(BuildOrder.of(step, configuration(), Map.of(), branch).image())
                .hasToString("registry.example.com/team/app:feature-x");
        assertThatThrownBy(() -> BuildOrder.of(step, configuration(), Map.of(), new EnvVars()))
                .hasMessageContaining("No tag follows from pr, branch, sha for this build, and 'app' has none.");
        MultiArchBuildStep tagged = new MultiArchBuildStep("app:1");
        tagged.setTagsFrom(List.of("branch"));
        assertThatThrownBy(() -> BuildOrder.of(tagged, configuration(), Map.of(), branch))
                .hasMessageContaining("tags, tagsFrom and annotations are those of the index.");
        tagged.setPublish(true);
        assertThat(BuildOrder.of(tagged, configuration(), Map.of(), branch).image())
                .hasToString("registry.example.com/team/app:1");
    }

    @Test
    void theCacheHasTheLoginOfItsRegistry() {
        MultiArchBuildStep step = new MultiArchBuildStep("app:1");
        step.setCredentialsId("mine");
        step.setCache("other.example.com/cache");
        assertThat(BuildOrder.of(step, configuration(), Map.of(), new EnvVars()).logins())
                .isEqualTo(Map.of("other.example.com", "other"));
        step.setCache("app-cache");
        assertThat(BuildOrder.of(step, configuration(), Map.of(), new EnvVars()).logins())
                .isEqualTo(Map.of("registry.example.com", "mine"));
        step.setPush(false);
        assertThat(BuildOrder.of(step, configuration(), Map.of(), new EnvVars()).logins())
                .isEmpty();
        step.setCache("app-cache:1");
        assertThatThrownBy(() -> BuildOrder.of(step, configuration(), Map.of(), new EnvVars()))
                .hasMessageContaining("'registry.example.com/team/app-cache:1' has a tag or digest");
    }

    @Test
    void theRegistryOfALoginIsReadFromItsUrl() {
        assertThat(SurroundingLogins.registry("https://registry.example.com:5000/v2/"))
                .isEqualTo("registry.example.com:5000");
        assertThat(SurroundingLogins.registry("registry.example.com")).isEqualTo("registry.example.com");
        assertThat(SurroundingLogins.registry("https://index.docker.io/v1/")).isEqualTo("docker.io");
        assertThat(SurroundingLogins.registry(null)).isEqualTo("docker.io");
    }

    @Test
    void eachPlatformOfABakedTargetHasABaseOfItsOwn() {
        MultiArchBuildStep step = new MultiArchBuildStep("app:1");
        step.setPlatforms(List.of("linux/amd64", "linux/arm64"));
        step.setBuildContexts(Map.of("libs", "libs"));
        step.bake(new BakedTarget(
                "app",
                Map.of("base", Map.of("linux/amd64", "docker-image://a", "linux/arm64", "docker-image://b")),
                "/tmp/x",
                true));
        BuildOrder order = BuildOrder.of(step, configuration(), Map.of(), new EnvVars());

        Platform arm = Platform.parse("linux/arm64");
        assertThat(order.request(arm, false, order.features()).features().contexts())
                .containsExactly(Map.entry("libs", "libs"), Map.entry("base", "docker-image://b"));
        assertThat(order.dockerfile()).isEqualTo("/tmp/x");
        assertThat(order.branch(arm)).isEqualTo("app · linux/arm64");
        assertThat(BuildOrder.of(new MultiArchBuildStep("app:1"), configuration(), Map.of(), new EnvVars())
                        .branch(arm))
                .isEqualTo("linux/arm64");
        step.setContext("https://git.example.com/app.git");
        step.setBuildContexts(Map.of());
        assertThatThrownBy(() -> BuildOrder.of(step, configuration(), Map.of(), new EnvVars()))
                .hasMessageStartingWith(
                        "The Dockerfile is in the bake file, but the context 'https://git.example.com/app.git'");
    }

    @Test
    void whatCannotBeIsNamed() {
        MultiArchBuildStep step = new MultiArchBuildStep("app:1");
        step.setNativeWait(-1);
        assertThatThrownBy(() -> BuildOrder.of(step, configuration(), Map.of(), new EnvVars()))
                .hasMessageContaining("nativeWait is -1");
        step.setNativeWait(null);
        step.setEmulation("sometimes");
        assertThatThrownBy(() -> BuildOrder.of(step, configuration(), Map.of(), new EnvVars()))
                .hasMessageContaining("'sometimes'");
    }
}
