package io.jenkins.plugins.multiarch.engine.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.provenance.Provenance;
import io.jenkins.plugins.multiarch.engine.provenance.TestFacts;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What signing leaves in registries that list what is about an image, and in others. */
@Timeout(60)
@ParameterizedClass(name = "lists by itself: {0}")
@ValueSource(booleans = {true, false})
class SignerTest {

    private static final SigningKey KEY = TestKeys.signing();
    private static final SigningKey OTHER_KEY = TestKeys.signing();

    @Parameter
    private boolean listsByItself;

    private FaultyRegistry faulty;
    private ImageReference tag;
    private ImageReference image;

    @BeforeEach
    void start() throws IOException {
        faulty = new FaultyRegistry();
        if (listsByItself) {
            faulty.notingSubjects();
        }
        tag = faulty.image("demo/app:1");
        image = tag.withDigest(TestImages.anonymous().push(tag, "linux/amd64").digest());
    }

    @AfterEach
    void stop() {
        faulty.close();
    }

    private static Registry registry() {
        return new Registry(RegistryAccess.anonymous());
    }

    private static Signer signer(SigningKey key) {
        return new Signer(registry(), key, line -> {});
    }

    @Test
    void onlyARegistryThatListsNothingGetsAList() throws IOException {
        signer(KEY).sign(image);

        assertThat(faulty.digestOf(image.withTag(image.digest().replace(':', '-')))
                        .isEmpty())
                .isEqualTo(listsByItself);
    }

    @Test
    void thoseWhoSignAtTheSameTimeLoseNothingAndAddNothingTwice() throws IOException {
        Workers.map(
                6,
                List.of(KEY, OTHER_KEY, KEY, OTHER_KEY, KEY, OTHER_KEY),
                key -> signer(key).sign(image));

        List<SignedStatement> found = SignedStatements.read(registry(), image).all();
        assertThat(found).hasSize(4);
        for (SigningKey key : List.of(KEY, OTHER_KEY)) {
            assertThat(found)
                    .filteredOn(one -> one.isSignedBy(key.verificationKey()))
                    .hasSize(2);
        }
    }

    @Test
    void whatIsHalfSignedIsCompleted() throws IOException {
        faulty.always("PUT .*/manifests/sha256-.*sig", Fault.status(403));
        assertThatThrownBy(() -> signer(KEY).sign(image)).isInstanceOf(RegistryException.class);
        faulty.heal();

        assertThat(signer(KEY).sign(image)).isTrue();

        assertThat(SignedStatements.read(registry(), image).all()).hasSize(2);
    }

    @Test
    void somethingElseUnderTheTagStays() throws IOException {
        Manifest other = TestImages.anonymous()
                .push(CosignTag.ATT.of(image), Manifest.DOCKER_MANIFEST, TestImages.config("linux/arm64"));

        assertThatThrownBy(() -> signer(KEY).attest(image, Provenance.of(TestFacts.ofJob("a"), image)))
                .hasMessage("Under " + CosignTag.ATT.of(image) + ", where cosign keeps signatures, is something else ("
                        + Manifest.DOCKER_MANIFEST + "). Remove or rename that tag.");

        assertThat(faulty.digestOf(CosignTag.ATT.of(image)))
                .isEqualTo(other.digest().toString());
    }

    @Test
    void aBundleNamesItsKeyByTheFingerprint() throws IOException {
        signer(KEY).sign(image);
        signer(KEY).attest(image, Provenance.of(TestFacts.ofJob("a"), image));

        assertThat(SignedStatements.read(registry(), image).all())
                .filteredOn(one -> !one.keyHint().isEmpty())
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.claimedKey())
                        .isEqualTo(KEY.verificationKey().fingerprint()));
    }
}
