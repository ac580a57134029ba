package io.jenkins.plugins.multiarch.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

    private static final String DIGEST = "sha256:" + "0".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "alpine, docker.io/library/alpine:latest",
        "alpine:3.20, docker.io/library/alpine:3.20",
        "docker.io/alpine, docker.io/library/alpine:latest",
        "index.docker.io/library/alpine, docker.io/library/alpine:latest",
        "jenkins/jenkins, docker.io/jenkins/jenkins:latest",
        "localhost/hello, localhost/hello:latest",
        "localhost:5000/demo/hello:1.0, localhost:5000/demo/hello:1.0",
        "registry.example.com/a/b/c, registry.example.com/a/b/c:latest",
        "'[::1]:5000/hello:1', '[::1]:5000/hello:1'",
        "UPPER/hello, UPPER/hello:latest",
        "a__b/c-d--e.f, docker.io/a__b/c-d--e.f:latest",
    })
    void spellsTheRegistryOut(String written, String whole) {
        assertThat(ImageReference.parse(written)).hasToString(whole);
        assertThat(ImageReference.parse(whole)).isEqualTo(ImageReference.parse(written));
    }

    @Test
    void aDigestNeedsNoTag() {
        ImageReference byDigest = ImageReference.parse("localhost:5000/hello@" + DIGEST);
        assertThat(byDigest.tag()).isEmpty();
        assertThat(byDigest.digest()).isEqualTo(DIGEST);
        assertThat(byDigest.identifier()).isEqualTo(DIGEST);

        ImageReference both = ImageReference.parse("localhost:5000/hello:1@" + DIGEST);
        assertThat(both.tag()).isEqualTo("1");
        assertThat(both.identifier()).isEqualTo(DIGEST);
        assertThat(both).hasToString("localhost:5000/hello:1@" + DIGEST);
    }

    @Test
    void tagAndDigestCanBeReplaced() {
        ImageReference image = ImageReference.parse("localhost:5000/hello:1");
        assertThat(image.name()).isEqualTo("localhost:5000/hello");
        assertThat(image.withTag("2")).hasToString("localhost:5000/hello:2");
        assertThat(image.withDigest(Digest.parse(DIGEST))).hasToString("localhost:5000/hello@" + DIGEST);
        assertThatThrownBy(() -> image.withTag("-x")).hasMessageContaining("'-x' is not a tag");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "/",
                "Hello",
                "localhost:5000/Hello",
                "localhost:5000/",
                "localhost:port/hello",
                "hello:",
                "hello:a b",
                "hello:-x",
                "hello@sha256:abc",
                "hello@",
                "https://localhost:5000/hello",
                "a//b",
                "a/_b",
                "../etc/passwd",
                "hello?x=y",
                "-host.example/hello"
            })
    void refusesWhatIsNoReference(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an image reference");
    }

    @Test
    void saysHowToMendIt() {
        assertThatThrownBy(() -> ImageReference.parse("localhost:5000/Hello")).hasMessageContaining("lower case");
        assertThatThrownBy(() -> ImageReference.parse("https://x.example/y"))
                .hasMessageContaining("leave out 'https://'");
        assertThatThrownBy(() -> ImageReference.parse("x.example/" + "y".repeat(250)))
                .hasMessageContaining("shorten");
        assertThatThrownBy(() -> ImageReference.parse("x:" + "y".repeat(129))).hasMessageContaining("128");
    }

    @Test
    void aRegistryAloneCanBeChecked() {
        assertThat(ImageReference.requireRegistry(" registry.example.com:5000 "))
                .isEqualTo("registry.example.com:5000");
        assertThat(ImageReference.requireRegistry("[::1]:5000")).isEqualTo("[::1]:5000");
        assertThat(ImageReference.requireRegistry("index.docker.io")).isEqualTo("docker.io");
        for (String wrong : new String[] {"", "https://registry.example.com", "registry.example.com/team", "a b"}) {
            assertThatThrownBy(() -> ImageReference.requireRegistry(wrong))
                    .hasMessage("'" + wrong + "' is not a registry; write a host, or host:port.");
        }
    }

    @Test
    void aNameWithoutARegistryIsBelowThePrefix() {
        String prefix = "registry.example.com:5000/team";
        assertThat(ImageReference.parse("app", prefix)).hasToString("registry.example.com:5000/team/app:latest");
        assertThat(ImageReference.parse("x/app:1", prefix)).hasToString("registry.example.com:5000/team/x/app:1");
        assertThat(ImageReference.parse("docker.io/library/app:1", prefix)).hasToString("docker.io/library/app:1");
        assertThat(ImageReference.parse("localhost/app:1", prefix)).hasToString("localhost/app:1");
        assertThat(ImageReference.parse("app:1", "")).hasToString("docker.io/library/app:1");
        assertThatThrownBy(() -> ImageReference.parse(" ", prefix)).hasMessageContaining("it is empty");
        assertThatThrownBy(() -> ImageReference.parse("https://x.y/app", prefix))
                .hasMessageContaining("https://");
    }
}
