package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.QuickRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Documents of every kind, damaged in every way, through all that reads what a registry sends: whatever it is, it is read
 * or refused, soon.
 */
class ManifestFuzzTest {

    private static final long MAX_SECONDS = 5;

    private static final List<String> MEDIA_TYPES = List.of(
            Manifest.OCI_INDEX,
            Manifest.DOCKER_LIST,
            Manifest.OCI_MANIFEST,
            Manifest.DOCKER_MANIFEST,
            Manifest.DOCKER_SCHEMA_1_SIGNED,
            "application/json",
            "text/html");

    /** What is put in at random places. */
    private static final List<String> SCRAPS = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "null",
            "-1",
            "1e999999999",
            "9223372036854775808",
            "0.1",
            "true",
            "{}",
            "[]",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\"sha256:\"",
            "\"size\":",
            "\"digest\":\"sha512:00\",",
            "\"manifests\":[],",
            "\"manifests\":[null],",
            "\"platform\":7,",
            "\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"},",
            "\"annotations\":null,",
            "\"layers\":[[]],",
            "\"config\":[],",
            "[".repeat(2000),
            "{\"a\":".repeat(2000),
            "9".repeat(5000));

    private static FaultyRegistry registry;
    private static ImageReference image;
    private static List<String> seeds;
    private static String config;

    /** Without retries, and with one pool of connections. */
    private static final Registry CLIENT = QuickRegistry.of(RegistryAccess.anonymous(), line -> {}, 0);

    @BeforeContainer
    static void start() throws IOException {
        registry = new FaultyRegistry().trusting();
        image = registry.image("demo/hello:1");
        TestImages images = TestImages.anonymous();
        config = "{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\",\"os.features\":[\"x\"]}";
        Manifest oci = images.push(image.withTag("oci"), Manifest.OCI_MANIFEST, config);
        Manifest docker = images.push(image.withTag("docker"), Manifest.DOCKER_MANIFEST, config);
        Descriptor member = Descriptor.of(oci.mediaType(), oci.digest(), oci.size(), Platform.parse("linux/arm/v7"));
        Descriptor attestation = Descriptor.of(
                        oci.mediaType(), docker.digest(), docker.size(), Platform.of("unknown", "unknown", ""))
                .withAnnotations(java.util.Map.of(
                        Descriptor.REFERENCE_TYPE,
                        "attestation-manifest",
                        Descriptor.REFERENCE_DIGEST,
                        oci.digest().toString()));
        Manifest index = ImageIndex.of(IndexFormat.OCI, List.of(member, attestation), java.util.Map.of("k", "v"))
                .toManifest();
        Manifest list = ImageIndex.of(IndexFormat.DOCKER, List.of(member), java.util.Map.of())
                .toManifest();
        seeds = List.of(
                text(index),
                text(list),
                text(oci),
                text(docker),
                "{\"schemaVersion\":1,\"architecture\":\"arm\",\"fsLayers\":[{}],\"signatures\":[]}");
    }

    @AfterContainer
    static void stop() {
        registry.close();
    }

    private static String text(Manifest manifest) {
        return new String(manifest.content(), StandardCharsets.UTF_8);
    }

    private static byte[] damaged(String seed, Random random) {
        StringBuilder text = new StringBuilder(seed);
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length());
            String scrap = SCRAPS.get(random.nextInt(SCRAPS.size()));
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, scrap);
                case 1 -> text.replace(at, Math.min(text.length(), at + 1 + random.nextInt(30)), scrap);
                case 2 -> {
                    // In the place of a whole value, so that more of it stays valid.
                    int colon = text.indexOf(":", at);
                    int end = colon < 0 ? -1 : text.indexOf(",", colon);
                    if (end > 0) {
                        text.replace(colon + 1, end, scrap);
                    }
                }
                default -> text.setLength(Math.max(1, at));
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(3); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private interface Reading {
        Object read() throws IOException;
    }

    private static boolean isRead(Reading reading) {
        long start = System.nanoTime();
        try {
            reading.read();
            return true;
        } catch (IOException | IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        } finally {
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start))
                    .isLessThan(MAX_SECONDS);
        }
    }

    /** Everything that reads a manifest, on this one. */
    private static boolean isAnyRead(byte[] document, String mediaType) {
        registry.heal();
        registry.next("GET .*/manifests/1", FaultyRegistry.Fault.answer(200, document, "Content-Type", mediaType));
        Registry CLIENT = new Registry(RegistryAccess.anonymous());
        IndexPublisher publisher = new IndexPublisher(CLIENT, line -> {});
        IndexRequest.Builder request = IndexRequest.builder(image).dryRun(true);
        boolean shown = isRead(() -> IndexTable.read(CLIENT, image));
        boolean taken = isRead(() -> publisher.publish(IndexRequest.builder(image)
                .dryRun(true)
                .source(IndexSource.of(image))
                .build()));
        boolean amended = isRead(() -> publisher.publish(request.amend(true)
                .source(IndexSource.of(image.withTag("oci")).as(Platform.parse("linux/s390x")))
                .build()));
        return shown || taken || amended;
    }

    @Property(tries = 120)
    void aDamagedManifestIsReadOrRefused(@ForAll Random random) {
        isAnyRead(
                damaged(seeds.get(random.nextInt(seeds.size())), random),
                MEDIA_TYPES.get(random.nextInt(MEDIA_TYPES.size())));
    }

    @Property(tries = 100)
    void aDamagedConfigurationIsReadOrRefused(@ForAll Random random) throws IOException {
        byte[] damaged = damaged(config, random);
        String digest = Digest.ofSha256(damaged).toString();
        String manifest = seeds.get(2).replaceFirst("sha256:[0-9a-f]{64}", digest);
        registry.heal();
        registry.next("GET .*/blobs/" + digest, FaultyRegistry.Fault.answer(200, damaged));
        registry.next(
                "GET .*/manifests/1",
                FaultyRegistry.Fault.answer(
                        200, manifest.getBytes(StandardCharsets.UTF_8), "Content-Type", Manifest.OCI_MANIFEST));
        IndexPublisher publisher = new IndexPublisher(CLIENT, line -> {});
        isRead(() -> publisher.publish(IndexRequest.builder(image)
                .dryRun(true)
                .source(IndexSource.of(image))
                .build()));
    }

    /** Else the fuzzing would only ever see the first check. */
    @Example
    void whatIsNotDamagedIsRead() {
        List<String> types = List.of(
                Manifest.OCI_INDEX,
                Manifest.DOCKER_LIST,
                Manifest.OCI_MANIFEST,
                Manifest.DOCKER_MANIFEST,
                Manifest.DOCKER_SCHEMA_1_SIGNED);
        for (int i = 0; i < seeds.size(); i++) {
            assertThat(isAnyRead(seeds.get(i).getBytes(StandardCharsets.UTF_8), types.get(i)))
                    .as(seeds.get(i))
                    .isTrue();
        }
    }
}
