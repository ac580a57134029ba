package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.cli.DemoRegistry;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IndexPublisherTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Platform ARM64 = Platform.parse("linux/arm64");

    private final List<String> log = new ArrayList<>();
    private final TestImages images = TestImages.anonymous();
    private DemoRegistry demo;
    private ImageReference image;
    private Registry registry;
    private IndexPublisher publisher;

    @BeforeEach
    void start() throws IOException {
        demo = DemoRegistry.start();
        image = ImageReference.parse(demo.address() + "/demo/hello:1");
        registry = new Registry(RegistryAccess.anonymous());
        publisher = new IndexPublisher(registry, log::add);
    }

    @AfterEach
    void stop() throws IOException {
        demo.close();
    }

    private IndexSource pushed(String tag, String platform) throws IOException {
        images.push(image.withTag(tag), platform);
        return IndexSource.of(image.withTag(tag));
    }

    @Test
    void publishesUnderEveryTagWithThePlatformsOfTheConfigurations() throws IOException {
        PublishedIndex published = publisher.publish(IndexRequest.builder(image)
                .source(pushed("a", "linux/amd64"))
                .source(pushed("b", "linux/arm/v7"))
                .tags(List.of("latest", "1"))
                .annotations(Map.of("title", "hello"))
                .platformAnnotations(AMD64, Map.of("note", "x"))
                .build());
        assertThat(published.tags()).containsExactly("1", "latest");
        assertThat(published.reference()).isEqualTo(image.name() + "@" + published.digest());
        assertThat(registry.pull(image)).isEqualTo(published.manifest());
        assertThat(registry.pull(image.withTag("latest"))).isEqualTo(published.manifest());
        assertThat(published.members())
                .extracting(member -> member.platform().orElseThrow())
                .containsExactly(AMD64, Platform.parse("linux/arm/v7"));
        assertThat(published.members())
                .extracting(Descriptor::annotations)
                .containsExactly(Map.of("note", "x"), Map.of());
        assertThat(published.members().get(0).size())
                .isEqualTo(registry.pull(image.withTag("a")).size());
        assertThat(log).contains("Pushed " + image, "Pushed " + image.withTag("latest"));
    }

    @Test
    void tagsMoveOnlyOnceWhatComesBeforeThemIsDone() throws IOException {
        IndexRequest request = IndexRequest.builder(image)
                .source(pushed("a", "linux/amd64"))
                .tags(List.of("latest"))
                .build();
        List<String> seen = new ArrayList<>();
        PublishedIndex published = publisher.publish(request, index -> {
            seen.add(registry.pull(index.image()).digest().toString());
            assertThat(registry.digestOf(image)).isEmpty();
            assertThat(registry.digestOf(image.withTag("latest"))).isEmpty();
        });
        assertThat(seen).containsExactly(published.digest().toString());
        assertThat(registry.digestOf(image)).contains(published.digest());
        assertThat(registry.digestOf(image.withTag("latest"))).contains(published.digest());
    }

    @Test
    void noTagMovesIfWhatComesBeforeThemFails() throws IOException {
        PublishedIndex before = publisher.publish(
                IndexRequest.builder(image).source(pushed("a", "linux/amd64")).build());
        for (boolean amend : new boolean[] {false, true}) {
            IndexRequest request = IndexRequest.builder(image)
                    .source(pushed("b", "linux/arm64"))
                    .amend(amend)
                    .build();
            assertThatThrownBy(() -> publisher.publish(request, index -> {
                        throw new IOException("The key does not fit.");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no tag points at it")
                    .hasMessageContaining("The key does not fit.");
            assertThat(registry.digestOf(image)).contains(before.digest());
        }
    }

    @Test
    void collectedDescriptorsCostOneRequestPerTagAndOneToSeeWhoHasWon() throws IOException {
        Manifest amd = images.push(image.withTag("a"), "linux/amd64");
        Manifest arm = images.push(image.withTag("b"), "linux/arm64");
        int before = demo.requests();
        publisher.publish(IndexRequest.builder(image)
                .source(IndexSource.collected(
                        image.withDigest(amd.digest()),
                        Descriptor.of(amd.mediaType(), amd.digest(), amd.size(), AMD64)))
                .source(IndexSource.collected(
                        image.withDigest(arm.digest()),
                        Descriptor.of(arm.mediaType(), arm.digest(), arm.size(), ARM64)))
                .build());
        assertThat(demo.requests() - before).isEqualTo(2);
        assertThat(log).contains("linux/amd64: " + image.withDigest(amd.digest()) + ", " + amd.size() + " bytes");
    }

    @Test
    void bareReferencesCostTwoRequestsEach() throws IOException {
        IndexRequest request = IndexRequest.builder(image)
                .source(pushed("a", "linux/amd64"))
                .source(pushed("b", "linux/arm64"))
                .build();
        int before = demo.requests();
        publisher.publish(request);
        assertThat(demo.requests() - before).isEqualTo(5);
    }

    @Test
    void anotherPlatformThanExpectedIsAnErrorUnlessOverridden() throws IOException {
        IndexSource source = pushed("a", "linux/amd64");
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image)
                        .source(source.expecting(ARM64))
                        .build()))
                .hasMessageContaining(source.reference().toString())
                .hasMessageContaining("for linux/amd64 by its configuration, not for linux/arm64");
        PublishedIndex published = publisher.publish(
                IndexRequest.builder(image).source(source.as(ARM64)).build());
        assertThat(published.members())
                .extracting(member -> member.platform().orElseThrow())
                .containsExactly(ARM64);
        assertThat(log).anyMatch(line -> line.startsWith("WARNING") && line.contains("nevertheless"));
    }

    @Test
    void aCollectedImageCanBePublishedForAnotherPlatformToo() throws IOException {
        Manifest amd = images.push(image.withTag("a"), "linux/amd64");
        IndexSource collected = IndexSource.collected(
                image.withDigest(amd.digest()), Descriptor.of(amd.mediaType(), amd.digest(), amd.size(), AMD64));
        PublishedIndex published = publisher.publish(
                IndexRequest.builder(image).source(collected.as(ARM64)).build());
        assertThat(published.members())
                .extracting(member -> member.platform().orElseThrow())
                .containsExactly(ARM64);
    }

    @Test
    void overridesOsVersionAndFeatures() throws IOException {
        images.push(
                image.withTag("w"),
                Manifest.DOCKER_MANIFEST,
                "{\"os\":\"windows\",\"architecture\":\"amd64\",\"os.version\":\"10.0.1\",\"os.features\":[\"f\"]}");
        IndexSource source = IndexSource.of(image.withTag("w"));
        PublishedIndex published =
                publisher.publish(IndexRequest.builder(image).source(source).build());
        assertThat(published.mediaType()).isEqualTo(Manifest.DOCKER_LIST);
        assertThat(published.members().get(0).osVersion()).isEqualTo("10.0.1");
        assertThat(published.members().get(0).osFeatures()).containsExactly("f");
        published = publisher.publish(IndexRequest.builder(image)
                .source(source.withOs("10.0.2", List.of("g")))
                .build());
        assertThat(published.members().get(0).osVersion()).isEqualTo("10.0.2");
        assertThat(published.members().get(0).osFeatures()).containsExactly("g");
    }

    @Test
    void twoSourcesOfOnePlatformAreBothNamed() throws IOException {
        IndexRequest request = IndexRequest.builder(image)
                .source(pushed("a", "linux/amd64"))
                .source(pushed("b", "linux/amd64"))
                .build();
        assertThatThrownBy(() -> publisher.publish(request))
                .hasMessageContaining(image.withTag("a").toString())
                .hasMessageContaining(image.withTag("b").toString());
    }

    @Test
    void whatIsMissingIsNamedOrLeftOut() throws IOException {
        IndexSource missing = IndexSource.of(image.withTag("missing"));
        IndexRequest.Builder request =
                IndexRequest.builder(image).source(pushed("a", "linux/amd64")).source(missing);
        assertThatThrownBy(() -> publisher.publish(request.build()))
                .isInstanceOf(RegistryException.NotFound.class)
                .hasMessageContaining(missing.reference().toString());
        assertThat(publisher.publish(request.ignoreMissing(true).build()).members())
                .hasSize(1);
        assertThat(log).anyMatch(line -> line.startsWith("WARNING: " + missing.reference()));
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image)
                        .source(missing)
                        .ignoreMissing(true)
                        .build()))
                .hasMessageContaining("Nothing is left to publish");
    }

    @Test
    void aDryRunPublishesNothing() throws IOException {
        PublishedIndex published = publisher.publish(IndexRequest.builder(image)
                .source(pushed("a", "linux/amd64"))
                .dryRun(true)
                .build());
        assertThat(published.members()).hasSize(1);
        assertThatThrownBy(() -> registry.pull(image)).isInstanceOf(RegistryException.NotFound.class);
    }

    /** What buildx makes of one platform with provenance: an index of the image and its attestation. */
    private IndexSource pushedWithProvenance(String tag, String platform) throws IOException {
        Manifest single = images.push(image.withTag(tag + "-image"), platform);
        Manifest attestation = images.push(image.withTag(tag + "-attestation"), "unknown/unknown");
        String[] parts = platform.split("/");
        images.pushManifest(image.withTag(tag), Manifest.OCI_INDEX, """
                {"schemaVersion":2,"mediaType":"%s","manifests":[
                {"mediaType":"%s","digest":"%s","size":%d,"platform":{"os":"%s","architecture":"%s"}},
                {"mediaType":"%s","digest":"%s","size":%d,"platform":{"os":"unknown","architecture":"unknown"},
                 "annotations":{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"%s"}}]}
                """.formatted(
                        Manifest.OCI_INDEX,
                        single.mediaType(),
                        single.digest(),
                        single.size(),
                        parts[0],
                        parts[1],
                        attestation.mediaType(),
                        attestation.digest(),
                        attestation.size(),
                        single.digest()));
        return IndexSource.of(image.withTag(tag));
    }

    @Test
    void anIndexAsASourceIsFlattenedWithItsAttestations() throws IOException {
        IndexSource source = pushedWithProvenance("a", "linux/arm64").expecting(ARM64);
        IndexRequest.Builder request =
                IndexRequest.builder(image).source(source).source(pushed("b", "linux/amd64"));
        List<Descriptor> members = publisher.publish(request.build()).members();
        assertThat(members).extracting(Descriptor::isAttestation).containsExactly(false, true, false);
        assertThat(members.get(1).attests()).isEqualTo(members.get(0).digest().toString());

        assertThat(publisher.publish(request.attestations(false).build()).members())
                .extracting(member -> member.platform().orElseThrow())
                .containsExactly(ARM64, AMD64);
        assertThatThrownBy(() -> publisher.publish(
                        request.attestations(true).format(IndexFormat.DOCKER).build()))
                .hasMessageContaining("cannot hold attestations")
                .hasMessageContaining("format oci");
        assertThat(publisher
                        .publish(request.attestations(false)
                                .format(IndexFormat.DOCKER)
                                .build())
                        .mediaType())
                .isEqualTo(Manifest.DOCKER_LIST);
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image)
                        .source(source.expecting(AMD64))
                        .build()))
                .hasMessageContaining("is an index without linux/amd64; it has linux/arm64");
    }

    @Test
    void aCollectedIndexIsFlattenedToo() throws IOException {
        IndexSource source = pushedWithProvenance("a", "linux/arm64");
        Manifest index = registry.pull(source.reference());
        PublishedIndex published = publisher.publish(IndexRequest.builder(image)
                .source(IndexSource.collected(
                        source.reference().withDigest(index.digest()),
                        Descriptor.of(index.mediaType(), index.digest(), index.size(), ARM64)))
                .build());
        assertThat(published.members()).extracting(Descriptor::isAttestation).containsExactly(false, true);
    }

    @Test
    void amendsWhatIsThere() throws IOException {
        publisher.publish(IndexRequest.builder(image)
                .source(pushed("a", "linux/amd64"))
                .amend(true)
                .build());
        PublishedIndex published = publisher.publish(IndexRequest.builder(image)
                .source(pushed("b", "linux/arm64"))
                .amend(true)
                .build());
        assertThat(published.members())
                .extracting(member -> member.platform().orElseThrow())
                .containsExactly(AMD64, ARM64);
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image.withTag("a"))
                        .source(IndexSource.of(image.withTag("b")))
                        .amend(true)
                        .build()))
                .hasMessageContaining("is a single image");
    }

    @Test
    void refusesWhatCannotWork() throws IOException {
        IndexSource source = pushed("a", "linux/amd64");
        assertThatThrownBy(() -> publisher.publish(IndexRequest.builder(image)
                        .source(source)
                        .platformAnnotations(ARM64, Map.of("k", "v"))
                        .build()))
                .hasMessageContaining("No member is for linux/arm64");
        assertThatThrownBy(() -> IndexRequest.builder(image).build()).hasMessageContaining("at least one");
        assertThatThrownBy(() -> IndexRequest.builder(image.withDigest(Digest.ofSha256(new byte[0])))
                        .source(source)
                        .build())
                .hasMessageContaining("cannot be pushed to");
    }

    @Test
    void removesTemporaryTagsButNotTheirImages() throws IOException {
        PublishedIndex published = publisher.publish(
                IndexRequest.builder(image).source(pushed("a", "linux/amd64")).build());
        assertThat(publisher.removeTags(List.of(image.withTag("a")), published)).containsExactly(image.withTag("a"));
        assertThatThrownBy(() -> registry.pull(image.withTag("a"))).isInstanceOf(RegistryException.NotFound.class);
        Digest member = published.members().get(0).digest();
        assertThat(registry.pull(image.withDigest(member)).digest()).isEqualTo(member);
    }

    @Test
    void tabulatesWhatIsPublished() throws IOException {
        publisher.publish(IndexRequest.builder(image)
                .source(pushedWithProvenance("a", "linux/arm64"))
                .annotations(Map.of("k", "v"))
                .build());
        IndexTable table = IndexTable.read(registry, image);
        assertThat(table.annotations()).isEqualTo(Map.of("k", "v"));
        assertThat(table.rows()).extracting(row -> row.member().isAttestation()).containsExactly(false, true);
        assertThat(table.rows().get(0).layers()).isEqualTo(1);
        assertThat(table.rows().get(0).compressedSize()).isPositive();

        IndexTable single = IndexTable.read(registry, image.withTag("a-image"));
        assertThat(single.rows())
                .singleElement()
                .satisfies(row -> assertThat(row.member().platform()).contains(ARM64));
    }

    @Test
    void publishesDefaultAnnotationsWhereAnIndexCanHoldThem() throws IOException {
        Map<String, String> defaults = Map.of("org.opencontainers.image.version", "1", "title", "default");
        PublishedIndex oci = publisher.publish(IndexRequest.builder(image)
                .source(pushed("a", "linux/amd64"))
                .annotations(Map.of("title", "hello"))
                .defaultAnnotations(defaults)
                .build());
        assertThat(ImageIndex.parse(registry.pull(image)).annotations())
                .isEqualTo(Map.of("org.opencontainers.image.version", "1", "title", "hello"));
        assertThat(oci.mediaType()).isEqualTo(Manifest.OCI_INDEX);

        images.push(image.withTag("d"), Manifest.DOCKER_MANIFEST, TestImages.config("linux/arm64"));
        for (IndexFormat format : List.of(IndexFormat.AUTO, IndexFormat.DOCKER)) {
            PublishedIndex list = publisher.publish(IndexRequest.builder(image.withTag("list"))
                    .source(IndexSource.of(image.withTag("d")))
                    .defaultAnnotations(defaults)
                    .format(format)
                    .build());
            assertThat(list.mediaType()).isEqualTo(Manifest.DOCKER_LIST);
            assertThat(list.manifest().json().has("annotations")).isFalse();
            assertThat(registry.pull(image.withTag("list"))).isEqualTo(list.manifest());
        }
    }

    @Test
    void whatAnAmendedIndexSaysWinsOverADefault() throws IOException {
        publisher.publish(IndexRequest.builder(image)
                .source(pushed("a", "linux/amd64"))
                .annotations(Map.of("title", "first"))
                .build());
        PublishedIndex amended = publisher.publish(IndexRequest.builder(image)
                .source(pushed("b", "linux/arm64"))
                .defaultAnnotations(Map.of("title", "default", "url", "http://x"))
                .amend(true)
                .build());
        assertThat(ImageIndex.parse(amended.manifest()).annotations())
                .isEqualTo(Map.of("title", "first", "url", "http://x"));
    }
}
