package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's docker-registry, read back by skopeo. */
@Tag("integration")
class IndexPublisherIntegrationTest {

    private static final String USER = "bob";
    private static final String PASSWORD = "s3cret";

    private final List<String> log = new ArrayList<>();

    @TempDir
    private Path directory;

    private static byte[] skopeoRaw(ImageReference image, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("skopeo", "inspect", "--raw", "--tls-verify=false"));
        command.addAll(Arrays.asList(options));
        command.add("docker://" + image);
        Process skopeo = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] raw = skopeo.getInputStream().readAllBytes();
        assertThat(skopeo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(skopeo.exitValue()).isZero();
        return raw;
    }

    private IndexSource pushByJib(ImageReference image, String platform, ImageFormat format) throws Exception {
        Path file = Files.writeString(directory.resolve("greeting"), "hello " + platform);
        Platform parsed = Platform.parse(platform);
        // jib withholds credentials from plain HTTP unless told otherwise.
        String property = "sendCredentialsOverHttp";
        String before = System.setProperty(property, "true");
        try {
            Jib.fromScratch()
                    .setFormat(format)
                    .setPlatforms(Set.of(
                            new com.google.cloud.tools.jib.api.buildplan.Platform(parsed.architecture(), parsed.os())))
                    .addLayer(List.of(file), AbsoluteUnixPath.get("/"))
                    .containerize(Containerizer.to(
                                    RegistryImage.named(image.toString()).addCredential(USER, PASSWORD))
                            .setAllowInsecureRegistries(true)
                            .setBaseImageLayersCache(directory.resolve("base"))
                            .setApplicationLayersCache(directory.resolve("layers")));
        } finally {
            if (before == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, before);
            }
        }
        return IndexSource.of(image).expecting(parsed);
    }

    @Test
    void publishesAnAnnotatedIndexThatSkopeoReads() throws Exception {
        try (RealRegistry real = RealRegistry.start(USER, PASSWORD)) {
            ImageReference image = real.image("demo/hello:1");
            RegistryAccess access = RegistryAccess.anonymous().withCredential(real.address(), USER, PASSWORD);
            PublishedIndex published = new IndexPublisher(new Registry(access), log::add)
                    .publish(IndexRequest.builder(image)
                            .tags(List.of("latest"))
                            .source(pushByJib(image.withTag("1-amd64"), "linux/amd64", ImageFormat.OCI))
                            .source(pushByJib(image.withTag("1-s390x"), "linux/s390x", ImageFormat.Docker))
                            .annotations(Map.of("org.opencontainers.image.title", "hello"))
                            .platformAnnotations(Platform.parse("linux/s390x"), Map.of("k", "v"))
                            .build());
            String creds = "--creds=" + USER + ":" + PASSWORD;
            byte[] raw = skopeoRaw(image, creds);
            assertThat(raw).isEqualTo(published.manifest().content());
            assertThat(skopeoRaw(image.withTag("latest"), creds)).isEqualTo(raw);
            var json = Manifest.of(Manifest.OCI_INDEX, raw).json();
            assertThat(json.at("/annotations/org.opencontainers.image.title").asText())
                    .isEqualTo("hello");
            assertThat(json.at("/manifests/1/annotations/k").asText()).isEqualTo("v");
            for (Descriptor member : published.members()) {
                assertThat(skopeoRaw(image.withDigest(member.digest()), creds)).hasSize((int) member.size());
            }
        }
    }

    @Test
    void aWrongPasswordIsNamedAsSuch() throws Exception {
        try (RealRegistry real = RealRegistry.start(USER, PASSWORD)) {
            ImageReference image = real.image("demo/hello:1");
            RegistryAccess wrong = RegistryAccess.anonymous().withCredential(real.address(), USER, "other");
            assertThatThrownBy(() -> new Registry(wrong).pull(image))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("401")
                    .hasMessageContaining("Check the credential for " + real.address());
            assertThatThrownBy(() -> new Registry(RegistryAccess.anonymous()).pull(image))
                    .hasMessageContaining("No credential was given");
        }
    }

    @Test
    void publishesADockerListAnonymouslyAndAmendsIt() throws Exception {
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("demo/hello:1");
            IndexPublisher publisher = new IndexPublisher(new Registry(RegistryAccess.anonymous()), log::add);
            for (String platform : List.of("linux/amd64", "linux/arm/v6", "linux/arm/v7")) {
                TestImages.anonymous()
                        .push(
                                image.withTag(platform.replace('/', '-')),
                                Manifest.DOCKER_MANIFEST,
                                TestImages.config(platform));
                PublishedIndex published = publisher.publish(IndexRequest.builder(image)
                        .source(IndexSource.of(image.withTag(platform.replace('/', '-'))))
                        .amend(true)
                        .build());
                assertThat(published.mediaType()).isEqualTo(Manifest.DOCKER_LIST);
                assertThat(skopeoRaw(image)).isEqualTo(published.manifest().content());
            }
            assertThat(ImageIndex.parse(new Registry(RegistryAccess.anonymous()).pull(image))
                            .members())
                    .extracting(member -> member.platform().orElseThrow())
                    .extracting(Platform::toString)
                    .containsExactly("linux/amd64", "linux/arm/v6", "linux/arm/v7");
        }
    }

    /** distribution 2.8 cannot remove a tag alone; what matters is that the member survives the attempt. */
    @Test
    void aMemberSurvivesTheRemovalOfItsTag() throws Exception {
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("demo/hello:1");
            Registry registry = new Registry(RegistryAccess.anonymous());
            IndexPublisher publisher = new IndexPublisher(registry, log::add);
            Manifest member = TestImages.anonymous().push(image.withTag("1-linux-arm64"), "linux/arm64");
            PublishedIndex index = publisher.publish(IndexRequest.builder(image)
                    .source(IndexSource.of(image.withTag("1-linux-arm64")))
                    .build());
            List<ImageReference> removed = publisher.removeTags(List.of(image.withTag("1-linux-arm64")), index);
            assertThat(removed).isEmpty();
            assertThat(log).anyMatch(line -> line.contains("stays"));
            assertThat(registry.pull(image.withDigest(member.digest()))).isEqualTo(member);
        }
    }

    @Test
    void whatTheIndexRefersToMustBeThere() throws IOException {
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("demo/hello:1");
            Manifest never = Manifest.of(Manifest.OCI_MANIFEST, new byte[] {'{', '}'});
            IndexSource source = IndexSource.collected(
                    image.withDigest(never.digest()),
                    Descriptor.of(never.mediaType(), never.digest(), never.size(), Platform.parse("linux/arm64")));
            assertThatThrownBy(() -> new IndexPublisher(new Registry(RegistryAccess.anonymous()), log::add)
                            .publish(IndexRequest.builder(image).source(source).build()))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("push the index " + image)
                    .hasMessageContaining("does not have; push every platform image");
        }
    }
}
