package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.QuickRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What publishing asks of a registry, and what it leaves there, whatever happens. */
@Timeout(60)
class PublishingTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Platform ARM64 = Platform.parse("linux/arm64");
    private static final List<String> SIX =
            List.of("linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7", "linux/ppc64le", "linux/s390x");

    private final List<String> log = new ArrayList<>();
    private final TestImages images = TestImages.anonymous();
    private FaultyRegistry faulty;
    private ImageReference image;
    private Registry registry;
    private IndexPublisher publisher;

    @BeforeEach
    void start() throws IOException {
        faulty = new FaultyRegistry();
        image = faulty.image("demo/hello:1");
        registry = new Registry(RegistryAccess.anonymous(), line -> {});
        publisher = new IndexPublisher(registry, log::add);
    }

    @AfterEach
    void stop() {
        faulty.close();
    }

    private IndexSource pushed(ImageReference reference, String platform) throws IOException {
        images.push(reference, platform);
        return IndexSource.of(reference);
    }

    private List<IndexSource> six() throws IOException {
        List<IndexSource> sources = new ArrayList<>();
        for (String platform : SIX) {
            sources.add(pushed(image.withTag(platform.replace('/', '-')), platform));
        }
        faulty.forget();
        return sources;
    }

    private PublishedIndex publish(List<IndexSource> sources, String... tags) throws IOException {
        return publisher.publish(
                IndexRequest.builder(image).sources(sources).tags(List.of(tags)).build());
    }

    private Manifest published(String... platforms) throws IOException {
        List<IndexSource> sources = new ArrayList<>();
        for (String platform : platforms) {
            sources.add(pushed(image.withTag(platform.replace('/', '-')), platform));
        }
        Manifest manifest = publish(sources).manifest();
        faulty.forget();
        return manifest;
    }

    @Test
    void sixReferencesCostThirteenRequestsManyAtOnce() throws IOException {
        List<IndexSource> sources = six();
        // Of the manifests the first is asked for alone: it shows what the registry wants to know.
        faulty.always("GET .*/blobs/.*", Fault.together(5));
        assertThat(publish(sources).members()).extracting(Descriptor::label).isEqualTo(SIX);
        assertThat(faulty.asked()).hasSize(13).doesNotHaveDuplicates();
        assertThat(faulty.server().mostAtOnce()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void whatTwoSourcesShareIsAskedForOnce() throws IOException {
        published("linux/amd64", "linux/arm64");
        IndexSource both = IndexSource.of(image);
        publisher.publish(IndexRequest.builder(image.withTag("2"))
                .source(both.only(Set.of(AMD64)))
                .source(both.only(Set.of(ARM64)))
                .build());
        assertThat(faulty.count("GET .*/manifests/1")).isEqualTo(1);
    }

    @Test
    void furtherTagsFollowTheFirstAllAtOnce() throws IOException {
        List<IndexSource> sources = six();
        faulty.always("PUT .*/(latest|1[.].*)", Fault.together(3));
        publish(sources, "latest", "1.2", "1.2.3");
        List<String> puts =
                faulty.asked().stream().filter(asked -> asked.startsWith("PUT")).toList();
        assertThat(puts).hasSize(4);
        assertThat(puts.get(0)).endsWith("/1");
        assertThat(faulty.digestOf(image.withTag("1.2.3"))).isEqualTo(faulty.digestOf(image));
    }

    @Test
    void copiesSeveralBlobsOfSeveralImagesAtOnce() throws IOException {
        try (FaultyRegistry other = new FaultyRegistry()) {
            IndexSource amd = collected(pushed(other.image("far/app:1"), "linux/amd64"), AMD64);
            IndexSource arm = collected(pushed(other.image("far/app:2"), "linux/arm64"), ARM64);
            other.always("GET .*/blobs/.*", Fault.together(4));
            publish(List.of(amd, arm));
            assertThat(other.count("GET .*/blobs/.*")).isEqualTo(4);
        }
    }

    private IndexSource collected(IndexSource source, Platform platform) throws IOException {
        Manifest manifest = registry.pull(source.reference());
        return IndexSource.collected(
                source.reference().withDigest(manifest.digest()),
                Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), platform));
    }

    @Test
    void whereTheFirstTagIsRefusedNoOtherIsTouched() throws IOException {
        Manifest before = published("linux/amd64");
        List<IndexSource> sources = six();
        faulty.always("PUT .*/1", Fault.status(403));
        assertThatThrownBy(() -> publish(sources, "latest")).hasMessageContaining("push the index " + image);
        assertThat(faulty.count("PUT .*")).isEqualTo(1);
        assertThat(faulty.digestOf(image)).isEqualTo(before.digest().toString());
        assertThat(faulty.digestOf(image.withTag("latest"))).isEmpty();
    }

    @Test
    void aRefusedFurtherTagIsNamedAndTheOthersArePushed() throws IOException {
        List<IndexSource> sources = six();
        faulty.always("PUT .*/1.2", Fault.status(403));
        assertThatThrownBy(() -> publish(sources, "1.2", "latest"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(image + " is pushed")
                .hasMessageContaining("push the index " + image.withTag("1.2"));
        assertThat(faulty.digestOf(image.withTag("latest"))).isEqualTo(faulty.digestOf(image));
    }

    @Test
    void bringsMembersFromAnotherRepositoryAndAnotherRegistry() throws IOException {
        try (FaultyRegistry other = new FaultyRegistry()) {
            IndexSource near = pushed(faulty.image("base/app:1"), "linux/amd64");
            IndexSource far = pushed(other.image("far/app:1"), "linux/arm64");
            other.forget();
            PublishedIndex published = publish(List.of(near, far));
            assertThat(published.members())
                    .extracting(member -> member.platform().orElseThrow())
                    .containsExactly(AMD64, ARM64);
            for (Descriptor member : published.members()) {
                assertThat(registry.has(image.withDigest(member.digest()))).isTrue();
            }
            assertThat(faulty.count("POST .*from=base/app")).isEqualTo(2);
            // Manifest, configuration and layer: nothing twice.
            assertThat(other.asked()).hasSize(3);
        }
    }

    @Test
    void bringsTheMembersOfAnIndexFromElsewhereWithTheirAttestations() throws IOException {
        try (FaultyRegistry from = new FaultyRegistry()) {
            ImageReference far = from.image("far/app:1");
            Manifest amd = images.push(far.withTag("a"), "linux/amd64");
            Manifest arm = images.push(far.withTag("b"), "linux/arm64");
            Manifest proof = images.push(far.withTag("c"), "unknown/unknown");
            Descriptor attestation = attestation(proof, arm);
            Manifest other = images.push(far.withTag("d"), "unknown/unknown");
            Manifest index = ImageIndex.of(
                            IndexFormat.OCI,
                            List.of(
                                    Descriptor.of(amd.mediaType(), amd.digest(), amd.size(), AMD64),
                                    Descriptor.of(arm.mediaType(), arm.digest(), arm.size(), ARM64),
                                    attestation(other, amd),
                                    attestation),
                            Map.of())
                    .toManifest();
            images.pushManifest(far, index.mediaType(), new String(index.content(), StandardCharsets.UTF_8));
            PublishedIndex published = publish(List.of(IndexSource.of(far).only(Set.of(ARM64))));
            assertThat(published.members()).hasSize(2).last().isEqualTo(attestation);
            assertThat(registry.has(image.withDigest(proof.digest()))).isTrue();
            assertThat(registry.has(image.withDigest(amd.digest()))).isFalse();
        }
    }

    private static Descriptor attestation(Manifest manifest, Manifest image) {
        return Descriptor.of(
                        manifest.mediaType(), manifest.digest(), manifest.size(), Platform.of("unknown", "unknown", ""))
                .withAnnotations(Map.of(
                        Descriptor.REFERENCE_TYPE,
                        "attestation-manifest",
                        Descriptor.REFERENCE_DIGEST,
                        image.digest().toString()));
    }

    @Test
    void noTagIsTouchedBeforeEverythingIsThere() throws IOException {
        Manifest before = published("linux/amd64");
        try (FaultyRegistry other = new FaultyRegistry()) {
            IndexSource far = pushed(other.image("far/app:1"), "linux/arm64");
            other.always("GET .*/blobs/.*", Fault.status(403));
            assertThatThrownBy(() -> publish(List.of(far.as(ARM64)))).isInstanceOf(RegistryException.class);
            assertThat(faulty.digestOf(image)).isEqualTo(before.digest().toString());
            assertThat(faulty.count("PUT .*")).isZero();
        }
    }

    @Test
    void aDryRunReadsAndWritesNothing() throws IOException {
        try (FaultyRegistry other = new FaultyRegistry()) {
            IndexSource far = pushed(other.image("far/app:1"), "linux/arm64");
            IndexRequest.Builder request = IndexRequest.builder(image).source(far);
            PublishedIndex dry = publisher.publish(request.dryRun(true).build());
            assertThat(faulty.asked()).isEmpty();
            assertThat(log).anyMatch(line -> line.startsWith("Dry run: ") && line.contains("is not copied"));
            assertThat(publisher
                            .publish(request.dryRun(false).build())
                            .manifest()
                            .content())
                    .isEqualTo(dry.manifest().content());
        }
    }

    @Test
    void aDryRunOfAnAmendmentChangesNothing() throws IOException {
        Manifest before = published("linux/amd64", "linux/s390x");
        for (IndexRequest.Builder request : List.of(
                IndexRequest.builder(image)
                        .source(pushed(image.withTag("b"), "linux/arm64"))
                        .amend(true),
                IndexRequest.builder(image).remove(List.of(AMD64)))) {
            faulty.forget();
            PublishedIndex dry = publisher.publish(request.dryRun(true).build());
            assertThat(faulty.count("GET .*")).isEqualTo(faulty.asked().size());
            assertThat(faulty.digestOf(image)).isEqualTo(before.digest().toString());
            assertThat(log).last().isEqualTo("Dry run: " + image + " is not pushed");

            PublishedIndex real = publisher.publish(request.dryRun(false).build());
            assertThat(real.manifest().content()).isEqualTo(dry.manifest().content());
            before = real.manifest();
        }
    }

    @Test
    void takesOnlyTheMembersThatAreNamed() throws IOException {
        published("linux/amd64", "linux/arm64", "linux/s390x");
        IndexSource source = IndexSource.of(image).only(Set.of(ARM64, Platform.parse("linux/s390x")));
        assertThat(publisher
                        .publish(IndexRequest.builder(image.withTag("2"))
                                .source(source)
                                .build())
                        .members())
                .extracting(member -> member.platform().orElseThrow())
                .containsExactly(ARM64, Platform.parse("linux/s390x"));
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image.withTag("2"))
                        .source(source.only(Set.of(Platform.parse("linux/riscv64"))))
                        .build()))
                .hasMessageContaining(
                        "is an index without linux/riscv64; it has linux/amd64, linux/arm64, linux/s390x");
    }

    @Test
    void removesAPlatformAndKeepsTheRestByteForByte() throws IOException {
        String before = new String(
                published("linux/amd64", "linux/arm64", "linux/s390x").content(), StandardCharsets.UTF_8);
        PublishedIndex after = publisher.publish(
                IndexRequest.builder(image).remove(List.of(ARM64)).build());
        assertThat(after.members())
                .extracting(member -> member.platform().orElseThrow())
                .containsExactly(AMD64, Platform.parse("linux/s390x"));
        String text = new String(after.manifest().content(), StandardCharsets.UTF_8);
        int first = before.indexOf("    {", before.indexOf("    {") + 5);
        assertThat(text).startsWith(before.substring(0, first));
        assertThat(faulty.asked())
                .containsExactly(
                        "GET /v2/demo/hello/manifests/1",
                        "PUT /v2/demo/hello/manifests/1",
                        "HEAD /v2/demo/hello/manifests/1");
        assertThatThrownBy(() -> publisher.publish(
                        IndexRequest.builder(image).remove(List.of(ARM64)).build()))
                .hasMessageContaining("no member for linux/arm64")
                .hasMessageContaining("it has linux/amd64, linux/s390x");
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image)
                        .remove(List.of(AMD64, Platform.parse("linux/s390x")))
                        .build()))
                .hasMessageContaining("none is left");
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image)
                        .source(IndexSource.of(image.withTag("linux-amd64")))
                        .remove(List.of(AMD64))
                        .build()))
                .hasMessageContaining("is to be removed and has a source as well");
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image.withTag("none"))
                        .remove(List.of(AMD64))
                        .build()))
                .isInstanceOf(RegistryException.NotFound.class);
    }

    @Test
    void publishingAgainAfterAnInterruptionChangesNothing() throws IOException {
        published("linux/amd64", "linux/arm64", "linux/s390x");
        IndexRequest.Builder request = IndexRequest.builder(image)
                .tags(List.of("latest"))
                .source(IndexSource.of(image.withTag("linux-amd64")))
                .amend(true)
                .remove(List.of(ARM64));
        Manifest first = publisher.publish(request.build()).manifest();

        Manifest second = publisher.publish(request.again(true).build()).manifest();

        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(registry.pull(image.withTag("latest")).digest()).isEqualTo(first.digest());
    }

    @Test
    void aSubjectAndAnArtifactTypeAreReadBack() throws IOException {
        Manifest subject = published("linux/amd64");
        List<IndexSource> sources = six();
        publisher.publish(IndexRequest.builder(image.withTag("2"))
                .sources(sources)
                .artifactType("application/vnd.example.app.v1")
                .subject(image)
                .build());
        IndexTable table = IndexTable.read(registry, image.withTag("2"));
        assertThat(table.artifactType()).isEqualTo("application/vnd.example.app.v1");
        assertThat(table.subject()).isEqualTo(subject.digest().toString());
        assertThat(table.manifest().json().at("/subject/size").asLong()).isEqualTo(subject.size());
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image)
                        .sources(sources)
                        .artifactType("no type")
                        .build()))
                .hasMessageContaining("'no type' is not an artifact type");
        for (IndexRequest.Builder request : List.of(
                IndexRequest.builder(image).artifactType("a/b"),
                IndexRequest.builder(image).subject(image))) {
            assertThatThrownBy(() -> publisher.publish(
                            request.sources(sources).format(IndexFormat.DOCKER).build()))
                    .hasMessageContaining("A Docker manifest list cannot have");
        }
        assertThatThrownBy(() -> IndexRequest.builder(image)
                        .sources(sources)
                        .subject(faulty.image("other:1"))
                        .build())
                .hasMessageContaining("its own repository");
    }

    @Test
    void aTemporaryTagIsRemovedOnlyWhileItPointsAtWhatTheBuildPushed() throws IOException {
        Manifest mine = images.push(image.withTag("tmp"), "linux/amd64");
        ImageReference tag = new ImageReference(
                image.registry(), image.repository(), "tmp", mine.digest().toString());
        images.push(image.withTag("tmp"), "linux/arm64");
        PublishedIndex index = publish(List.of(IndexSource.of(image.withTag("tmp"))));
        assertThat(publisher.removeTags(List.of(tag), index)).isEmpty();
        assertThat(log).anyMatch(line -> line.contains("no longer points at " + mine.digest()));
        images.push(image.withTag("tmp"), "linux/amd64");
        assertThat(publisher.removeTags(List.of(tag), index)).containsExactly(image.withTag("tmp"));
        assertThat(publisher.removeTags(List.of(tag), index)).isEmpty();
    }

    @Test
    void aRegistryThatRefusesToRemoveATagIsNoFailure() throws IOException {
        PublishedIndex index = publish(List.of(pushed(image.withTag("tmp"), "linux/amd64")));
        for (int status : new int[] {400, 401, 403, 405, 501}) {
            faulty.next("DELETE .*", Fault.status(status));
            assertThat(publisher.removeTags(List.of(image.withTag("tmp")), index))
                    .isEmpty();
            assertThat(log).last().asString().startsWith("The tag " + image.withTag("tmp") + " stays: ");
        }
    }

    @Test
    void aHundredMembersWork() throws IOException {
        List<IndexSource> sources = new ArrayList<>();
        for (int i : IntStream.range(0, 100).toArray()) {
            ImageReference reference = image.withTag("w" + i);
            images.push(
                    reference,
                    Manifest.OCI_MANIFEST,
                    "{\"os\":\"windows\",\"architecture\":\"amd64\",\"os.version\":\"10.0." + i + "\"}");
            sources.add(IndexSource.of(reference));
        }
        faulty.forget();
        PublishedIndex published = publish(sources);
        assertThat(published.members()).hasSize(100);
        assertThat(published.members().get(99).osVersion()).isEqualTo("10.0.99");
        assertThat(faulty.asked()).hasSize(201);
        IndexTable table = IndexTable.read(registry, image);
        assertThat(table.rows()).hasSize(100).noneMatch(IndexTable.Row::missing);
    }

    @Test
    void anIndexThatIsTooLargeIsNotPushed() throws IOException {
        List<IndexSource> sources = six();
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image)
                        .sources(sources)
                        .annotations(Map.of("k", "x".repeat(Registry.MAX_MANIFEST_BYTES)))
                        .build()))
                .hasMessageContaining("registries take no more than " + Registry.MAX_MANIFEST_BYTES);
        assertThat(faulty.count("PUT .*")).isZero();
    }

    @Test
    void theTimeForAllOfItIsLimited() throws IOException {
        List<IndexSource> sources = six();
        faulty.always("GET .*", Fault.status(503, "Retry-After", "30"));
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image)
                        .sources(sources)
                        .time(Duration.ofSeconds(20))
                        .build()))
                .hasMessageContaining("time limit of 20 s");
        assertThatThrownBy(() -> IndexRequest.builder(image)
                        .sources(sources)
                        .time(Duration.ZERO)
                        .build())
                .hasMessageContaining("leaves no time");
    }

    @Test
    void schema1IsNamed() throws IOException {
        images.pushManifest(
                image,
                Manifest.DOCKER_SCHEMA_1_SIGNED,
                "{\"schemaVersion\":1,\"architecture\":\"arm\",\"fsLayers\":[{},{}],\"signatures\":[]}");
        IndexTable table = IndexTable.read(registry, image);
        assertThat(table.manifest().isSchema1()).isTrue();
        assertThat(table.rows()).singleElement().satisfies(row -> {
            assertThat(row.layers()).isEqualTo(2);
            assertThat(row.compressedSize()).isEqualTo(IndexTable.UNKNOWN);
        });
        assertThatThrownBy(() -> publish(List.of(IndexSource.of(image)))).hasMessageContaining("schema 1");
    }

    @Test
    void theTableAddsUpWhatAClientDownloads() throws IOException {
        Manifest amd = images.push(image.withTag("a"), "linux/amd64");
        publish(List.of(IndexSource.of(image.withTag("a"))));
        long config = amd.json().at("/config/size").asLong();
        long layer = amd.json().at("/layers/0/size").asLong();
        IndexTable table = IndexTable.read(registry, image);
        assertThat(table.rows()).singleElement().satisfies(row -> {
            assertThat(row.compressedSize()).isEqualTo(config + layer);
            assertThat(row.member().size()).isEqualTo(amd.size());
        });
        assertThat(table.compressedSize()).isEqualTo(config + layer);
    }

    @Test
    void aMemberThatIsNotThereAnyMoreIsShownAsMissing() throws IOException {
        Manifest index = published("linux/amd64", "linux/arm64");
        Digest gone = ImageIndex.parse(index).members().get(1).digest();
        faulty.always("GET .*/manifests/" + gone, Fault.status(404));
        IndexTable table = IndexTable.read(registry, image);
        assertThat(table.rows()).extracting(IndexTable.Row::missing).containsExactly(false, true);
        assertThat(table.rows().get(1).compressedSize()).isEqualTo(IndexTable.UNKNOWN);
        assertThat(table.rows().get(1).layers()).isEqualTo(IndexTable.UNKNOWN);
        assertThat(table.compressedSize()).isEqualTo(table.rows().get(0).compressedSize());
    }

    @Test
    void aMalformedIndexIsNeitherShownNorAmended() throws IOException {
        images.pushManifest(
                image, Manifest.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"a\":7}}");
        assertThatThrownBy(() -> IndexTable.read(registry, image)).hasMessageContaining("malformed");
        IndexSource source = pushed(image.withTag("a"), "linux/amd64");
        assertThatThrownBy(() -> publisher.publish(
                        IndexRequest.builder(image).source(source).amend(true).build()))
                .hasMessageContaining("malformed")
                .hasMessageContaining("'a' is not a text");
    }

    private IndexPublisher quick(int retries) {
        return new IndexPublisher(QuickRegistry.of(RegistryAccess.anonymous(), log::add, retries), log::add);
    }

    @Test
    void aPushFromReferencesWhoseAnswerIsLostIsSettledByTheTag() throws IOException {
        Manifest before = published("linux/riscv64");
        IndexRequest request = IndexRequest.builder(image).sources(six()).build();
        faulty.next("PUT .*", Fault.answerLost());
        PublishedIndex published = quick(2).publish(request);
        assertThat(faulty.asked())
                .hasSize(14)
                .endsWith("PUT /v2/demo/hello/manifests/1", "GET /v2/demo/hello/manifests/1");
        assertThat(faulty.digestOf(image))
                .isEqualTo(published.digest().toString())
                .isNotEqualTo(before.digest().toString());

        IndexRequest another =
                IndexRequest.builder(image.withTag("2")).sources(six()).build();
        faulty.next("PUT .*", Fault.lost());
        quick(2).publish(another);
        assertThat(faulty.asked())
                .endsWith(
                        "PUT /v2/demo/hello/manifests/2",
                        "GET /v2/demo/hello/manifests/2",
                        "PUT /v2/demo/hello/manifests/2");
    }

    @Test
    void aRegistryThatStoresSomethingElseIsNoticedFromReferencesToo() throws IOException {
        IndexRequest request = IndexRequest.builder(image).sources(six()).build();
        faulty.next("PUT .*", Fault.otherDigest());
        assertThatThrownBy(() -> quick(0).publish(request))
                .hasMessageContaining("push the index " + image)
                .hasMessageContaining("the registry stored it as sha256:");
    }

    /** As one that answers from several places does, not all of which have got what was just pushed. */
    @Test
    void whatIsNotEverywhereYetIsWaitedForFromReferencesToo() throws IOException {
        Manifest amd = images.push(image.withTag("a"), "linux/amd64");
        IndexRequest request = IndexRequest.builder(image)
                .source(IndexSource.of(image.withDigest(amd.digest())))
                .build();
        Fault unknown = Fault.status(404);
        Fault memberUnknown = Fault.answer(
                400, "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\"}]}".getBytes(StandardCharsets.UTF_8));
        faulty.forget();
        faulty.next("GET .*/manifests/.*", unknown, unknown);
        faulty.next("GET .*/blobs/.*", unknown, unknown);
        faulty.next("PUT .*", memberUnknown, memberUnknown);
        quick(2).publish(request);
        assertThat(faulty.asked()).hasSize(9);

        for (String lacking : List.of("GET .*/manifests/.*", "GET .*/blobs/.*", "PUT .*")) {
            faulty.heal();
            faulty.forget();
            faulty.always(lacking, lacking.startsWith("PUT") ? memberUnknown : unknown);
            assertThatThrownBy(() -> quick(2).publish(request)).hasMessageContaining("at the last of 3 attempts");
            assertThat(faulty.count(lacking)).as(lacking).isEqualTo(3);
        }
    }

    /** Nobody has said that it was ever pushed. */
    @Test
    void aTagThatIsNotThereIsNotWaitedFor() {
        IndexRequest request = IndexRequest.builder(image)
                .source(IndexSource.of(image.withTag("none")))
                .build();
        assertThatThrownBy(() -> quick(2).publish(request)).isInstanceOf(RegistryException.NotFound.class);
        assertThat(faulty.asked()).containsExactly("GET /v2/demo/hello/manifests/none");
    }

    @Test
    void hostileDocumentsAreErrorsWhereverTheyAreRead() throws IOException {
        IndexSource good = pushed(image.withTag("a"), "linux/amd64");
        String entry = "{\"mediaType\":\"" + Manifest.OCI_MANIFEST + "\",\"digest\":\"sha256:" + "0".repeat(64)
                + "\",\"size\":%s,\"platform\":%s}";
        String arm = "{\"os\":\"linux\",\"architecture\":\"arm64\"}";
        List<String> hostile = List.of(
                "{\"manifests\":" + "[".repeat(100_000),
                "{\"manifests\":[],\"manifests\":[" + entry.formatted("7", arm) + "]}",
                "{\"manifests\":[" + entry.formatted("-7", arm) + "]}",
                "{\"manifests\":[" + entry.formatted("1e999999999", arm) + "]}",
                "{\"manifests\":[" + entry.formatted("\"7\"", arm) + "]}",
                "{\"manifests\":[" + entry.formatted("7", "[]") + "]}",
                "{\"manifests\":[" + entry.formatted("7", "{\"os\":7}") + "]}",
                "{\"manifests\":{}}",
                "{\"manifests\":[null]}");
        for (String document : hostile) {
            faulty.always(
                    "GET .*/manifests/1",
                    Fault.answer(200, document.getBytes(StandardCharsets.UTF_8), "Content-Type", Manifest.OCI_INDEX));
            assertThatThrownBy(() -> IndexTable.read(registry, image))
                    .as(document)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(image.toString());
            for (IndexRequest request : List.of(
                    IndexRequest.builder(image.withTag("2"))
                            .source(IndexSource.of(image))
                            .build(),
                    IndexRequest.builder(image).source(good).amend(true).build())) {
                assertThatThrownBy(() -> publisher.publish(request))
                        .as(document)
                        .isInstanceOfAny(IOException.class, IllegalArgumentException.class)
                        .hasMessageMatching("(?s).*(malformed|not a manifest).*");
            }
        }
        assertThat(faulty.count("PUT .*/manifests/[12]")).isZero();
    }

    @Test
    void sizesThatDoNotAddUpAreNotNegative() throws IOException {
        Manifest amd = images.push(image.withTag("a"), "linux/amd64");
        images.pushManifest(
                image,
                Manifest.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"config\":" + amd.json().path("config") + ",\"layers\":["
                        + amd.json()
                                .at("/layers/0")
                                .toString()
                                .replaceFirst("\"size\":\\d+", "\"size\":" + Long.MAX_VALUE)
                        + "]}");
        assertThat(IndexTable.read(registry, image).compressedSize()).isEqualTo(Long.MAX_VALUE);
    }
}
