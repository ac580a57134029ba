package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.OwnEngine;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What BuildKit itself pushes with provenance; buildx tells whether a client still finds that afterwards. */
@Tag("integration")
@Timeout(300)
@ParameterizedClass
@MethodSource("io.jenkins.plugins.multiarch.engine.ToolGeneration#present")
class ProvenanceTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Platform ARM64 = Platform.parse("linux/arm64");
    private static final Platform S390X = Platform.parse("linux/s390x");

    @TempDir
    private static Path temp;

    private static Path directory;

    @Parameter
    private ToolGeneration tools;

    private static RealRegistry real;
    private static OwnEngine engine;

    private final List<String> log = new ArrayList<>();
    private final Registry registry = new Registry(RegistryAccess.anonymous());
    private final IndexPublisher publisher = new IndexPublisher(registry, log::add);

    @BeforeParameterizedClassInvocation
    static void pushWithProvenance(ToolGeneration tools) throws Exception {
        directory = Files.createDirectory(temp.resolve(String.valueOf(tools.ordinal())));
        real = RealRegistry.start();
        engine = OwnEngine.startAttesting(tools, directory);
        Path context = Files.createDirectories(directory.resolve("context"));
        Files.writeString(context.resolve("file"), "content");
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nARG TARGETARCH\nCOPY file /$TARGETARCH\n");
        for (Platform platform : List.of(AMD64, ARM64, S390X)) {
            engine.push(context, built(platform), platform.toString());
        }
        Files.writeString(context.resolve("file"), "other content");
        for (ImageReference image : List.of(both(), amended())) {
            engine.push(context, image, AMD64 + "," + ARM64);
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        engine.close();
        real.close();
    }

    private static ImageReference built(Platform platform) {
        return real.image("demo/app:" + platform.tagSuffix());
    }

    private static ImageReference both() {
        return real.image("demo/app:both");
    }

    private static ImageReference amended() {
        return real.image("demo/app:amended");
    }

    private static IndexSource source(Platform platform) {
        return IndexSource.of(built(platform)).expecting(platform);
    }

    /** Whom a client of BuildKit finds provenance of; the empty text where there is but one image. */
    private static JsonNode provenance(ImageReference image) throws Exception {
        String found = engine.buildx("imagetools", "inspect", image.toString(), "--format={{json .Provenance}}");
        return Json.read(found.trim().getBytes(StandardCharsets.UTF_8));
    }

    private static void assertProven(ImageReference image, Platform... platforms) throws Exception {
        JsonNode found = provenance(image);
        assertThat(found).hasSize(platforms.length);
        for (Platform platform : platforms) {
            assertThat(found.path(platform.toString()).at("/SLSA/buildType").asText())
                    .as("%s: %s", platform, found)
                    .contains("buildkit");
        }
    }

    private static List<Boolean> attestations(PublishedIndex published) {
        return published.members().stream().map(Descriptor::isAttestation).toList();
    }

    @Test
    void isFlattenedAndKept() throws Exception {
        Manifest single = registry.pull(built(ARM64));
        assertThat(single.mediaType()).isEqualTo(Manifest.OCI_INDEX);
        assertThat(single.json().at("/manifests/1/platform/os").asText()).isEqualTo("unknown");
        ImageReference image = real.image("demo/app:kept");

        PublishedIndex published = publisher.publish(IndexRequest.builder(image)
                .source(source(AMD64))
                // As the build of a platform tells it: the digest of what it has pushed, which is an index.
                .source(IndexSource.collected(
                        built(ARM64).withDigest(single.digest()),
                        Descriptor.of(single.mediaType(), single.digest(), single.size(), ARM64)))
                .build());

        assertThat(attestations(published)).containsExactly(false, true, false, true);
        assertThat(published.members().get(2).platform()).contains(ARM64);
        assertThat(published.members().get(3).attests())
                .isEqualTo(published.members().get(2).digest().toString())
                .isEqualTo(single.json().at("/manifests/0/digest").asText());
        assertThat(log).anyMatch(line -> line.startsWith(built(AMD64) + " is itself an index"));
        assertProven(image, AMD64, ARM64);
        IndexTable table = IndexTable.read(registry, image);
        assertThat(table.rows())
                .extracting(row -> row.member().isAttestation())
                .containsExactly(false, true, false, true);
        assertThat(table.rows()).noneMatch(IndexTable.Row::missing);
    }

    @Test
    void isDroppedOnRequest() throws Exception {
        ImageReference image = real.image("demo/app:dropped");
        PublishedIndex published = publisher.publish(IndexRequest.builder(image)
                .source(source(AMD64))
                .source(source(ARM64))
                .attestations(false)
                .build());
        assertThat(published.members())
                .extracting(member -> member.platform().orElseThrow())
                .containsExactly(AMD64, ARM64);
        assertThat(log)
                .filteredOn(line -> line.contains("is left out, as asked"))
                .hasSize(2);
        assertThat(provenance(image)).isEmpty();
    }

    @Test
    void cannotBeInADockerList() throws Exception {
        ImageReference image = real.image("demo/app:docker");
        IndexRequest.Builder request =
                IndexRequest.builder(image).source(source(ARM64)).format(IndexFormat.DOCKER);
        assertThatThrownBy(() -> publisher.publish(request.build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot hold attestations")
                .hasMessageContaining("format oci");
        assertThatThrownBy(() -> registry.pull(image)).isInstanceOf(RegistryException.NotFound.class);

        PublishedIndex list = publisher.publish(request.attestations(false).build());
        assertThat(list.mediaType()).isEqualTo(Manifest.DOCKER_LIST);
        assertThat(list.members()).hasSize(1);
    }

    @Test
    void comesAlongToAnotherRepositoryAndAnotherRegistry() throws Exception {
        try (RealRegistry other = RealRegistry.start()) {
            for (ImageReference image : List.of(real.image("other/app:1"), other.image("far/app:1"))) {
                PublishedIndex published = publisher.publish(IndexRequest.builder(image)
                        .source(IndexSource.of(both()).only(Set.of(ARM64)))
                        .source(source(S390X))
                        .build());
                assertThat(attestations(published)).containsExactly(false, true, false, true);
                assertProven(image, ARM64, S390X);
            }
        }
    }

    @Test
    void isReplacedAndRemovedWithItsImage() throws Exception {
        Manifest before = registry.pull(amended());
        PublishedIndex more = publisher.publish(IndexRequest.builder(amended())
                .source(source(S390X))
                .amend(true)
                .build());
        assertProven(amended(), AMD64, ARM64, S390X);
        String old = new String(before.content(), StandardCharsets.UTF_8);
        assertThat(new String(more.manifest().content(), StandardCharsets.UTF_8))
                .startsWith(old.substring(0, old.lastIndexOf('}', old.lastIndexOf(']')) + 1));

        PublishedIndex smaller = publisher.publish(
                IndexRequest.builder(amended()).remove(List.of(S390X)).build());
        assertThat(smaller.manifest()).isEqualTo(before);

        PublishedIndex replaced = publisher.publish(IndexRequest.builder(amended())
                .source(source(ARM64))
                .attestations(false)
                .amend(true)
                .build());
        assertThat(attestations(replaced)).containsExactly(false, false, true);
        assertProven(amended(), AMD64);
    }
}
