package io.jenkins.plugins.multiarch.engine.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.provenance.Provenance;
import io.jenkins.plugins.multiarch.engine.provenance.TestFacts;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.engine.signature.Cosign;
import io.jenkins.plugins.multiarch.engine.signature.Signer;
import io.jenkins.plugins.multiarch.engine.signature.SigningKey;
import io.jenkins.plugins.multiarch.engine.signature.TestKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What is promoted from one of Debian's docker-registry to another cosign 2 and 3 verify there. */
@Tag("integration")
@Timeout(300)
@ParameterizedClass
@MethodSource("io.jenkins.plugins.multiarch.engine.ToolGeneration#present")
class PromotionForCosignTest {

    private static final SigningKey KEY = TestKeys.signing();

    @Parameter
    private ToolGeneration tools;

    @TempDir
    private Path directory;

    private Cosign cosign;
    private RealRegistry staging;
    private RealRegistry production;
    private ImageReference amd64;
    private PublishedIndex index;

    @BeforeEach
    void start() throws IOException {
        cosign = new Cosign(tools, directory);
        staging = RealRegistry.start();
        production = RealRegistry.start();
        ImageReference tag = staging.image("demo/app:amd64");
        amd64 = tag.withDigest(TestImages.anonymous().push(tag, "linux/amd64").digest());
        TestImages.anonymous().push(staging.image("demo/app:arm64"), "linux/arm64");
        index = new IndexPublisher(registry(), line -> {})
                .publish(IndexRequest.builder(staging.image("demo/app:1"))
                        .source(IndexSource.of(amd64))
                        .source(IndexSource.of(staging.image("demo/app:arm64")))
                        .build());
    }

    @AfterEach
    void stop() throws IOException {
        staging.close();
        production.close();
    }

    private static Registry registry() {
        return new Registry(RegistryAccess.anonymous());
    }

    private CopyResult promote(CopyRequest request) throws IOException {
        return new Promotion(registry(), line -> {}).copy(request);
    }

    @Test
    void whatWeHaveSignedIsVerifiedAfterItsPromotion() throws Exception {
        Signer signer = new Signer(registry(), KEY, line -> {});
        signer.sign(index.image());
        signer.sign(amd64);
        signer.attest(index.image(), Provenance.of(TestFacts.ofJob("team/app"), index.image()));

        promote(CopyRequest.of(staging.image("demo/app:1"), production.image("live/app:2")));

        for (ImageReference image :
                List.of(production.image("live/app:2"), production.image("live/app@" + amd64.digest()))) {
            Cosign.Result verified = cosign.verify(KEY.verificationKey(), image);
            assertThat(verified.code()).as(verified.errors()).isZero();
        }
        Cosign.Result attested =
                cosign.verifyAttestation(KEY.verificationKey(), production.image("live/app:2"), "slsaprovenance1");
        assertThat(attested.code()).as(attested.errors()).isZero();
        assertThat(cosign.verify(TestKeys.signing().verificationKey(), production.image("live/app:2"))
                        .code())
                .isNotZero();
        Cosign.Result discovered = cosign.run(
                tools.oras(),
                "discover",
                "--plain-http",
                production.image("live/app:2").toString());
        assertThat(discovered.code()).as(discovered.errors()).isZero();
        assertThat(discovered.out()).contains("application/vnd.dev.sigstore.bundle.v0.3+json");
    }

    @Test
    void whatCosignHasSignedIsVerifiedAfterItsPromotion() throws Exception {
        SigningKey cosigns = cosign.generateKeyPair();
        assertThat(cosign.sign(index.image(), "--recursive").code()).isZero();

        promote(CopyRequest.of(staging.image("demo/app:1"), production.image("live/app:2"))
                .withOnly(Set.of(Platform.parse("linux/amd64"))));

        Cosign.Result ofPlatform =
                cosign.verify(cosigns.verificationKey(), production.image("live/app@" + amd64.digest()));
        assertThat(ofPlatform.code()).as(ofPlatform.errors()).isZero();
        assertThat(cosign.verify(cosigns.verificationKey(), production.image("live/app:2"))
                        .code())
                .isNotZero();

        promote(CopyRequest.of(staging.image("demo/app:1"), production.image("live/app:3")));
        Cosign.Result ofIndex = cosign.verify(cosigns.verificationKey(), production.image("live/app:3"));
        assertThat(ofIndex.code()).as(ofIndex.errors()).isZero();
    }
}
