package io.jenkins.plugins.multiarch.engine.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.ImageIndex;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.index.Referrers;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
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
import io.jenkins.plugins.multiarch.engine.signature.Signer;
import io.jenkins.plugins.multiarch.engine.signature.SigningKey;
import io.jenkins.plugins.multiarch.engine.signature.TestKeys;
import io.jenkins.plugins.multiarch.engine.verify.ExpectedOrigin;
import io.jenkins.plugins.multiarch.engine.verify.ImageVerifier;
import io.jenkins.plugins.multiarch.engine.verify.VerificationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Between registries that list what is about an image, and others, in both directions. */
@Timeout(60)
@ParameterizedClass(name = "from one that lists by itself: {0}, to one that does: {1}")
@CsvSource({"false, false", "true, true", "false, true", "true, false"})
class PromotionTest {

    private static final SigningKey KEY = TestKeys.signing();
    private static final SigningKey PRODUCTION_KEY = TestKeys.signing();

    @Parameter(0)
    private boolean sourceLists;

    @Parameter(1)
    private boolean targetLists;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private FaultyRegistry staging;
    private FaultyRegistry production;
    private ImageReference to;
    private ImageReference amd64;
    private PublishedIndex index;

    @BeforeEach
    void start() throws IOException {
        staging = new FaultyRegistry();
        production = new FaultyRegistry();
        if (sourceLists) {
            staging.notingSubjects();
        }
        if (targetLists) {
            production.notingSubjects();
        }
        to = production.image("live/app:2.0");
        amd64 = push("linux/amd64");
        index = publish(amd64, push("linux/arm64"));
        signer(KEY).sign(index.image());
        signer(KEY).sign(amd64);
        signer(KEY).attest(index.image(), Provenance.of(TestFacts.ofJob("team/app"), index.image()));
    }

    @AfterEach
    void stop() {
        staging.close();
        production.close();
    }

    private static Registry registry() {
        return new Registry(RegistryAccess.anonymous());
    }

    private static Signer signer(SigningKey key) {
        return new Signer(registry(), key, line -> {});
    }

    private ImageReference push(String platform) throws IOException {
        ImageReference tag = staging.image("demo/app:" + platform.replace('/', '-'));
        return tag.withDigest(TestImages.anonymous().push(tag, platform).digest());
    }

    private PublishedIndex publish(ImageReference... members) throws IOException {
        return new IndexPublisher(registry(), line -> {})
                .publish(IndexRequest.builder(staging.image("demo/app:1"))
                        .sources(List.of(members).stream().map(IndexSource::of).toList())
                        .annotations(Map.of("org.example.title", "app"))
                        .build());
    }

    private CopyRequest request() {
        return CopyRequest.of(staging.image("demo/app:1"), to);
    }

    private CopyResult copy(CopyRequest request) throws IOException {
        return new Promotion(registry(), log::add).copy(request);
    }

    private static void verify(ImageReference image, SigningKey key, ExpectedOrigin expected) throws IOException {
        new ImageVerifier(registry(), key.verificationKey(), expected).verify(image, false);
    }

    @Test
    void theCopyHasTheSameDigestAndItsSignaturesHold() throws IOException {
        CopyResult result = copy(request().withTags(List.of("2", "latest", "2.0")));

        assertThat(result.isSame()).isTrue();
        assertThat(result.image()).isEqualTo(to.withDigest(index.digest()));
        assertThat(result.tags()).containsExactly("2.0", "2", "latest");
        // Of the index a signature and an attestation, of one platform a signature, each in both forms.
        assertThat(result.attached()).isEqualTo(6);
        for (String tag : result.tags()) {
            assertThat(registry().pull(to.withTag(tag)).content())
                    .isEqualTo(index.manifest().content());
            verify(to.withTag(tag), KEY, new ExpectedOrigin(TestFacts.JENKINS, "team/app", TestFacts.REPOSITORY));
        }
        verify(to.withDigest(Digest.parse(amd64.digest())), KEY, ExpectedOrigin.ANY);
    }

    @Test
    void onlyWhatIsSignedIsCopiedWhereThatIsRequired() throws IOException {
        Promotion promotion = new Promotion(registry(), log::add).ofSignedOnly();
        assertThat(promotion.copy(request()).isSame()).isTrue();

        assertThatThrownBy(() -> promotion.copy(request().withAttached(false)))
                .hasMessageContaining("without referrers the signatures are left behind");
        assertThatThrownBy(() -> promotion.copy(request().withOnly(Set.of(Platform.parse("linux/amd64")))))
                .hasMessageContaining("is another index, without a signature");
        ImageReference unsigned = push("linux/s390x");
        ImageReference other = production.image("live/other:1");
        assertThatThrownBy(() -> promotion.copy(CopyRequest.of(unsigned, other)))
                .hasMessageContaining(
                        unsigned + " is not signed, and only signed images may be published in " + other.registry());
        assertThatThrownBy(() -> registry().pull(other)).isInstanceOf(RegistryException.NotFound.class);
    }

    @Test
    void whatRefersToWhatIsAttachedIsCopiedToo() throws IOException {
        ImageReference signature = index.image()
                .withDigest(new Referrers(registry(), line -> {})
                        .list(index.image())
                        .get(0)
                        .digest());
        ImageReference receipt = attach(signature, "a receipt");
        ImageReference stamp = attach(receipt, "a stamp");

        CopyResult result = copy(request());

        assertThat(result.attached()).isEqualTo(8);
        assertThat(attachedTo(to.withDigest(digest(signature)))).containsExactly(digest(receipt));
        assertThat(attachedTo(to.withDigest(digest(receipt)))).containsExactly(digest(stamp));
    }

    private static Digest digest(ImageReference image) {
        return Digest.parse(image.digest());
    }

    private static List<Digest> attachedTo(ImageReference subject) throws IOException {
        return new Referrers(registry(), line -> {})
                .list(subject).stream().map(Descriptor::digest).toList();
    }

    private static ImageReference attach(ImageReference subject, String text) throws IOException {
        Registry registry = registry();
        Manifest about = registry.pull(subject);
        ObjectNode document = Json.object();
        document.put("schemaVersion", 2).put("mediaType", Manifest.OCI_MANIFEST);
        document.put("artifactType", "application/vnd.example.note");
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        document.putObject("config")
                .put("mediaType", "application/vnd.oci.empty.v1+json")
                .put("size", content.length)
                .put("digest", registry.pushBlob(subject, content).toString());
        document.putArray("layers").add(document.path("config"));
        document.putObject("subject")
                .put("mediaType", about.mediaType())
                .put("size", about.size())
                .put("digest", subject.digest());
        Manifest manifest = Manifest.of(Manifest.OCI_MANIFEST, Json.write(document, ""));
        ImageReference location = subject.withDigest(manifest.digest());
        registry.push(location, manifest);
        new Referrers(registry, line -> {}).add(location, manifest, Optional.empty());
        return location;
    }

    @Test
    void signaturesThatTheTargetHasStay() throws IOException {
        copy(request());
        signer(PRODUCTION_KEY).sign(to.withDigest(index.digest()));
        signer(TestKeys.signing()).sign(index.image());

        copy(request());

        verify(to, PRODUCTION_KEY, ExpectedOrigin.ANY);
        verify(to, KEY, ExpectedOrigin.ANY);
        verify(index.image(), KEY, ExpectedOrigin.ANY);
        assertThatThrownBy(() -> verify(index.image(), PRODUCTION_KEY, ExpectedOrigin.ANY))
                .isInstanceOf(VerificationException.class);
    }

    @Test
    void copyingAgainWritesNothingButTheTags() throws IOException {
        copy(request());
        int before = production.asked().size();

        copy(request());

        assertThat(production.asked().subList(before, production.asked().size()))
                .filteredOn(asked -> !asked.startsWith("GET ") && !asked.startsWith("HEAD "))
                .containsExactly("PUT /v2/live/app/manifests/2.0");
    }

    @Test
    void theTagComesLast() throws IOException {
        copy(request());

        List<String> writes = production.asked().stream()
                .filter(asked -> asked.startsWith("PUT ") && asked.contains("/manifests/"))
                .toList();
        assertThat(writes).last().isEqualTo("PUT /v2/live/app/manifests/2.0");
        assertThat(writes).hasSizeGreaterThan(8);
    }

    @Test
    void nothingIsTaggedIfWhatIsAttachedCannotBeCopied() {
        production.always("PUT .*/manifests/sha256-.*sig", Fault.status(403));

        assertThatThrownBy(() -> copy(request())).isInstanceOf(RegistryException.class);

        assertThat(production.digestOf(to)).isEmpty();
    }

    @Test
    void someOfThePlatformsGetAnotherDigestAndThatIsSaid() throws IOException {
        CopyResult result = copy(request().withOnly(Set.of(Platform.parse("linux/amd64"))));

        assertThat(result.isSame()).isFalse();
        ImageIndex copied = ImageIndex.parse(registry().pull(to));
        assertThat(copied.members()).hasSize(1);
        assertThat(copied.annotations()).containsEntry("org.example.title", "app");
        assertThat(log)
                .anyMatch(line -> line.startsWith("The digest changes from " + index.digest() + " to "
                        + result.image().digest() + ", because only linux/amd64 of "));
        // The signature of the platform image holds, that of the index does not.
        verify(to.withDigest(digest(amd64)), KEY, ExpectedOrigin.ANY);
        assertThatThrownBy(() -> verify(to, KEY, ExpectedOrigin.ANY)).isInstanceOf(VerificationException.class);
    }

    @Test
    void allOfThePlatformsKeepTheDigest() throws IOException {
        assertThat(copy(request().withOnly(Set.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"))))
                        .isSame())
                .isTrue();
        verify(to, KEY, ExpectedOrigin.ANY);
    }

    @Test
    void aPlatformThatIsNotThereIsRefusedBeforeAnythingIsCopied() {
        assertThatThrownBy(() -> copy(request().withOnly(Set.of(Platform.parse("linux/s390x")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is an index without linux/s390x");
        assertThatThrownBy(() -> copy(CopyRequest.of(amd64, to).withOnly(Set.of(Platform.parse("linux/amd64")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is a single image, not an index");

        assertThat(production.asked()).noneMatch(asked -> asked.startsWith("PUT ") || asked.startsWith("POST "));
    }

    @Test
    void aDryRunWritesNothingAndSaysWhatWouldBe() throws IOException {
        CopyResult result = copy(request().withTags(List.of("2")).withDryRun(true));

        assertThat(result.image()).isEqualTo(to.withDigest(index.digest()));
        assertThat(result.attached()).isEqualTo(6);
        assertThat(production.asked()).noneMatch(asked -> asked.startsWith("PUT ") || asked.startsWith("POST "));
        assertThat(log)
                .contains(
                        "Dry run: " + index.reference() + " is not copied to " + to.name(),
                        "Dry run: " + to + " is not pushed",
                        "Dry run: " + to.withTag("2") + " is not pushed")
                .filteredOn(line -> line.contains("is not copied"))
                .hasSize(7);
    }

    @Test
    void aDryRunOfSomePlatformsSaysTheirDigest() throws IOException {
        CopyRequest some = request().withOnly(Set.of(Platform.parse("linux/amd64")));

        CopyResult planned = copy(some.withDryRun(true));
        assertThat(production.asked()).noneMatch(asked -> asked.startsWith("PUT ") || asked.startsWith("POST "));

        assertThat(copy(some).image()).isEqualTo(planned.image());
    }

    @Test
    void withoutWhatIsAttachedTheImageAloneIsCopied() throws IOException {
        assertThat(copy(request().withAttached(false)).attached()).isZero();

        assertThat(registry().pull(to).digest()).isEqualTo(index.digest());
        assertThatThrownBy(() -> verify(to, KEY, ExpectedOrigin.ANY))
                .hasMessageContaining("Nothing about it is signed in its repository");
    }

    @Test
    void withinOneRegistryBlobsAreMounted() throws IOException {
        ImageReference neighbour = staging.image("live/app:2.0");
        int before = staging.asked().size();

        copy(CopyRequest.of(staging.image("demo/app:1"), neighbour));

        verify(neighbour, KEY, ExpectedOrigin.ANY);
        assertThat(staging.asked().subList(before, staging.asked().size()))
                .filteredOn(asked -> asked.startsWith("POST "))
                .isNotEmpty()
                .allMatch(asked -> asked.contains("mount=") && asked.contains("&from=demo/app"));
    }

    @Test
    void withinOneRepositoryATagIsSetBack() throws IOException {
        ImageReference old = index.image();
        publish(amd64);

        CopyResult result = copy(CopyRequest.of(old, staging.image("demo/app:1")));

        assertThat(result.attached()).isZero();
        verify(staging.image("demo/app:1"), KEY, ExpectedOrigin.ANY);
    }

    @Test
    void whatIsListedButGoneIsLeftOutWithAWarning() throws IOException {
        ImageReference receipt = attach(index.image(), "a receipt");
        staging.always("GET .*/manifests/" + receipt.digest(), Fault.status(404));

        assertThat(copy(request()).attached()).isEqualTo(6);
        assertThat(log)
                .anyMatch(line -> line.startsWith("WARNING: what is listed as being about " + index.reference()));
    }

    @Test
    void aTargetNeedsATag() {
        assertThatThrownBy(() -> CopyRequest.of(index.image(), index.image()))
                .hasMessage("'" + index.image()
                        + "' cannot be copied to; write registry/repository:tag, without a digest.");
        assertThatThrownBy(() -> request().withTags(List.of("-x"))).hasMessageContaining("'-x' is not a tag");
        assertThatThrownBy(() -> copy(CopyRequest.of(staging.image("demo/none:1"), to)))
                .isInstanceOf(RegistryException.NotFound.class);
    }
}
