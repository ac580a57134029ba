package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indexes that other tools have made: nothing of an entry is lost that nobody has asked to change. */
@Timeout(60)
class ForeignIndexTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Platform ARM64 = Platform.parse("linux/arm64");

    /** Every field of a descriptor, and some that nobody knows. */
    private static final String RICH = """
            {"mediaType":"%s","digest":"%s","size":%d,"urls":["https://example.com/a"],"data":"e30=",
             "annotations":{"note":"kept","zero.width\u200b":"kept too"},"future":{"exact":[1.50,1E2,null]},
             "platform":{"architecture":"arm64","os":"linux","variant":"v8","os.version":"1","os.features":["a","b"],
             "features":["sse4"],"cpu":"new"}}""";

    private final List<String> log = new ArrayList<>();
    private final TestImages images = TestImages.anonymous();
    private FaultyRegistry faulty;
    private FaultyRegistry other;
    private ImageReference image;
    private Registry registry;
    private IndexPublisher publisher;

    @BeforeEach
    void start() throws IOException {
        faulty = new FaultyRegistry();
        other = new FaultyRegistry();
        image = faulty.image("demo/hello:1");
        registry = new Registry(RegistryAccess.anonymous(), line -> {});
        publisher = new IndexPublisher(registry, log::add);
    }

    @AfterEach
    void stop() {
        faulty.close();
        other.close();
    }

    private static String entry(Manifest manifest, String more) {
        return "{\"mediaType\":\"" + manifest.mediaType() + "\",\"digest\":\"" + manifest.digest() + "\",\"size\":"
                + manifest.size() + more + "}";
    }

    private static String platform(String architecture, String more) {
        return ",\"platform\":{\"architecture\":\"" + architecture + "\",\"os\":\"linux\"" + more + "}";
    }

    private Manifest pushIndex(ImageReference reference, String... entries) throws IOException {
        return images.pushManifest(
                reference,
                Manifest.OCI_INDEX,
                "{\"schemaVersion\":2,\"mediaType\":\"" + Manifest.OCI_INDEX + "\",\"manifests\":["
                        + String.join(",", entries) + "]}");
    }

    /** An artifact of the kind that is named by its own manifest. */
    private Manifest pushArtifact(ImageReference reference, String artifactType) throws IOException {
        Manifest base = images.push(reference, "linux/amd64");
        return images.pushManifest(
                reference,
                Manifest.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + Manifest.OCI_MANIFEST + "\",\"artifactType\":\""
                        + artifactType
                        + "\",\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":"
                        + base.json().at("/config/digest") + ",\"size\":"
                        + base.json().at("/config/size") + "},\"layers\":"
                        + base.json().path("layers") + "}");
    }

    /** What helm pushes: an image manifest whose configuration is that of a chart. */
    private Manifest pushChart(ImageReference reference) throws IOException {
        Manifest base = images.push(reference, Manifest.OCI_MANIFEST, "{\"name\":\"chart\",\"version\":\"1\"}");
        return images.pushManifest(
                reference,
                Manifest.OCI_MANIFEST,
                new String(base.content(), java.nio.charset.StandardCharsets.UTF_8)
                        .replace(
                                "application/vnd.oci.image.config.v1+json",
                                "application/vnd.cncf.helm.config.v1+json"));
    }

    private JsonNode publish(IndexRequest.Builder request) throws IOException {
        return publisher.publish(request.build()).manifest().json().path("manifests");
    }

    private JsonNode publish(IndexSource... sources) throws IOException {
        return publish(IndexRequest.builder(image).sources(List.of(sources)));
    }

    private static JsonNode entries(Manifest index) {
        return index.json().path("manifests");
    }

    @ParameterizedTest
    @ValueSource(strings = {"same", "repository", "registry"})
    void anIndexOfIndexesIsCopiedWithAllTheyReferTo(String where) throws IOException {
        ImageReference from =
                switch (where) {
                    case "same" -> image.withTag("nested");
                    case "repository" -> faulty.image("near/app:1");
                    default -> other.image("far/app:1");
                };
        Manifest amd = images.push(from.withTag("amd"), "linux/amd64");
        Manifest arm = images.push(from.withTag("arm"), "linux/arm64");
        Manifest inner = pushIndex(from.withTag("inner"), entry(amd, platform("amd64", "")));
        Manifest middle = pushIndex(from.withTag("middle"), entry(inner, ""), entry(arm, platform("arm64", "")));
        Manifest outer = pushIndex(
                from,
                entry(middle, ""),
                entry(inner, platform("amd64", "")),
                entry(inner, ",\"artifactType\":\"a/b\""));

        assertThat(publish(IndexSource.of(from))).isEqualTo(entries(outer));

        for (Manifest copied : List.of(amd, arm, inner, middle)) {
            assertThat(registry.has(image.withDigest(copied.digest()))).isTrue();
        }
        assertThat(faulty.hasBlob(image, arm.json().at("/layers/0/digest").asText()))
                .isTrue();
    }

    @Test
    void ofANestedIndexThePlatformThatIsAskedForIsTaken() throws IOException {
        Manifest amd = images.push(image.withTag("amd"), "linux/amd64");
        Manifest arm = images.push(image.withTag("arm"), "linux/arm64");
        Manifest inner =
                pushIndex(image.withTag("inner"), entry(amd, platform("amd64", "")), entry(arm, platform("arm64", "")));
        pushIndex(image.withTag("outer"), entry(inner, ""));

        assertThat(publish(IndexSource.of(image.withTag("outer")).only(Set.of(ARM64))))
                .containsExactly(entries(inner).get(1));
        assertThat(publish(IndexSource.of(image.withTag("outer")).expecting(AMD64)))
                .containsExactly(entries(inner).get(0));
    }

    @Test
    void aDockerListTakesNeitherIndexesNorArtifacts() throws IOException {
        Manifest amd = images.push(image.withTag("amd"), Manifest.DOCKER_MANIFEST, TestImages.config("linux/amd64"));
        Manifest inner = pushIndex(image.withTag("inner"), entry(amd, platform("amd64", "")));
        Manifest artifact = pushArtifact(image.withTag("artifact"), "application/vnd.example.sbom");
        for (String entry : List.of(
                entry(inner, platform("amd64", "")),
                entry(inner, ""),
                entry(amd, ""),
                entry(artifact, ",\"artifactType\":\"application/vnd.example.sbom\""))) {
            pushIndex(image.withTag("outer"), entry);
            assertThatThrownBy(() -> publish(IndexRequest.builder(image)
                            .source(IndexSource.of(image.withTag("outer")))
                            .format(IndexFormat.DOCKER)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("A Docker manifest list has images for platforms only")
                    .hasMessageContaining("Use the format oci");
        }
    }

    @Test
    void severalEntriesWithoutAPlatformAreKeptAsTheyAre() throws IOException {
        ImageReference from = other.image("far/app:1");
        Manifest amd = images.push(from.withTag("amd"), "linux/amd64");
        Manifest sbom = pushArtifact(from.withTag("sbom"), "application/vnd.example.sbom");
        Manifest signature = pushArtifact(from.withTag("signature"), "application/vnd.example.signature");
        Manifest index = pushIndex(
                from,
                entry(amd, platform("amd64", "")),
                entry(sbom, ",\"artifactType\":\"application/vnd.example.sbom\",\"annotations\":{\"a\":\"b\"}"),
                entry(signature, ",\"artifactType\":\"application/vnd.example.signature\",\"platform\":null"),
                entry(signature, ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}"),
                entry(sbom, ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}"));

        JsonNode published = publish(IndexSource.of(from));

        assertThat(published).isEqualTo(entries(index));
        assertThat(registry.has(image.withDigest(signature.digest()))).isTrue();
        assertThat(log).noneMatch(line -> line.contains("unknown/unknown"));
    }

    @Test
    void anIndexOfArtifactsAloneIsOneToo() throws IOException {
        Manifest sbom = pushArtifact(image.withTag("sbom"), "application/vnd.example.sbom");
        Manifest index = pushIndex(
                image.withTag("artifacts"), entry(sbom, ",\"artifactType\":\"application/vnd.example.sbom\""));

        assertThat(publish(IndexSource.of(image.withTag("artifacts")))).isEqualTo(entries(index));
        assertThatThrownBy(
                        () -> publish(IndexSource.of(image.withTag("artifacts")).only(Set.of(ARM64))))
                .hasMessageContaining("is an index without linux/arm64");
    }

    @Test
    void anArtifactAsASourceGetsNoPlatform() throws IOException {
        Manifest amd = images.push(image.withTag("amd"), "linux/amd64");
        Manifest sbom = pushArtifact(image.withTag("sbom"), "application/vnd.example.sbom");
        Manifest chart = pushChart(image.withTag("chart"));

        JsonNode published = publish(
                IndexSource.of(image.withTag("amd")),
                IndexSource.of(image.withTag("sbom")),
                IndexSource.of(image.withTag("chart")).withAnnotations(Map.of("k", "v")));

        assertThat(published.get(0))
                .hasToString(entry(amd, ",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}"));
        assertThat(published.get(1)).hasToString(entry(sbom, ",\"artifactType\":\"application/vnd.example.sbom\""));
        assertThat(published.get(2))
                .hasToString(
                        entry(
                                chart,
                                ",\"artifactType\":\"application/vnd.cncf.helm.config.v1+json\",\"annotations\":{\"k\":\"v\"}"));
    }

    @Test
    void everyFieldOfAnEntrySurvivesCopyingAmendingAndRemoving() throws IOException {
        ImageReference from = other.image("far/app:1");
        Manifest arm = images.push(from.withTag("arm"), "linux/arm64");
        Manifest amd = images.push(from.withTag("amd"), "linux/amd64");
        String rich = RICH.formatted(arm.mediaType(), arm.digest(), arm.size());
        JsonNode expected = entries(pushIndex(from, rich, entry(amd, platform("amd64", ""))));

        JsonNode copied = publish(IndexSource.of(from));
        assertThat(copied.get(0)).isEqualTo(expected.get(0));
        assertThat(copied.get(0).at("/future/exact"))
                .hasToString(expected.get(0).at("/future/exact").toString());

        images.push(image.withTag("s390x"), "linux/s390x");
        JsonNode amended = publish(IndexRequest.builder(image)
                .source(IndexSource.of(image.withTag("s390x")))
                .annotations(Map.of("new", "1"))
                .amend(true));
        assertThat(amended).hasSize(3);
        assertThat(amended.get(0)).isEqualTo(expected.get(0));

        JsonNode removed = publish(IndexRequest.builder(image).remove(List.of(AMD64)));
        assertThat(removed).hasSize(2);
        assertThat(removed.get(0)).isEqualTo(expected.get(0));
    }

    @Test
    void onlyWhatIsAskedForIsChangedInAnEntry() throws IOException {
        Manifest arm = images.push(image.withTag("arm"), "linux/arm64");
        String rich = RICH.formatted(arm.mediaType(), arm.digest(), arm.size());
        JsonNode before = entries(pushIndex(image.withTag("from"), rich)).get(0);

        JsonNode annotated = publish(IndexRequest.builder(image)
                        .source(IndexSource.of(image.withTag("from")))
                        .platformAnnotations(ARM64, Map.of("more", "yes")))
                .get(0);
        JsonNode versioned = publish(IndexSource.of(image.withTag("from")).withOs("2", List.of()))
                .get(0);
        JsonNode moved = publish(IndexSource.of(image.withTag("from")).as(Platform.parse("linux/arm/v7")))
                .get(0);

        com.fasterxml.jackson.databind.node.ObjectNode expected = before.deepCopy();
        expected.withObjectProperty("annotations").put("more", "yes");
        assertThat(annotated).isEqualTo(expected);
        expected = before.deepCopy();
        expected.withObjectProperty("platform").put("os.version", "2");
        assertThat(versioned).isEqualTo(expected);
        expected = before.deepCopy();
        expected.withObjectProperty("platform").put("architecture", "arm").put("variant", "v7");
        assertThat(moved).isEqualTo(expected);
    }

    @Test
    void aSourceIndexMayHaveSeveralImagesOfOnePlatform() throws IOException {
        ImageReference from = other.image("far/app:1");
        Manifest gzip = images.push(from.withTag("gzip"), "linux/amd64");
        Manifest zstd = images.push(from.withTag("zstd"), "linux/amd64");
        Manifest fast = images.push(from.withTag("fast"), "linux/amd64");
        Manifest index = pushIndex(
                from,
                entry(gzip, platform("amd64", "")),
                entry(fast, platform("amd64", ",\"variant\":\"v3\"")),
                entry(
                        zstd,
                        platform("amd64", "")
                                + ",\"annotations\":{\"io.github.containers.compression.zstd\":\"true\"}"));

        assertThat(publish(IndexSource.of(from))).isEqualTo(entries(index));

        // What is replaced is replaced in both compressions: half of an older build would be left otherwise.
        Manifest newer = images.push(image.withTag("newer"), "linux/amd64");
        JsonNode amended = publish(IndexRequest.builder(image)
                .source(IndexSource.of(image.withTag("newer")))
                .amend(true));
        assertThat(amended)
                .extracting(entry -> entry.path("digest").asText())
                .containsExactly(newer.digest().toString(), fast.digest().toString());
    }

    @Test
    void oneDigestUnderTwoSpellingsOfAPlatformIsOneEntry() throws IOException {
        Manifest arm = images.push(image.withTag("arm"), "linux/arm64");
        images.pushManifest(image.withTag("v8"), arm.mediaType(), new String(arm.content()));

        assertThat(publish(
                        IndexSource.of(image.withTag("arm")).as(Platform.parse("linux/arm64")),
                        IndexSource.of(image.withTag("v8")).as(Platform.parse("linux/arm64/v8"))))
                .hasSize(1);

        pushIndex(
                image.withTag("both"),
                entry(arm, platform("arm64", "")),
                entry(arm, platform("arm64", ",\"variant\":\"v8\"")));
        assertThat(publish(IndexSource.of(image.withTag("both")))).hasSize(1);
        assertThat(publish(IndexSource.of(image.withTag("arm")), IndexSource.of(image.withTag("both"))))
                .hasSize(1);
    }

    @Test
    void aTagThatIsTheLastOfItsManifestTakesNoMemberWithIt() throws IOException {
        faulty.deletingUntagged();
        List<ImageReference> tags = new ArrayList<>();
        List<Manifest> members = new ArrayList<>();
        for (String platform : List.of("linux/amd64", "linux/arm64", "linux/s390x")) {
            ImageReference tag = image.withTag(platform.replace('/', '-'));
            members.add(images.push(tag, platform));
            tags.add(tag);
        }
        PublishedIndex index = publisher.publish(IndexRequest.builder(image)
                .sources(tags.stream().map(IndexSource::of).toList())
                .build());

        assertThat(publisher.removeTags(tags, index)).containsExactly(tags.get(0));

        for (Manifest member : members) {
            assertThat(registry.has(image.withDigest(member.digest()))).isTrue();
        }
        assertThat(log).anyMatch(line -> line.startsWith("WARNING") && line.contains("was deleted with its tag"));
    }

    @Test
    void aMemberThatCannotBePutBackIsAFailure() throws IOException {
        faulty.deletingUntagged();
        ImageReference tag = image.withTag("linux-amd64");
        Manifest member = images.push(tag, "linux/amd64");
        PublishedIndex index = publisher.publish(
                IndexRequest.builder(image).source(IndexSource.of(tag)).build());
        faulty.always("PUT .*/manifests/sha256:.*", FaultyRegistry.Fault.status(403));

        assertThatThrownBy(() -> publisher.removeTags(List.of(tag), index))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(image.withDigest(member.digest()).toString())
                .hasMessageContaining("was deleted with its tag");
    }

    @Test
    void whatIsInAnIndexUnderARemovedTagStays() throws IOException {
        faulty.deletingUntagged();
        Manifest arm = images.push(image.withTag("image"), "linux/arm64");
        Manifest wrapper = pushIndex(image.withTag("linux-arm64"), entry(arm, platform("arm64", "")));
        PublishedIndex index = publisher.publish(IndexRequest.builder(image)
                .source(IndexSource.of(image.withTag("linux-arm64")))
                .build());
        // A registry that deletes an index with all that it refers to.
        faulty.always("DELETE .*/manifests/linux-arm64", (request, wellBehaved) -> {
            registry.deleteTag(image.withTag("image"));
            return wellBehaved.answer(request);
        });

        publisher.removeTags(List.of(image.withTag("linux-arm64")), index);

        assertThat(registry.has(image.withDigest(arm.digest()))).isTrue();
        assertThat(registry.has(image.withDigest(wrapper.digest()))).isFalse();
    }

    @Test
    void theHeaderDecidesWhoListsAnIndexThatIsAboutAnImage() throws IOException {
        Manifest subject = images.push(image.withTag("subject"), "linux/amd64");
        ImageReference list = image.withTag(subject.digest().toString().replace(':', '-'));
        IndexRequest.Builder request = IndexRequest.builder(image)
                .source(IndexSource.of(image.withTag("subject")))
                .subject(image.withTag("subject"));
        publish(request);
        assertThat(faulty.count(".*/referrers/.*")).isZero();
        assertThat(faulty.digestOf(list)).isNotEmpty();

        faulty.notingSubjects();
        Manifest newer = images.push(image.withTag("subject"), "linux/arm64");
        publish(request);
        assertThat(faulty.count(".*/referrers/.*")).isZero();
        assertThat(faulty.digestOf(image.withTag(newer.digest().toString().replace(':', '-'))))
                .isEmpty();
    }

    @Test
    void inspectShowsArtifacts() throws IOException {
        Manifest chart = pushChart(image);
        assertThat(IndexTable.read(registry, image).artifactType())
                .isEqualTo("application/vnd.cncf.helm.config.v1+json");
        assertThat(IndexTable.read(registry, image).rows()).hasSize(1);

        pushArtifact(image, "application/vnd.example.sbom");
        assertThat(IndexTable.read(registry, image).artifactType()).isEqualTo("application/vnd.example.sbom");

        String old =
                "{\"mediaType\":\"application/vnd.oci.artifact.manifest.v1+json\",\"artifactType\":\"a/b\",\"blobs\":["
                        + chart.json().at("/layers/0") + "]}";
        images.pushManifest(image, "application/vnd.oci.artifact.manifest.v1+json", old);
        IndexTable table = IndexTable.read(registry, image);
        assertThat(table.artifactType()).isEqualTo("a/b");
        assertThat(table.rows().get(0).layers()).isEqualTo(1);
    }

    @Test
    void inspectShowsAnIndexWithMembersOfAnyKind() throws IOException {
        Manifest arm = images.push(image.withTag("arm"), "linux/arm64");
        Manifest nested = pushIndex(image.withTag("nested"), entry(arm, platform("arm64", "")));
        Manifest unknown = images.pushManifest(image.withTag("unknown"), "application/x-unknown+json", "{\"any\":[]}");
        Manifest sbom = pushArtifact(image.withTag("sbom"), "application/vnd.example.sbom");
        pushIndex(
                image,
                entry(arm, platform("arm64", "")),
                entry(unknown, ""),
                entry(nested, ""),
                entry(sbom, ",\"artifactType\":\"application/vnd.example.sbom\""));

        IndexTable table = IndexTable.read(registry, image);

        assertThat(table.rows()).hasSize(4).noneMatch(IndexTable.Row::missing);
        assertThat(table.rows())
                .extracting(IndexTable.Row::layers)
                .containsExactly(1, IndexTable.UNKNOWN, IndexTable.UNKNOWN, 1);
    }

    /** An unknown kind of member is copied as it is: it may be anything, as long as it is what its digest says. */
    @Test
    void membersOfUnknownKindsAreCopied() throws IOException {
        ImageReference from = other.image("far/app:1");
        Manifest arm = images.push(from.withTag("arm"), "linux/arm64");
        Manifest unknown = images.pushManifest(from.withTag("x"), "application/x-unknown+json", "{\"any\":[]}");
        Manifest old = images.pushManifest(
                from.withTag("old"),
                "application/vnd.oci.artifact.manifest.v1+json",
                "{\"mediaType\":\"application/vnd.oci.artifact.manifest.v1+json\",\"blobs\":["
                        + arm.json().at("/layers/0") + "]}");
        Manifest index = pushIndex(from, entry(unknown, ""), entry(old, ""), entry(arm, platform("arm64", "")));

        assertThat(publish(IndexSource.of(from))).isEqualTo(entries(index));
        assertThat(registry.has(image.withDigest(unknown.digest()))).isTrue();
        assertThat(faulty.hasBlob(image, arm.json().at("/layers/0/digest").asText()))
                .isTrue();
    }
}
