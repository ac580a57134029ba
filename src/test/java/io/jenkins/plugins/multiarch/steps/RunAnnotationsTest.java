package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunAnnotationsTest {

    @ParameterizedTest
    @CsvSource({
        "https://bob:s3cret@git.example.com/team/app.git, https://git.example.com/team/app.git",
        "https://token@git.example.com:8443/app, https://git.example.com:8443/app",
        "https://bob:s3c@ret@git.example.com/app, https://git.example.com/app",
        "HTTPS://bob:@git.example.com, HTTPS://git.example.com",
        "ssh://git@git.example.com/app.git, ssh://git.example.com/app.git",
        "https://git.example.com/team@home/app, https://git.example.com/team@home/app",
        "https://git.example.com/app?user=a@b, https://git.example.com/app?user=a@b",
        "git@git.example.com:team/app.git, git@git.example.com:team/app.git",
        "/srv/git/app@2.git, /srv/git/app@2.git",
    })
    void theSourceIsPublishedWithoutUserAndPassword(String url, String published) {
        assertThat(RunAnnotations.withoutUserInfo(url)).isEqualTo(published);
    }

    @Test
    void noUrlIsNoSource() {
        assertThat(RunAnnotations.withoutUserInfo(null)).isNull();
    }
}
