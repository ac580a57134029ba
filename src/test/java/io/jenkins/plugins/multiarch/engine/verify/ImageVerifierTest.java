package io.jenkins.plugins.multiarch.engine.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.index.Referrers;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.provenance.Provenance;
import io.jenkins.plugins.multiarch.engine.provenance.TestFacts;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.engine.signature.CosignTag;
import io.jenkins.plugins.multiarch.engine.signature.Signer;
import io.jenkins.plugins.multiarch.engine.signature.SigningKey;
import io.jenkins.plugins.multiarch.engine.signature.TestKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is verified, and what is told apart or refused; in registries that list what is about an image, and others. */
@Timeout(60)
@ParameterizedClass(name = "lists by itself: {0}")
@ValueSource(booleans = {true, false})
class ImageVerifierTest {

    private static final SigningKey KEY = TestKeys.signing();
    private static final SigningKey OTHER_KEY = TestKeys.signing();

    @Parameter
    private boolean listsByItself;

    private FaultyRegistry faulty;
    private Registry registry;
    private PublishedIndex index;
    private ImageReference amd64;
    private ImageReference arm64;

    @BeforeEach
    void start() throws IOException {
        faulty = new FaultyRegistry();
        if (listsByItself) {
            faulty.notingSubjects();
        }
        registry = newRegistry();
        amd64 = push("linux/amd64");
        arm64 = push("linux/arm64");
        index = publish("demo/app:1", amd64, arm64);
    }

    @AfterEach
    void stop() {
        faulty.close();
    }

    /** One that remembers nothing. */
    private static Registry newRegistry() {
        return new Registry(RegistryAccess.anonymous());
    }

    private ImageReference push(String platform) throws IOException {
        ImageReference tag = faulty.image("demo/app:" + platform.replace('/', '-'));
        return tag.withDigest(TestImages.anonymous().push(tag, platform).digest());
    }

    private PublishedIndex publish(String tag, ImageReference... members) throws IOException {
        return new IndexPublisher(registry, line -> {})
                .publish(IndexRequest.builder(faulty.image(tag))
                        .sources(Stream.of(members).map(IndexSource::of).toList())
                        .build());
    }

    private Signer signer(SigningKey key) {
        return new Signer(newRegistry(), key, line -> {});
    }

    private List<VerifiedImage> verify(ExpectedOrigin expected, boolean platformImages) throws IOException {
        return new ImageVerifier(newRegistry(), KEY.verificationKey(), expected)
                .verify(faulty.image("demo/app:1"), platformImages);
    }

    private List<VerifiedImage> verify() throws IOException {
        return verify(ExpectedOrigin.ANY, false);
    }

    private void attest(SigningKey key, String job) throws IOException {
        signer(key).attest(index.image(), Provenance.of(TestFacts.ofJob(job), index.image()));
    }

    @Test
    void aSignedIndexIsVerifiedByTag() throws IOException {
        signer(KEY).sign(index.image());

        VerifiedImage verified = verify().get(0);

        assertThat(verified.name()).isEqualTo("index");
        assertThat(verified.image()).isEqualTo(index.image());
        // A bundle, and a tag.
        assertThat(verified.signatures()).hasSize(2);
        assertThat(verified.origins()).isEmpty();
    }

    @Test
    void everyPlatformImageMustBeSignedWhereThatIsAskedFor() throws IOException {
        signer(KEY).sign(index.image());
        signer(KEY).sign(amd64);

        assertThatThrownBy(() -> verify(ExpectedOrigin.ANY, true))
                .isInstanceOf(VerificationException.class)
                .hasMessage(arm64 + " (linux/arm64) has no valid signature of key "
                        + KEY.verificationKey().fingerprint()
                        + ". Nothing about it is signed in its repository. Sign it,"
                        + " or check the reference.");

        signer(KEY).sign(arm64);
        assertThat(verify(ExpectedOrigin.ANY, true))
                .extracting(VerifiedImage::name)
                .containsExactly("index", "linux/amd64", "linux/arm64");
    }

    @Test
    void anotherKeyIsNamed() throws IOException {
        signer(OTHER_KEY).sign(index.image());

        assertThatThrownBy(this::verify)
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining(index.image() + " (index) has no valid signature of key "
                        + KEY.verificationKey().fingerprint())
                .hasMessageContaining(
                        "signed by key " + OTHER_KEY.verificationKey().fingerprint() + ", expected "
                                + KEY.verificationKey().fingerprint());
    }

    @Test
    void oneOfTwoSignaturesIsEnough() throws IOException {
        signer(OTHER_KEY).sign(index.image());
        signer(KEY).sign(index.image());

        assertThat(verify().get(0).signatures()).hasSize(2);
    }

    @Test
    void theSignatureOfAnotherIndexIsToldApart() throws IOException {
        PublishedIndex other = publish("demo/app:2", amd64);
        signer(KEY).sign(other.image());
        move(other.image(), index.image());

        assertThatThrownBy(this::verify)
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("about [" + other.digest() + "], expected " + index.digest());
    }

    /** Attaches to one image what is about another one, as who can write to the repository can. */
    private void move(ImageReference from, ImageReference to) throws IOException {
        registry.push(CosignTag.SIG.of(to), registry.pull(CosignTag.SIG.of(from)));
        Manifest subject = registry.pull(to);
        for (Descriptor entry : new Referrers(registry, line -> {}).list(from)) {
            ObjectNode bundle =
                    (ObjectNode) registry.pull(from.withDigest(entry.digest())).json();
            bundle.withObjectProperty("subject").put("digest", to.digest()).put("size", subject.size());
            attach(bundle);
        }
    }

    private void attach(JsonNode bundle) throws IOException {
        Manifest manifest = Manifest.of(Manifest.OCI_MANIFEST, Json.write(bundle, ""));
        registry.push(index.image().withDigest(manifest.digest()), manifest);
        new Referrers(registry, line -> {}).add(index.image(), manifest, Optional.empty());
    }

    @Test
    void whatWasTagSwappedAfterSigningIsRefused() throws IOException {
        signer(KEY).sign(index.image());
        publish("demo/app:1", arm64);

        assertThatThrownBy(this::verify)
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("Nothing about it is signed in its repository");
    }

    static Stream<Arguments> tampered() {
        return Stream.of(
                arguments("another payload", "payload", Base64.getEncoder().encodeToString("{}".getBytes())),
                arguments("half of the payload", "payload", "eyJfdHlw"),
                arguments("no Base64", "payload", "%"),
                arguments("another type", "payloadType", "text/plain"),
                arguments("no payload", "payload", null),
                arguments("no signatures", "signatures", null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tampered")
    void aTamperedBundleIsRefused(String what, String field, String value) throws IOException {
        JsonNode bundle = bundleOf(index.image());
        JsonNode content = Json.read(registry.blob(
                index.image(), Digest.parse(bundle.at("/layers/0/digest").textValue()), 100_000));
        ObjectNode envelope = (ObjectNode) content.path("dsseEnvelope");
        if (value == null) {
            envelope.remove(field);
        } else {
            envelope.put(field, value);
        }
        attachOnly(bundle, Json.write(content, ""));

        assertThatThrownBy(this::verify)
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining(
                        "What there is: The bundle " + index.image().name() + "@sha256:");
    }

    @Test
    void aStatementThatWasChangedIsToldApartFromAnotherKeys() throws IOException {
        JsonNode bundle = bundleOf(index.image());
        JsonNode content = Json.read(registry.blob(
                index.image(), Digest.parse(bundle.at("/layers/0/digest").textValue()), 100_000));
        ObjectNode envelope = (ObjectNode) content.path("dsseEnvelope");
        String payload =
                new String(Base64.getDecoder().decode(envelope.path("payload").textValue()), StandardCharsets.UTF_8);
        envelope.put(
                "payload",
                Base64.getEncoder()
                        .encodeToString(payload.replace("demo", "done").getBytes(StandardCharsets.UTF_8)));
        attachOnly(bundle, Json.write(content, ""));

        assertThatThrownBy(this::verify)
                .hasMessageContaining("changed since it was signed by key "
                        + KEY.verificationKey().fingerprint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"dsseEnvelope\":{}}", "{\"messageSignature\":{}}"})
    void aTruncatedBundleIsRefused(String content) throws IOException {
        attachOnly(bundleOf(index.image()), content.getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(this::verify)
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void aBundleWhoseContentIsGoneIsRefused() throws IOException {
        signer(KEY).sign(index.image());
        faulty.always("GET .*/blobs/.*", Fault.status(404));

        assertThatThrownBy(this::verify)
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void aBrokenBundleDoesNotHideAGoodOne() throws IOException {
        attachOnly(bundleOf(index.image()), "{".getBytes(StandardCharsets.UTF_8));
        signer(KEY).sign(index.image());

        assertThat(verify().get(0).signatures()).hasSize(2);
    }

    @Test
    void aSignatureUnderATagThatBelongsToAnotherPayloadIsRefused() throws IOException {
        signer(KEY).sign(index.image());
        Manifest tagged = registry.pull(CosignTag.SIG.of(index.image()));
        ObjectNode changed = (ObjectNode) tagged.json();
        ObjectNode layer = (ObjectNode) changed.path("layers").path(0);
        byte[] payload =
                ("{\"critical\":{\"identity\":{\"docker-reference\":\"x\"},\"image\":{\"docker-manifest-digest\":\""
                                + index.digest()
                                + "\"},\"type\":\"cosign container image signature\"},\"optional\":{\"a\":\"b\"}}")
                        .getBytes(StandardCharsets.UTF_8);
        layer.put("digest", registry.pushBlob(index.image(), payload).toString());
        layer.put("size", payload.length);
        withoutAttachments();
        registry.push(CosignTag.SIG.of(index.image()), Manifest.of(Manifest.OCI_MANIFEST, Json.write(changed, "")));

        assertThatThrownBy(this::verify)
                .hasMessageContaining("signed by another key, or changed since, expected "
                        + KEY.verificationKey().fingerprint());
    }

    @Test
    void aBrokenLayerDoesNotHideAGoodOne() throws IOException {
        faulty.trusting();
        signer(KEY).sign(index.image());
        withoutBundles();
        ObjectNode changed =
                (ObjectNode) registry.pull(CosignTag.SIG.of(index.image())).json();
        ArrayNode layers = (ArrayNode) changed.path("layers");
        ObjectNode broken = layers.path(0).deepCopy();
        layers.insert(0, broken.deepCopy().put("digest", "none")).insert(0, broken.putNull("annotations"));
        registry.push(CosignTag.SIG.of(index.image()), Manifest.of(Manifest.OCI_MANIFEST, Json.write(changed, "")));

        assertThat(verify().get(0).signatures()).hasSize(1);
    }

    /** Keeps what cosign 2 finds. */
    private void withoutBundles() throws IOException {
        Manifest tagged = registry.pull(CosignTag.SIG.of(index.image()));
        withoutAttachments();
        registry.push(CosignTag.SIG.of(index.image()), tagged);
    }

    @Test
    void aFailingRegistryIsNoMissingSignature() throws IOException {
        signer(KEY).sign(index.image());
        faulty.always("GET .*/manifests/sha256-.*sig", Fault.status(403));

        assertThatThrownBy(this::verify)
                .isInstanceOf(RegistryException.class)
                .isNotInstanceOf(VerificationException.class);
    }

    @Test
    void theBuildIsVerifiedByItsProvenance() throws IOException {
        signer(KEY).sign(index.image());
        attest(KEY, "team/app");

        VerifiedImage verified = verify(
                        new ExpectedOrigin("https://ci.example.com", "team/app", "https://git.example.com/team/app"),
                        false)
                .get(0);

        assertThat(verified.origins()).hasSize(1);
        assertThat(verified.origins().get(0).job()).isEqualTo("team/app");
        assertThat(verified.attestations()).containsExactly(Provenance.PREDICATE_TYPE);
    }

    static Stream<Arguments> otherOrigins() {
        return Stream.of(
                arguments(
                        new ExpectedOrigin("https://other.example.com/", "", ""),
                        "built by 'https://ci.example.com/', expected 'https://other.example.com/'"),
                arguments(new ExpectedOrigin("", "team/other", ""), "built by job 'team/app', expected 'team/other'"),
                arguments(new ExpectedOrigin("", "team", ""), "built by job 'team/app', expected 'team'"),
                arguments(
                        new ExpectedOrigin("", "", "https://git.example.com/fork/app"),
                        "built from 'https://git.example.com/team/app', expected 'https://git.example.com/fork/app'"),
                arguments(
                        new ExpectedOrigin("https://other.example.com/", "team/other", TestFacts.REPOSITORY),
                        "built by 'https://ci.example.com/', expected 'https://other.example.com/', built by job"
                                + " 'team/app', expected 'team/other'"));
    }

    @ParameterizedTest
    @MethodSource("otherOrigins")
    void aBuildElsewhereFailsWithTheDifference(ExpectedOrigin expected, String difference) throws IOException {
        signer(KEY).sign(index.image());
        attest(KEY, "team/app");

        assertThatThrownBy(() -> verify(expected, false))
                .isInstanceOf(VerificationException.class)
                .hasMessage(index.image() + " (index) was not built as expected: " + difference + ".");
    }

    @Test
    void provenanceOfAnotherKeyProvesNothing() throws IOException {
        signer(KEY).sign(index.image());
        attest(OTHER_KEY, "team/app");

        assertThatThrownBy(() -> verify(new ExpectedOrigin("", "team/app", ""), false))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("has no provenance that is signed by key "
                        + KEY.verificationKey().fingerprint());
        assertThat(verify().get(0).origins()).isEmpty();
    }

    @Test
    void provenanceOfOneBuildOfSeveralIsEnough() throws IOException {
        signer(KEY).sign(index.image());
        attest(KEY, "team/first");
        attest(KEY, "team/second");

        assertThat(verify(new ExpectedOrigin("", "team/second", ""), false)
                        .get(0)
                        .origins())
                .hasSize(1);
        assertThat(verify().get(0).origins()).hasSize(2);
    }

    /** The manifest of a bundle that this key has signed for the image. */
    private JsonNode bundleOf(ImageReference image) throws IOException {
        signer(KEY).sign(image);
        Descriptor entry = new Referrers(registry, line -> {}).list(image).get(0);
        return registry.pull(image.withDigest(entry.digest())).json();
    }

    /** Attaches a bundle with this content instead of all that is attached. */
    private void attachOnly(JsonNode bundle, byte[] content) throws IOException {
        withoutAttachments();
        ObjectNode layer = (ObjectNode) ((ArrayNode) bundle.path("layers")).path(0);
        layer.put("digest", registry.pushBlob(index.image(), content).toString());
        layer.put("size", content.length);
        attach(bundle);
    }

    /** The index anew, with nothing about it. */
    private void withoutAttachments() throws IOException {
        faulty.forgetReferrers(index.image());
    }
}
