package io.jenkins.plugins.multiarch.engine.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.engine.signature.Cosign;
import io.jenkins.plugins.multiarch.engine.signature.SigningKey;
import io.jenkins.plugins.multiarch.engine.signature.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What cosign 2 and 3 sign and attest in Debian's docker-registry we verify. */
@Tag("integration")
@Timeout(300)
@ParameterizedClass
@MethodSource("io.jenkins.plugins.multiarch.engine.ToolGeneration#present")
class SignedByCosignTest {

    @Parameter
    private ToolGeneration tools;

    @TempDir
    private Path directory;

    private Cosign cosign;
    private RealRegistry real;
    private PublishedIndex index;
    private SigningKey key;

    @BeforeEach
    void start() throws Exception {
        cosign = new Cosign(tools, directory);
        real = RealRegistry.start();
        ImageReference amd64 = real.image("demo/app:amd64");
        TestImages.anonymous().push(amd64, "linux/amd64");
        index = new IndexPublisher(new Registry(RegistryAccess.anonymous()), line -> {})
                .publish(IndexRequest.builder(real.image("demo/app:1"))
                        .source(IndexSource.of(amd64))
                        .build());
        key = cosign.generateKeyPair();
    }

    @AfterEach
    void stop() throws IOException {
        real.close();
    }

    private List<VerifiedImage> verify(SigningKey by, ExpectedOrigin expected, boolean platformImages)
            throws IOException {
        return new ImageVerifier(new Registry(RegistryAccess.anonymous()), by.verificationKey(), expected)
                .verify(real.image("demo/app:1"), platformImages);
    }

    @Test
    void aSignatureIsVerifiedAndAnotherKeyIsNot() throws Exception {
        assertThat(cosign.sign(index.image()).code()).isZero();

        assertThat(verify(key, ExpectedOrigin.ANY, false).get(0).signatures()).hasSize(1);
        assertThatThrownBy(() -> verify(TestKeys.signing(), ExpectedOrigin.ANY, false))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("expected sha256:");
        assertThatThrownBy(() -> verify(key, ExpectedOrigin.ANY, true))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("(linux/amd64) has no valid signature");
    }

    @Test
    void aRecursiveSignatureIsVerifiedForEachPlatform() throws Exception {
        assertThat(cosign.sign(index.image(), "--recursive").code()).isZero();

        assertThat(verify(key, ExpectedOrigin.ANY, true))
                .extracting(VerifiedImage::name)
                .containsExactly("index", "linux/amd64");
    }

    @Test
    void anAttestationIsVerified() throws Exception {
        Files.writeString(
                directory.resolve("predicate.json"),
                "{\"buildDefinition\":{\"buildType\":\"https://example.com/t\",\"externalParameters\":{},"
                        + "\"resolvedDependencies\":[{\"uri\":\"git+https://git.example.com/app@refs/heads/main\"}]},"
                        + "\"runDetails\":{\"builder\":{\"id\":\"https://example.com/builder\"}}}");
        assertThat(cosign.sign(index.image()).code()).isZero();
        Cosign.Result attested = cosign.attest(index.image(), "slsaprovenance1", "predicate.json");
        assertThat(attested.code()).as(attested.errors()).isZero();

        ExpectedOrigin expected = new ExpectedOrigin("https://example.com/builder", "", "https://git.example.com/app");
        assertThat(verify(key, expected, false).get(0).origins()).hasSize(1);
        assertThatThrownBy(() -> verify(key, new ExpectedOrigin("https://example.com/else", "", ""), false))
                .hasMessageContaining("built by 'https://example.com/builder', expected 'https://example.com/else'");
    }

    @Test
    void theSignatureThatCosignHasPutUnderItsOldTagIsVerified() throws Exception {
        Cosign.Result signed = tools == ToolGeneration.TODAY
                ? cosign.sign(index.image(), "--new-bundle-format=false")
                : cosign.sign(index.image());
        assertThat(signed.code()).as(signed.errors()).isZero();

        assertThat(verify(key, ExpectedOrigin.ANY, false).get(0).signatures())
                .singleElement()
                .asString()
                .contains(".sig (sha256:");
    }
}
