package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.Publishing;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IndexMembersTest {

    private static final ImageReference TARGET = ImageReference.parse("registry.example.com/app:1");
    private static final String BASE = "other.example.com/base:1";
    private static final EffectiveConfiguration CONFIGURATION = new EffectiveConfiguration(
            List.of("linux/amd64"),
            List.of(),
            "",
            true,
            "fallback",
            0,
            "auto",
            "registry.example.com/team",
            null,
            List.of(),
            false,
            3600,
            4,
            0,
            new Publishing(null, false, false, List.of()));

    private static IndexMembers of(Object source) {
        return IndexMembers.of(List.of(source), null, TARGET, CONFIGURATION);
    }

    @Test
    void aMapSaysWhichMembersToTakeAndWithWhichCredential() {
        IndexMembers members =
                of(Map.of("ref", BASE, "platforms", List.of("aarch64", "linux/s390x"), "credentialsId", "other"));
        assertThat(members.sources())
                .singleElement()
                .satisfies(source -> assertThat(source.only())
                        .containsExactly(Platform.parse("linux/arm64"), Platform.parse("linux/s390x")));
        assertThat(members.credentials()).isEqualTo(Map.of(ImageReference.parse(BASE), "other"));
        assertThat(of(Map.of("ref", BASE, "platforms", "arm64"))
                        .sources()
                        .get(0)
                        .only())
                .containsExactly(Platform.parse("linux/arm64"));
    }

    @Test
    void namesWithoutARegistryAreInTheDefaultOne() {
        assertThat(of("base:1").sources().get(0).reference()).hasToString("registry.example.com/team/base:1");
        assertThat(of(Map.of("ref", "x/base:1")).sources().get(0).reference())
                .hasToString("registry.example.com/team/x/base:1");
        assertThat(of("docker.io/library/alpine:3").sources().get(0).reference())
                .hasToString("docker.io/library/alpine:3");
    }

    @Test
    void aReferenceAloneTakesEverythingAndNoCredential() {
        assertThat(of(BASE).sources().get(0).only()).isEmpty();
        assertThat(of(BASE).credentials()).isEmpty();
    }

    @Test
    void namesAKeyThatIsUnknown() {
        assertThatThrownBy(() -> of(Map.of("ref", BASE, "colour", "red")))
                .hasMessageContaining("'colour'")
                .hasMessageContaining("credentialsId, osFeatures, osVersion, platform, platforms, ref");
    }
}
