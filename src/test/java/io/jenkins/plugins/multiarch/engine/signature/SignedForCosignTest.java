package io.jenkins.plugins.multiarch.engine.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.provenance.Statement;
import io.jenkins.plugins.multiarch.engine.provenance.Subject;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.QuickRegistry;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** What we sign cosign 2 and 3 verify, in Debian's docker-registry, which does not list what is about an image. */
@Tag("integration")
@Timeout(300)
@ParameterizedClass
@MethodSource("io.jenkins.plugins.multiarch.engine.ToolGeneration#present")
class SignedForCosignTest {

    private static final String PROVENANCE = "https://slsa.dev/provenance/v1";

    @Parameter
    private ToolGeneration tools;

    @TempDir
    private Path directory;

    private final List<String> log = new ArrayList<>();
    private final SigningKey key = TestKeys.signing();
    private final SigningKey otherKey = TestKeys.signing();
    private Cosign cosign;
    private RealRegistry real;
    private Registry registry;
    private PublishedIndex index;
    private ImageReference image;

    @BeforeEach
    void start() throws IOException {
        cosign = new Cosign(tools, directory);
        real = RealRegistry.start();
        registry = new Registry(RegistryAccess.anonymous());
        ImageReference amd64 = real.image("demo/app:amd64");
        ImageReference arm64 = real.image("demo/app:arm64");
        image = amd64.withDigest(
                TestImages.anonymous().push(amd64, "linux/amd64").digest());
        TestImages.anonymous().push(arm64, "linux/arm64");
        index = new IndexPublisher(registry, line -> {})
                .publish(IndexRequest.builder(real.image("demo/app:1"))
                        .source(IndexSource.of(amd64))
                        .source(IndexSource.of(arm64))
                        .build());
    }

    @AfterEach
    void stop() throws IOException {
        real.close();
    }

    private Signer signer(SigningKey by) {
        return new Signer(new Registry(RegistryAccess.anonymous()), by, log::add);
    }

    private static Statement provenance(ImageReference of, String buildType) {
        ObjectNode predicate = Json.object();
        predicate.putObject("buildDefinition").put("buildType", buildType).putObject("externalParameters");
        predicate.putObject("runDetails").putObject("builder").put("id", "https://ci.example.com/");
        return new Statement(List.of(Subject.of(of)), PROVENANCE, predicate);
    }

    @Test
    void itVerifiesASignedIndexAndASignedPlatformImage() throws Exception {
        assertThat(signer(key).sign(index.image())).isTrue();
        assertThat(signer(key).sign(image)).isTrue();

        for (ImageReference signed : List.of(index.image(), real.image("demo/app:1"), image)) {
            Cosign.Result verified = cosign.verify(key.verificationKey(), signed);
            assertThat(verified.code()).as(verified.errors()).isZero();
            assertThat(verified.out())
                    .contains(
                            signed.equals(image)
                                    ? image.digest()
                                    : index.digest().toString());
        }
    }

    @Test
    void itRefusesAnotherKeyAndAnUnsignedImage() throws Exception {
        signer(key).sign(index.image());

        Cosign.Result otherwise = cosign.verify(otherKey.verificationKey(), index.image());
        assertThat(otherwise.code()).isNotZero();
        assertThat(otherwise.errors()).containsIgnoringCase("signature");
        assertThat(cosign.verify(key.verificationKey(), image).code()).isNotZero();
    }

    @Test
    void itVerifiesAnAttestationOfItsTypeAlone() throws Exception {
        assertThat(signer(key).attest(index.image(), provenance(index.image(), "https://example.com/a")))
                .isTrue();

        Cosign.Result verified = cosign.verifyAttestation(key.verificationKey(), index.image(), "slsaprovenance1");
        assertThat(verified.code()).as(verified.errors()).isZero();
        JsonNode printed = Json.readLeniently(verified.out());
        Statement read = Statement.parse(java.util.Base64.getDecoder().decode(Json.string(printed, "payload")));
        assertThat(read).isEqualTo(provenance(index.image(), "https://example.com/a"));
        assertThat(cosign.verifyAttestation(key.verificationKey(), index.image(), "spdxjson")
                        .code())
                .isNotZero();
        assertThat(cosign.verifyAttestation(otherKey.verificationKey(), index.image(), "slsaprovenance1")
                        .code())
                .isNotZero();
    }

    @Test
    void signaturesOfTwoKeysStandSideBySide() throws Exception {
        signer(key).sign(index.image());
        assertThat(signer(otherKey).sign(index.image())).isTrue();

        for (SigningKey each : List.of(key, otherKey)) {
            Cosign.Result verified = cosign.verify(each.verificationKey(), index.image());
            assertThat(verified.code()).as(verified.errors()).isZero();
        }
    }

    @Test
    void aSignatureOfCosignItselfStays() throws Exception {
        SigningKey cosigns = cosign.generateKeyPair();
        assertThat(cosign.sign(index.image()).code()).isZero();

        signer(key).sign(index.image());

        for (SigningKey each : List.of(key, cosigns)) {
            Cosign.Result verified = cosign.verify(each.verificationKey(), index.image());
            assertThat(verified.code()).as(verified.errors()).isZero();
        }
    }

    @Test
    void aKeyThatCosignHasMadeSigns() throws Exception {
        SigningKey cosigns = cosign.generateKeyPair();

        signer(cosigns).sign(index.image());

        assertThat(cosign.cosign("verify", "--key", "cosign.pub", "--insecure-ignore-tlog=true", index.reference())
                        .code())
                .isZero();
    }

    @Test
    void signingAgainAddsNothing() throws Exception {
        signer(key).sign(index.image());
        signer(key).attest(index.image(), provenance(index.image(), "https://example.com/a"));
        SignedStatements once = SignedStatements.read(registry, index.image());

        assertThat(signer(key).sign(index.image())).isFalse();
        assertThat(signer(key).attest(index.image(), provenance(index.image(), "https://example.com/a")))
                .isFalse();

        assertThat(once.all()).hasSize(4).allMatch(one -> one.isSignedBy(key.verificationKey()));
        assertThat(SignedStatements.read(new Registry(RegistryAccess.anonymous()), index.image())
                        .all())
                .hasSize(4);
        assertThat(log)
                .contains("Already signed: " + index.reference() + " by key "
                        + key.verificationKey().fingerprint());
    }

    @Test
    void anotherStatementIsAdded() throws Exception {
        signer(key).attest(index.image(), provenance(index.image(), "https://example.com/a"));

        assertThat(signer(key).attest(index.image(), provenance(index.image(), "https://example.com/b")))
                .isTrue();

        Cosign.Result verified = cosign.verifyAttestation(key.verificationKey(), index.image(), "slsaprovenance1");
        assertThat(verified.out().lines()).hasSize(2);
    }

    @Test
    void whatCosignHasSignedIsRead() throws Exception {
        SigningKey cosigns = cosign.generateKeyPair();
        cosign.sign(index.image());

        SignedStatements found = SignedStatements.read(registry, index.image());

        assertThat(found.unreadable()).isEmpty();
        assertThat(found.all()).hasSize(1);
        SignedStatement signature = found.all().get(0);
        assertThat(signature.isSignature()).isTrue();
        assertThat(signature.statement().isAbout(index.digest())).isTrue();
        assertThat(signature.isSignedBy(cosigns.verificationKey())).isTrue();
        assertThat(signature.isSignedBy(key.verificationKey())).isFalse();
        if (tools == ToolGeneration.TODAY) {
            assertThat(signature.claimedKey())
                    .isEqualTo(cosigns.verificationKey().fingerprint());
        }
    }

    @Test
    void whatCannotBeSignedIsRefusedBeforeAnythingIsPushed() throws Exception {
        ImageReference absent = image.withDigest(Digest.ofSha256("x".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> signer(key).sign(real.image("demo/app:1")))
                .hasMessageContaining("has no digest, and its tag may move");
        assertThatThrownBy(() -> signer(key).attest(image, provenance(index.image(), "https://example.com/a")))
                .hasMessageContaining("is about")
                .hasMessageContaining("not about " + image);
        assertThatThrownBy(() -> new Signer(QuickRegistry.of(RegistryAccess.anonymous(), log::add, 2), key, log::add)
                        .sign(absent))
                .isInstanceOf(RegistryException.NotFound.class);

        assertThat(SignedStatements.read(registry, image).all()).isEmpty();
    }

    @Test
    void theToolsOfOthersDoNotStumbleOverWhatIsAttached() throws Exception {
        signer(key).sign(index.image());
        signer(key).attest(index.image(), provenance(index.image(), "https://example.com/a"));
        signer(key).sign(image);
        String name = real.image("demo/app:1").toString();

        Cosign.Result discovered = cosign.run(tools.oras(), "discover", "--plain-http", "--format", "json", name);
        assertThat(discovered.code()).as(discovered.errors()).isZero();
        assertThat(discovered.out().split(java.util.regex.Pattern.quote(Bundle.MEDIA_TYPE), -1).length - 1)
                .as(discovered.out())
                .isGreaterThanOrEqualTo(2);
        for (List<String> command : List.of(
                List.of("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + name),
                List.of(tools.buildx(), "imagetools", "inspect", "--raw", name),
                List.of(tools.oras(), "manifest", "fetch", "--plain-http", name))) {
            Cosign.Result read = cosign.run(command.toArray(String[]::new));
            assertThat(read.code()).as(read.errors()).isZero();
            assertThat(read.out().strip())
                    .isEqualTo(new String(index.manifest().content(), StandardCharsets.UTF_8).strip());
        }
        Cosign.Result shown = cosign.run(tools.buildx(), "imagetools", "inspect", name);
        assertThat(shown.out()).contains("linux/amd64", "linux/arm64");
        Cosign.Result tree = cosign.cosign("tree", index.reference());
        assertThat(tree.code()).as(tree.errors()).isZero();
    }

    @Test
    void craneAndNotationDoNotStumbleEither() throws Exception {
        assumeTrue(tools == ToolGeneration.TODAY, "there is no other crane or notation");
        signer(key).sign(index.image());
        signer(key).attest(index.image(), provenance(index.image(), "https://example.com/a"));
        String name = real.image("demo/app:1").toString();

        assertThat(cosign.run(ToolGeneration.crane(), "manifest", name).out().strip())
                .isEqualTo(new String(index.manifest().content(), StandardCharsets.UTF_8).strip());
        assertThat(cosign.run(ToolGeneration.crane(), "ls", real.address() + "/demo/app")
                        .out())
                .contains(".sig", ".att");
        Cosign.Result listed = cosign.run(ToolGeneration.notation(), "ls", "--insecure-registry", index.reference());
        assertThat(listed.code()).as(listed.errors()).isZero();
        assertThat(listed.out()).contains("has no associated signature");
    }

    /** docker-registry has no such lists; this one is ours. */
    @Test
    void itFindsWhatARegistryListsByItself() throws Exception {
        assumeTrue(tools == ToolGeneration.TODAY, "cosign 2 looks for nothing but its tags");
        try (FaultyRegistry listing = new FaultyRegistry().notingSubjects()) {
            ImageReference tag = listing.image("demo/app:1");
            ImageReference listed = tag.withDigest(
                    TestImages.anonymous().push(tag, "linux/amd64").digest());
            signer(key).sign(listed);
            signer(key).attest(listed, provenance(listed, "https://example.com/a"));
            // Nothing but the bundles is left.
            for (CosignTag kind : List.of(CosignTag.SIG, CosignTag.ATT)) {
                assertThat(registry.deleteTag(kind.of(listed))).isTrue();
            }

            Cosign.Result verified = cosign.verify(key.verificationKey(), tag);
            assertThat(verified.code()).as(verified.errors()).isZero();
            Cosign.Result attested = cosign.verifyAttestation(key.verificationKey(), tag, "slsaprovenance1");
            assertThat(attested.code()).as(attested.errors()).isZero();
            assertThat(cosign.verify(otherKey.verificationKey(), tag).code()).isNotZero();
            assertThat(listing.asked()).contains("GET /v2/demo/app/referrers/" + listed.digest());
        }
    }
}
