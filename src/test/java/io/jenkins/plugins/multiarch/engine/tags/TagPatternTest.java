package io.jenkins.plugins.multiarch.engine.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagPatternTest {

    @ParameterizedTest
    @CsvSource({
        "v*, team/app:v1.2, true",
        "v*, team/app:dev, false",
        "latest, app:latest, true",
        "latest, app:latest-arm64, false",
        "*, app:anything, true",
        "1.?, app:1.2, true",
        "1.?, app:1.20, false",
        "1.2, app:1x2, false",
        "team/app:latest, team/app:latest, true",
        "team/app:latest, other/app:latest, false",
        "team/*:*, team/a/b:1, true",
        "team/*:*, teams/a:1, false",
        "team/*:v*, team/a:1, false",
    })
    void matchesRepositoryAndTag(String pattern, String image, boolean matches) {
        assertThat(new TagPattern(pattern).matches(ImageReference.parse("registry.example.com/" + image)))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "team/app:", ":v1", "registry:5000/app:v1", "v1/x", "v[12]", "ä"})
    void whatCanMatchNothingIsRefused(String pattern) {
        assertThatThrownBy(() -> new TagPattern(pattern))
                .hasMessageContaining("'" + pattern + "' is no pattern of tags. Write a tag");
    }

    @Test
    void manyStarsTakeNoTime() {
        String stars = "*a".repeat(20);
        assertThat(new TagPattern(stars + "b").matches(ImageReference.parse("x:" + "a".repeat(40))))
                .isFalse();
    }
}
