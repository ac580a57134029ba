package io.jenkins.plugins.multiarch.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final String SHA256_OF_HELLO =
            "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @Test
    void hashesAndPrints() {
        assertThat(Digest.ofSha256(HELLO)).hasToString(SHA256_OF_HELLO);
        assertThat(Digest.parse(SHA256_OF_HELLO)).isEqualTo(Digest.ofSha256(HELLO));
    }

    @Test
    void verifiesBothAlgorithms() {
        Digest sha512 =
                Digest.parse("sha512:9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c1"
                        + "1d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043");
        assertThat(sha512.matches(HELLO)).isTrue();
        assertThat(sha512.matches(new byte[0])).isFalse();
        assertThat(Digest.parse(SHA256_OF_HELLO).matches(HELLO)).isTrue();
        assertThat(Digest.parse(SHA256_OF_HELLO).matches(new byte[0])).isFalse();
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"sha256", "sha256:", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", ":"})
    void refusesWhatIsNoDigest(String text) {
        assertThatThrownBy(() -> Digest.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("sha256:");
    }

    @Test
    void refusesUpperCase() {
        assertThatThrownBy(() -> new Digest("sha256", "A".repeat(64))).hasMessageContaining("lower-case");
    }
}
