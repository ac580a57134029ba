package io.jenkins.plugins.multiarch.engine.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryAccessTest {

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "localhost:5000, true",
        "127.0.0.1:5000, true",
        "127.1.2.3, true",
        "[::1]:5000, true",
        "[::1], true",
        "localhost:443, false",
        "127.0.0.1:443, false",
        "registry.example.com, false",
        "registry.example.com:5000, false",
        "localhost.example.com, false",
        "127.0.0.1.example.com, false",
        "docker.io, false",
    })
    void onlyLoopbackIsInsecureByItself(String registry, boolean insecure) {
        assertThat(RegistryAccess.anonymous().isInsecure(registry)).isEqualTo(insecure);
    }

    @Test
    void anInsecureRegistryMustBeNamedWithItsPort() {
        RegistryAccess access = RegistryAccess.anonymous().withInsecure("registry.example.com:5000");
        assertThat(access.endpoint("registry.example.com:5000")).isEqualTo("http://registry.example.com:5000");
        assertThat(access.endpoint("registry.example.com")).isEqualTo("https://registry.example.com");
    }

    @Test
    void dockerHubIsServedElsewhere() {
        assertThat(RegistryAccess.anonymous().endpoint("docker.io")).isEqualTo("https://registry-1.docker.io");
    }

    @Test
    void neverPrintsAPassword() {
        RegistryAccess access = RegistryAccess.anonymous().withCredential("localhost:5000", "bob", "s3cret");
        assertThat(access.credential("localhost:5000")).contains(new RegistryCredential("bob", "s3cret"));
        assertThat(access.toString()).contains("bob").doesNotContain("s3cret");
    }

    @Test
    void theLongestPlaceOfAnImageHasItsCredential() {
        RegistryAccess access = RegistryAccess.anonymous()
                .withCredential("quay.io/team", "team", "1")
                .withCredential("quay.io/team/app", "app", "2");
        assertThat(access.credential(ImageReference.parse("quay.io/team/app:1")))
                .contains(new RegistryCredential("app", "2"));
        assertThat(access.credential(ImageReference.parse("quay.io/team/app2:1")))
                .contains(new RegistryCredential("team", "1"));
        assertThat(access.credential(ImageReference.parse("quay.io/team2/app:1")))
                .isEmpty();
        assertThat(access.credential("quay.io")).isEmpty();
    }
}
