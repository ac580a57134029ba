package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ImageCopierTest {

    private final List<String> log = new CopyOnWriteArrayList<>();
    private FaultyRegistry here;
    private FaultyRegistry there;
    private ImageReference target;
    private Registry registry;

    @BeforeEach
    void start() throws IOException {
        here = new FaultyRegistry();
        there = new FaultyRegistry();
        target = here.image("team/app:1");
        registry = registry(RegistryAccess.anonymous());
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
    }

    private Registry registry(RegistryAccess access) {
        return new Registry(
                access,
                log::add,
                new RetryPolicy(
                        3, Duration.ofMillis(1), Duration.ofSeconds(1), () -> 1, Clock.systemUTC(), delay -> {}));
    }

    private Manifest pushed(FaultyRegistry registry, String image) throws IOException {
        Manifest manifest = TestImages.anonymous().push(registry.image(image), "linux/arm64");
        registry.forget();
        return manifest;
    }

    private void copy(ImageReference source, Manifest manifest) throws IOException {
        new ImageCopier(registry, log::add).copy(source, manifest, target);
    }

    private static String layer(Manifest manifest) {
        return manifest.json().at("/layers/0/digest").asText();
    }

    private static String config(Manifest manifest) {
        return manifest.json().at("/config/digest").asText();
    }

    @Test
    void mountsWhatIsInTheSameRegistry() throws IOException {
        Manifest manifest = pushed(here, "other/app:1");
        copy(here.image("other/app:1"), manifest);
        assertThat(registry.pull(target.withDigest(manifest.digest()))).isEqualTo(manifest);
        assertThat(here.count("POST .*mount=sha256:.*&from=other/app")).isEqualTo(2);
        assertThat(here.count("GET .*/blobs/.*")).isZero();
        assertThat(here.count("PUT .*/blobs/.*")).isZero();
    }

    @Test
    void copiesWhereTheRegistryDoesNotMount() throws IOException {
        here.withoutMounts();
        Manifest manifest = pushed(here, "other/app:1");
        copy(here.image("other/app:1"), manifest);
        assertThat(here.hasBlob(target, layer(manifest))).isTrue();
        assertThat(registry.has(target.withDigest(manifest.digest()))).isTrue();
        assertThat(here.count("POST .*")).isEqualTo(2);
    }

    @Test
    void copiesWhereMountingIsRefused() throws IOException {
        Manifest manifest = pushed(here, "other/app:1");
        here.always("POST .*mount=.*", Fault.status(405));
        copy(here.image("other/app:1"), manifest);
        assertThat(here.hasBlob(target, config(manifest))).isTrue();
    }

    @Test
    void copiesFromAnotherRegistryEachBlobOnce() throws IOException {
        Manifest manifest = pushed(there, "app:1");
        ImageCopier copier = new ImageCopier(registry, log::add);
        copier.copy(there.image("app:1"), manifest, target);
        copier.copy(there.image("app:1"), manifest, target);
        assertThat(registry.pull(target.withDigest(manifest.digest()))).isEqualTo(manifest);
        assertThat(there.count("GET .*/blobs/.*")).isEqualTo(2);
        assertThat(here.count("PUT .*/blobs/.*")).isEqualTo(2);
        assertThat(here.asked()).last().asString().contains("manifests/" + manifest.digest());
        assertThat(log).anyMatch(line -> line.startsWith("Copied ") && line.contains(" MB) to " + target.name()));
    }

    @Test
    void asksOnlyOnceWhereEverythingIsThere() throws IOException {
        Manifest manifest = pushed(there, "app:1");
        copy(there.image("app:1"), manifest);
        here.forget();
        there.forget();
        copy(there.image("app:1"), manifest);
        assertThat(here.asked()).containsExactly("HEAD /v2/team/app/manifests/" + manifest.digest());
        assertThat(there.asked()).isEmpty();
    }

    @Test
    void takesUpAgainWhatBreaksMidway() throws IOException {
        Manifest manifest = pushed(there, "app:1");
        there.next("GET .*/blobs/" + layer(manifest), Fault.truncated());
        here.next("PUT .*/blobs/uploads/.*" + config(manifest), Fault.answerLost());
        here.next("POST .*", Fault.status(503));
        copy(there.image("app:1"), manifest);
        assertThat(registry.has(target.withDigest(manifest.digest()))).isTrue();
        assertThat(here.count("PUT .*/blobs/uploads/.*" + config(manifest))).isEqualTo(1);
    }

    @Test
    void anUploadWhoseAnswerIsLostIsNotSentAgain() throws IOException {
        here.withoutMounts();
        Manifest manifest = pushed(here, "other/app:1");
        String upload = "PUT .*/blobs/uploads/.*" + layer(manifest);
        here.next(upload, Fault.answerLost());
        copy(here.image("other/app:1"), manifest);
        assertThat(here.count(upload)).isEqualTo(1);
        assertThat(here.count("HEAD .*/team/app/blobs/" + layer(manifest))).isEqualTo(1);
        assertThat(log).anyMatch(line -> line.contains("had done it before the answer was lost"));
    }

    @Test
    void aBlobThatIsNotWhatItsDigestSaysIsNotTakenOver() throws IOException {
        Manifest manifest = pushed(there, "app:1");
        there.always("GET .*/blobs/" + layer(manifest), Fault.otherBytes());
        assertThatThrownBy(() -> copy(there.image("app:1"), manifest))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("from " + there.image("app:1").name())
                .hasMessageContaining("is not blob " + layer(manifest));
        assertThat(here.hasBlob(target, layer(manifest))).isFalse();
        assertThat(registry.has(target.withDigest(manifest.digest()))).isFalse();
    }

    @Test
    void aMissingBlobIsNamed() throws IOException {
        Manifest manifest = pushed(there, "app:1");
        there.always("GET .*/blobs/" + layer(manifest), Fault.status(404));
        assertThatThrownBy(() -> copy(there.image("app:1"), manifest))
                .isInstanceOf(RegistryException.NotFound.class)
                .hasMessageContaining(layer(manifest));
        assertThat(registry.has(target.withDigest(manifest.digest()))).isFalse();
    }

    @Test
    void leavesOutLayersThatAreNotToBeDistributed() throws IOException {
        Manifest base = pushed(there, "app:1");
        String foreign = Digest.ofSha256(new byte[] {1}).toString();
        Manifest manifest = TestImages.anonymous()
                .pushManifest(there.image("app:2"), Manifest.OCI_MANIFEST, """
                        {"schemaVersion":2,"config":%s,"layers":[{"mediaType":
                        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","urls":["https://x.example/y"],
                        "size":7,"digest":"%s"}]}""".formatted(
                                base.json().path("config"), foreign));
        copy(there.image("app:2"), manifest);
        assertThat(log).anyMatch(line -> line.contains(foreign) && line.contains("not to be distributed"));
        assertThat(there.count("GET .*/blobs/" + foreign)).isZero();
    }

    @Test
    void theCredentialDoesNotGoWhereAnUploadIsSentTo() throws IOException {
        Manifest manifest = pushed(there, "app:1");
        try (ScriptedRegistry storage = new ScriptedRegistry(request -> Reply.of(201, ""));
                ScriptedRegistry front = new ScriptedRegistry(request -> switch (request.method()) {
                    case "HEAD" ->
                        request.authorization() == null
                                ? Reply.of(401, "", "WWW-Authenticate", "Basic realm=\"x\"")
                                : Reply.of(404, "");
                    case "POST" -> Reply.of(202, "", "Location", "http://" + storage.address() + "/bucket?key=1");
                    default ->
                        Reply.of(
                                201,
                                "",
                                "Docker-Content-Digest",
                                manifest.digest().toString());
                })) {
            Registry known = registry(RegistryAccess.anonymous().withCredential(front.address(), "bob", "s3cret"));
            new ImageCopier(known, log::add)
                    .copy(there.image("app:1"), manifest, ImageReference.parse(front.address() + "/app:1"));
            assertThat(storage.asked).hasSize(2).allSatisfy(request -> {
                assertThat(request.authorization()).isNull();
                assertThat(request.query()).startsWith("key=1&digest=sha256:");
            });
            assertThat(front.asked)
                    .filteredOn(request -> request.method().equals("PUT"))
                    .allSatisfy(request -> assertThat(request.authorization()).startsWith("Basic "));
        }
    }

    @Test
    void whereAnUploadIsSentToMayNotAskForTheCredential() throws IOException {
        Manifest manifest = pushed(there, "app:1");
        for (String scheme : List.of("Basic", "Bearer")) {
            StringBuilder challenge = new StringBuilder(scheme);
            try (ScriptedRegistry storage = new ScriptedRegistry(
                            request -> Reply.of(401, "", "WWW-Authenticate", challenge.toString()));
                    ScriptedRegistry front =
                            new ScriptedRegistry(request -> request.method().equals("POST")
                                    ? Reply.of(202, "", "Location", "http://" + storage.address() + "/bucket")
                                    : Reply.of(404, ""))) {
                challenge.append(" realm=\"http://").append(storage.address()).append("/token\"");
                Registry known = registry(RegistryAccess.anonymous().withCredential(front.address(), "bob", "s3cret"));
                ImageReference copy = ImageReference.parse(front.address() + "/app:1");
                assertThatThrownBy(() -> new ImageCopier(known, log::add).copy(there.image("app:1"), manifest, copy))
                        .hasMessageContaining("401");
                assertThat(storage.asked).isNotEmpty().allSatisfy(request -> {
                    assertThat(request.authorization()).isNull();
                    assertThat(request.path()).isEqualTo("/bucket");
                });
            }
        }
    }

    @Test
    void aMalformedManifestIsNoReasonToCopyAnything() throws IOException {
        Manifest manifest = Manifest.of(
                Manifest.OCI_MANIFEST,
                ("{\"config\":{\"digest\":\"" + Digest.ofSha256(new byte[0]) + "\",\"size\":-1},\"layers\":[]}")
                        .getBytes());
        assertThatThrownBy(() -> copy(there.image("app:1"), manifest))
                .hasMessageContaining("malformed")
                .hasMessageContaining("-1");
        assertThat(there.asked()).isEmpty();
    }

    /** More than fits into any buffer on the way. */
    @Test
    void streamsLargeLayers() throws IOException {
        byte[] layer = new byte[20 * 1024 * 1024];
        new java.util.Random(1).nextBytes(layer);
        Digest digest = Digest.ofSha256(layer);
        byte[] config = "{}".getBytes();
        Manifest manifest = Manifest.of(Manifest.OCI_MANIFEST, """
                {"schemaVersion":2,"config":{"digest":"%s","size":2},"layers":[{"digest":"%s","size":%d}]}""".formatted(
                Digest.ofSha256(config), digest, layer.length).getBytes());
        try (ScriptedRegistry large = new ScriptedRegistry(
                request -> Reply.of(200, request.path().endsWith(digest.toString()) ? layer : config))) {
            copy(ImageReference.parse(large.address() + "/app:1"), manifest);
        }
        assertThat(here.hasBlob(target, digest.toString())).isTrue();
    }

    @Test
    void theTimeForTheWholeEndsACopyThatStillMoves() throws IOException {
        byte[] endless = new byte[1 << 20];
        Digest digest = Digest.ofSha256(endless);
        Manifest manifest = Manifest.of(
                Manifest.OCI_MANIFEST, """
                {"schemaVersion":2,"config":{"digest":"%s","size":%d},"layers":[]}""".formatted(digest, endless.length).getBytes());
        here.always("PUT .*", Fault.slow(20_000));
        try (ScriptedRegistry source = new ScriptedRegistry(request -> Reply.of(200, endless))) {
            ImageCopier copier = new ImageCopier(registry.within(Duration.ofSeconds(1)), log::add);
            assertThatThrownBy(() -> copier.copy(ImageReference.parse(source.address() + "/app:1"), manifest, target))
                    .hasMessageContaining("copy blob " + digest)
                    .hasMessageContaining("time limit of 1 s");
        }
    }

    @Test
    void tellsHowFarItHasCome() throws IOException {
        Manifest manifest = pushed(there, "app:1");
        AtomicLong seconds = new AtomicLong();
        new ImageCopier(registry, log::add, () -> TimeUnit.SECONDS.toNanos(seconds.addAndGet(6)))
                .copy(there.image("app:1"), manifest, target);
        assertThat(log)
                .anyMatch(line -> line.matches("Copying " + there.image("app:1") + ": [0-9.]+ MB of [0-9.]+ MB"));
    }
}
