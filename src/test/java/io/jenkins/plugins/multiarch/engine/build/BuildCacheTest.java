package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildCacheTest {

    private static final ImageReference REPOSITORY = ImageReference.parse("registry.example.com/team/cache");
    private static final Platform ARM_V7 = Platform.parse("linux/arm/v7");

    private static BuildCache cache(String... branches) {
        return BuildCache.of(REPOSITORY, List.of(branches));
    }

    @Test
    void eachPlatformAndBranchHasATag() {
        assertThat(cache().sources(ARM_V7)).containsExactly("registry.example.com/team/cache:linux-arm-v7");
        assertThat(cache("PR-7", "v1.2").sources(ARM_V7))
                .containsExactly(
                        "registry.example.com/team/cache:PR-7-linux-arm-v7",
                        "registry.example.com/team/cache:v1.2-linux-arm-v7",
                        "registry.example.com/team/cache:linux-arm-v7");
        assertThat(cache("PR-7", "v1.2").target(ARM_V7)).isEqualTo("registry.example.com/team/cache:PR-7-linux-arm-v7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "feature/x",
                "feature:x",
                ".hidden",
                "--flag",
                "ünï/çode",
                "名前",
                "a b",
                "very/long/very/long/very/long/very/long/very/long/very/long/very/long/very/long/very/long/very/long/very/long"
            })
    void anyNameOfABranchMakesATag(String branch) {
        String target = cache(branch).target(ARM_V7);

        assertThat(ImageReference.parse(target)).hasToString(target);
        assertThat(cache(branch + "x").target(ARM_V7)).isNotEqualTo(target);
    }

    @Test
    void branchesWithLikeNamesShareNoTag() {
        assertThat(cache("feature/x").target(ARM_V7))
                .isNotEqualTo(cache("feature-x").target(ARM_V7))
                .isNotEqualTo(cache("feature:x").target(ARM_V7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry.example.com/cache:1",
                "registry.example.com/cache@sha256:0000000000000000000000000000000000000000000000000000000000000000"
            })
    void aTagOrDigestIsRefused(String text) {
        assertThatThrownBy(() -> BuildCache.of(ImageReference.parse(text), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageContaining("Name the repository alone");
    }

    private static BuildRequest request() {
        return new BuildRequest(
                ImageReference.parse("registry.example.com/team/app:1"),
                ARM_V7,
                "/context",
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                false,
                "",
                true,
                false,
                BuildFeatures.NONE.withCache(cache()));
    }

    @Test
    void toolsWithoutOneSayWhatWouldHelp() {
        assertThat(new DockerCommands(DockerCommands.Frontend.CLASSIC).refusals(request()))
                .containsExactly("docker with its classic builder has no build cache in a registry: install the buildx"
                        + " plugin (docker-buildx-plugin) on the agent");
        assertThat(new PodmanCommands(BuildTool.BUILDAH, Version.find("1.27.0").orElseThrow(), "").refusals(request()))
                .containsExactly("buildah 1.27.0 has no build cache in a registry: install 1.28 or later");
    }

    /** It cannot tell a layer of arm/v6 from one of arm/v7. */
    @Test
    void podmanSaysWhyItDoesWithoutForAVariant() {
        PodmanCommands podman =
                new PodmanCommands(BuildTool.PODMAN, Version.find("4.3.1").orElseThrow(), "");

        BuildScript script = podman.script(request(), "/tmp/b", "localhost/x:1");

        assertThat(script.explanation()).contains("without the cache, because podman does not tell the variant");
        assertThat(script.all().toString()).doesNotContain("--cache-");
    }
}
