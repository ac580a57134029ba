package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.QuickRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * No fault of a registry, wherever it strikes, loses a tag that was there, or leaves one that points at an index of which
 * something is missing.
 */
class AnyFaultTest {

    private static final Map<String, Fault> FAULTS = new TreeMap<>(Map.ofEntries(
            Map.entry("latency", Fault.slow(30)),
            Map.entry("408", Fault.status(408)),
            Map.entry("429", Fault.status(429, "Retry-After", "0")),
            Map.entry("500", Fault.status(500)),
            Map.entry("503", Fault.status(503)),
            Map.entry("reset", Fault.lost()),
            Map.entry("reset after it was done", Fault.answerLost()),
            Map.entry("502 after it was done", Fault.confused(502)),
            Map.entry("truncated", Fault.truncated()),
            Map.entry("other bytes", Fault.otherBytes()),
            Map.entry("other digest", Fault.otherDigest()),
            Map.entry("lag", Fault.status(404)),
            Map.entry("expired token", Fault.expired()),
            Map.entry("redirect", Fault.status(307, "Location", "http://127.0.0.1:9/x")),
            Map.entry("refused", Fault.status(403)),
            Map.entry("too large", Fault.status(413))));

    private static final List<String> REQUESTS = List.of(
            "GET .*/manifests/.*",
            "HEAD .*/manifests/.*",
            "PUT .*/manifests/sha256:.*",
            "PUT .*/manifests/[^:]*",
            "GET .*/blobs/.*",
            "HEAD .*/blobs/.*",
            "POST .*/uploads/.*",
            "PUT .*/uploads/.*",
            ".*");

    /** @param often how many requests it strikes, one after the other */
    record Strike(String request, String fault, int often, boolean atTheSource) {}

    @Provide
    Arbitrary<List<Strike>> strikes() {
        return Combinators.combine(
                        Arbitraries.of(REQUESTS),
                        Arbitraries.of(FAULTS.keySet()),
                        Arbitraries.of(1, 1, 1, 2, 100),
                        Arbitraries.of(false, false, true))
                .as(Strike::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    @Property(tries = 80)
    void noTagIsLostAndNoneIsIncomplete(@ForAll("strikes") List<Strike> strikes, @ForAll boolean amend)
            throws IOException {
        try (FaultyRegistry target = new FaultyRegistry().trusting();
                FaultyRegistry source = new FaultyRegistry()) {
            ImageReference image = target.image("demo/hello:1");
            TestImages images = TestImages.anonymous();
            List<String> log = new ArrayList<>();
            // An index that is there before.
            images.push(image.withTag("old"), "linux/s390x");
            RegistryAccess access = RegistryAccess.anonymous().withCredential(image.registry(), "bob", "s3cret");
            IndexPublisher publisher =
                    new IndexPublisher(QuickRegistry.of(access, log::add, 2), log::add, new TagLocks(), window -> {});
            Manifest before = publisher
                    .publish(IndexRequest.builder(image)
                            .source(IndexSource.of(image.withTag("old")))
                            .tags(List.of("latest"))
                            .build())
                    .manifest();
            images.push(image.withTag("near"), "linux/amd64");
            images.push(source.image("far/hello:1"), "linux/arm64");

            for (Strike strike : strikes) {
                Fault[] faults = new Fault[strike.often()];
                java.util.Arrays.fill(faults, FAULTS.get(strike.fault()));
                (strike.atTheSource() ? source : target).next(strike.request(), faults);
            }
            Manifest after = null;
            try {
                after = publisher
                        .publish(IndexRequest.builder(image)
                                .source(IndexSource.of(image.withTag("near")))
                                .source(IndexSource.of(source.image("far/hello:1")))
                                .tags(List.of("latest"))
                                .amend(amend)
                                .build())
                        .manifest();
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
            target.heal();
            for (ImageReference tag : List.of(image, image.withTag("latest"))) {
                assertThat(target.digestOf(tag)).as("%s, %s", tag, log).isNotEmpty();
                Manifest now = new Registry(RegistryAccess.anonymous()).pull(tag);
                if (!now.equals(before)) {
                    assertComplete(target, tag, now);
                    List<String> platforms = ImageIndex.parse(now).members().stream()
                            .map(Descriptor::platformLabel)
                            .toList();
                    assertThat(platforms).contains("linux/amd64", "linux/arm64");
                    assertThat(platforms.contains("linux/s390x")).isEqualTo(amend);
                }
                if (after != null) {
                    assertThat(now).as("%s", log).isEqualTo(after);
                }
            }
        }
    }

    private static void assertComplete(FaultyRegistry target, ImageReference tag, Manifest index) throws IOException {
        for (Descriptor member : ImageIndex.parse(index).members()) {
            JsonNode manifest = new Registry(RegistryAccess.anonymous())
                    .pull(tag.withDigest(member.digest()))
                    .json();
            assertThat(target.hasBlob(tag, manifest.at("/config/digest").asText()))
                    .isTrue();
            for (JsonNode layer : manifest.path("layers")) {
                assertThat(target.hasBlob(tag, layer.path("digest").asText())).isTrue();
            }
        }
    }
}
