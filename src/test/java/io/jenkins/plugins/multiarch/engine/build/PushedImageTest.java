package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent tells a digest; what is behind it, the registry tells. */
class PushedImageTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Platform ARM64 = Platform.parse("linux/arm64");

    private final Registry registry = new Registry(RegistryAccess.anonymous(), line -> {});
    private FaultyRegistry server;
    private ImageReference image;

    @BeforeEach
    void start() throws IOException {
        server = new FaultyRegistry();
        image = server.image("demo/hello:1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void isDescribedByTheRegistry() throws IOException {
        Manifest pushed = TestImages.anonymous().push(image, "linux/arm64");

        PushedImage read = PushedImage.read(registry, image, pushed.digest(), ARM64, Optional.empty());

        assertThat(read.reference()).isEqualTo(image.withDigest(pushed.digest()));
        assertThat(read.descriptor().size()).isEqualTo(pushed.size());
        assertThat(read.descriptor().mediaType()).isEqualTo(pushed.mediaType());
        assertThat(read.descriptor().platform()).contains(ARM64);
        assertThat(read.compressedSize()).isPositive().isEqualTo(pushed.imageSize());
    }

    @Test
    void anotherImageThanTheTestedOneIsRefused() throws IOException {
        Manifest pushed = TestImages.anonymous().push(image, "linux/arm64");
        Digest config = Digest.parse(pushed.json().at("/config/digest").asText());

        assertThat(PushedImage.read(registry, image, pushed.digest(), ARM64, Optional.of(config))
                        .compressedSize())
                .isPositive();
        assertThatThrownBy(
                        () -> PushedImage.read(registry, image, pushed.digest(), ARM64, Optional.of(pushed.digest())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is not what was tested: its configuration is '" + config + "', not '")
                .hasMessageContaining("Build again.");
    }

    @Test
    void anImageOfAnotherPlatformIsRefused() throws IOException {
        Manifest pushed = TestImages.anonymous().push(image, "linux/arm64");

        assertThatThrownBy(() -> PushedImage.read(registry, image, pushed.digest(), AMD64, Optional.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The image built for linux/amd64 is one for linux/arm64");
    }

    @Test
    void anIndexWithoutThePlatformIsRefused() throws IOException {
        Manifest arm64 = TestImages.anonymous().push(image, "linux/arm64");
        Manifest index = TestImages.anonymous().pushManifest(image.withTag("index"), Manifest.OCI_INDEX, """
                {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","size":%d,"digest":"%s",
                 "platform":{"os":"linux","architecture":"arm64"}}]}
                """.formatted(
                        Manifest.OCI_INDEX, arm64.mediaType(), arm64.size(), arm64.digest()));

        PushedImage read = PushedImage.read(registry, image, index.digest(), ARM64, Optional.empty());
        assertThat(read.descriptor().digest()).isEqualTo(index.digest());
        assertThat(read.compressedSize()).isPositive().isEqualTo(arm64.imageSize());
        assertThatThrownBy(() -> PushedImage.read(registry, image, index.digest(), AMD64, Optional.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is an index without linux/amd64");
    }
}
