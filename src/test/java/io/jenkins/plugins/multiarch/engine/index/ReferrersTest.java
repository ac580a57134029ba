package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How an index is found from what it is about. */
@Timeout(60)
class ReferrersTest {

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final TestImages images = TestImages.anonymous();
    private FaultyRegistry faulty;
    private ImageReference image;
    private Manifest subject;
    private ImageReference list;
    private Registry registry;
    private IndexPublisher publisher;

    @BeforeEach
    void start() throws IOException {
        faulty = new FaultyRegistry();
        image = faulty.image("demo/hello:1");
        subject = images.push(image, "linux/amd64");
        list = image.withTag(subject.digest().toString().replace(':', '-'));
        registry = new Registry(RegistryAccess.anonymous(), line -> {});
        publisher = new IndexPublisher(registry, log::add);
    }

    @AfterEach
    void stop() {
        faulty.close();
    }

    /** An index about the subject, unlike any other by its annotation. */
    private PublishedIndex publish(String tag) throws IOException {
        return publisher.publish(IndexRequest.builder(image.withTag(tag))
                .source(IndexSource.of(image))
                .artifactType("application/vnd.example.app.v1")
                .annotations(Map.of("which", tag))
                .subject(image)
                .build());
    }

    private JsonNode entries() throws IOException {
        Manifest manifest = registry.pull(list, ReadOption.FRESH);
        assertThat(manifest.mediaType()).isEqualTo(Manifest.OCI_INDEX);
        return manifest.json().path("manifests");
    }

    @Test
    void aRegistryThatListsNothingGetsAList() throws IOException {
        PublishedIndex first = publish("a");
        PublishedIndex second = publish("b");

        assertThat(entries())
                .hasSize(2)
                .first()
                .hasToString("{\"mediaType\":\"" + Manifest.OCI_INDEX + "\",\"digest\":\"" + first.digest()
                        + "\",\"size\":" + first.size() + ",\"artifactType\":\"application/vnd.example.app.v1\","
                        + "\"annotations\":{\"which\":\"a\"}}");
        assertThat(entries().get(1).path("digest").asText())
                .isEqualTo(second.digest().toString());
        assertThat(log)
                .filteredOn(line -> line.startsWith("Listed it under " + list))
                .hasSize(2);
    }

    @Test
    void nothingIsListedTwice() throws IOException {
        publish("a");
        publish("a");

        assertThat(entries()).hasSize(1);
    }

    @Test
    void whatStandsInTheListStays() throws IOException {
        Manifest other = Manifest.of(
                Manifest.OCI_INDEX,
                ("{ \"schemaVersion\":2, \"mediaType\":\"" + Manifest.OCI_INDEX
                                + "\", \"manifests\":[ {\"mediaType\":\""
                                + Manifest.OCI_MANIFEST + "\", \"digest\":\"" + subject.digest()
                                + "\", \"size\":100, \"artifactType\":\"x/y\", \"new\":[1.0]} ] }")
                        .getBytes(StandardCharsets.UTF_8));
        registry.push(list, other);
        publish("a");

        assertThat(entries()).hasSize(2).first().isEqualTo(other.json().at("/manifests/0"));
    }

    @Test
    void aRegistryThatSaysThatItListsGetsNone() throws IOException {
        faulty.notingSubjects();
        publish("a");

        assertThat(faulty.digestOf(list)).isEmpty();
        assertThat(faulty.count(".*/referrers/.*")).isZero();
    }

    @Test
    void aHeaderAboutAnotherSubjectIsNone() throws IOException {
        faulty.always(
                "PUT .*/manifests/a",
                (request, wellBehaved) -> wellBehaved
                        .answer(request)
                        .with("OCI-Subject", Digest.ofSha256(new byte[1]).toString()));
        publish("a");

        assertThat(entries()).hasSize(1);
    }

    /** What was in a lost answer can only be found out by asking. */
    @ParameterizedTest
    @CsvSource({
        "200, application/vnd.oci.image.index.v1+json, false",
        "200, text/html, true",
        "400, application/json, true",
        "404, text/plain, true",
        "405, text/plain, true",
        "501, text/plain, true"
    })
    void aLostAnswerIsAskedFor(int status, String type, boolean listed) throws IOException {
        faulty.always(".*/referrers/.*", Fault.answer(status, "{}".getBytes(), "Content-Type", type));
        faulty.next("PUT .*/manifests/a", Fault.answerLost());
        publish("a");

        assertThat(faulty.count(".*/referrers/.*")).isEqualTo(1);
        assertThat(faulty.digestOf(list).isEmpty()).isNotEqualTo(listed);
    }

    @Test
    void anIndexAboutNothingAsksForNothing() throws IOException {
        publisher.publish(IndexRequest.builder(image.withTag("a"))
                .source(IndexSource.of(image))
                .build());

        assertThat(faulty.count(".*/referrers/.*")).isZero();
    }

    @Test
    void aDryRunListsNothing() throws IOException {
        publisher.publish(IndexRequest.builder(image.withTag("a"))
                .source(IndexSource.of(image))
                .subject(image)
                .dryRun(true)
                .build());

        assertThat(faulty.digestOf(list)).isEmpty();
    }

    @Test
    void anAmendedIndexIsStillAboutTheSame() throws IOException {
        publish("a");
        images.push(image.withTag("arm"), "linux/arm64");
        PublishedIndex amended = publisher.publish(IndexRequest.builder(image.withTag("a"))
                .source(IndexSource.of(image.withTag("arm")))
                .amend(true)
                .build());

        assertThat(entries()).hasSize(2);
        assertThat(entries().get(1).path("digest").asText())
                .isEqualTo(amended.digest().toString());
    }

    @Test
    void somethingElseUnderItsTagStays() throws IOException {
        Manifest other = images.push(list, "linux/arm64");

        assertThatThrownBy(() -> publish("a"))
                .hasMessageContaining("is pushed, but not listed among what is about " + subject.digest())
                .hasMessageContaining(list + ", is something else (" + Manifest.OCI_MANIFEST + ")");
        assertThat(faulty.digestOf(list)).isEqualTo(other.digest().toString());
        assertThat(faulty.digestOf(image.withTag("a"))).isNotEmpty();
    }

    @Test
    void aRefusalSaysThatTheIndexIsPushed() {
        faulty.always("PUT .*/manifests/sha256-.*", Fault.status(403));

        assertThatThrownBy(() -> publish("a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is pushed, but not listed among what is about " + subject.digest());
        assertThat(faulty.digestOf(image.withTag("a"))).isNotEmpty();
    }

    @Test
    void thoseWhoAddAtTheSameTimeLoseNothing() throws IOException {
        faulty.always("GET .*/manifests/sha256-.*", Fault.slow(50));
        Workers.map(6, List.of("a", "b", "c", "d", "e", "f"), this::publish);

        assertThat(entries()).hasSize(6);
    }

    @Test
    void theTagOfALongDigestIsCutOff() {
        assertThat(Referrers.tag(Digest.parse("sha512:" + "0123456789abcdef".repeat(8))))
                .isEqualTo("sha512-" + "0123456789abcdef".repeat(4));
    }

    @Test
    void whatTheRegistryListsIsReadPageByPage() throws IOException {
        faulty.notingSubjects();
        List<Digest> published = new ArrayList<>();
        for (String tag : List.of("a", "b", "c", "d", "e")) {
            published.add(publish(tag).digest());
        }

        List<Descriptor> found = new Referrers(registry, log::add).list(image.withDigest(subject.digest()));

        assertThat(found).extracting(Descriptor::digest).containsExactlyInAnyOrderElementsOf(published);
        assertThat(found).extracting(Descriptor::artifactType).containsOnly("application/vnd.example.app.v1");
    }

    @Test
    void aPageThatIsMissingIsNoEndOfTheList() throws IOException {
        faulty.notingSubjects();
        for (String tag : List.of("a", "b", "c")) {
            publish(tag);
        }
        faulty.always("GET .*/referrers/.*from=2", Fault.status(404));

        assertThatThrownBy(() -> new Referrers(registry, log::add).list(image.withDigest(subject.digest())))
                .hasMessageContaining("page 2 of its list is missing");
    }

    @Test
    void whatIsListedUnderTheTagIsRead() throws IOException {
        Digest first = publish("a").digest();
        Digest second = publish("b").digest();

        assertThat(new Referrers(registry, log::add).list(image.withDigest(subject.digest())))
                .extracting(Descriptor::digest)
                .containsExactly(first, second);
        assertThat(new Referrers(registry, log::add).list(image.withDigest(first)))
                .isEmpty();
    }
}
