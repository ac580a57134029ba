package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries, and proxies before them, that do what the specification leaves open, or forbids. */
@Timeout(60)
class AwkwardRegistryTest {

    private static final String SECRET = "X-Amz-Signature=53cr3t";

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final TestImages images = TestImages.anonymous();
    private FaultyRegistry here;
    private FaultyRegistry there;
    private ImageReference image;
    private ImageReference source;

    @BeforeEach
    void start() throws IOException {
        here = new FaultyRegistry();
        there = new FaultyRegistry();
        image = here.image("team/app:1");
        source = there.image("far/app:1");
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
    }

    private Registry registry(RegistryAccess access, RetryPolicy.Sleeper sleeper) {
        return new Registry(
                access,
                log::add,
                new RetryPolicy(3, Duration.ofMillis(1), Duration.ofSeconds(1), () -> 1, Clock.systemUTC(), sleeper));
    }

    private Registry registry() {
        return registry(RegistryAccess.anonymous(), delay -> {});
    }

    private void copy() throws IOException {
        Manifest manifest = registry().pull(source);
        new ImageCopier(registry(), log::add).copy(source, manifest, image);
        assertThat(registry().has(image.withDigest(manifest.digest()))).isTrue();
        assertThat(here.hasBlob(image, manifest.json().at("/layers/0/digest").asText()))
                .isTrue();
    }

    /** Everything that anybody could be shown of a failure. */
    private String everythingSaidOf(ThrowingCallable failing) {
        StringWriter said = new StringWriter();
        assertThatThrownBy(failing).satisfies(e -> e.printStackTrace(new PrintWriter(said)));
        return said + String.join("\n", log);
    }

    @Test
    void aRegistryThatRestartsIsWaitedForOnceItHasAnswered() throws IOException {
        Manifest manifest = images.push(image, "linux/arm64");
        AtomicReference<ScriptedRegistry> server = new AtomicReference<>(new ScriptedRegistry(
                request -> Reply.of(200, manifest.content(), "Content-Type", manifest.mediaType())));
        int port = server.get().port();
        ImageReference restarted = ImageReference.parse(server.get().address() + "/team/app:1");
        Registry registry = registry(RegistryAccess.anonymous(), delay -> {
            try {
                server.set(new ScriptedRegistry(
                        request -> Reply.of(200, manifest.content(), "Content-Type", manifest.mediaType()), port));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(registry.pull(restarted)).isEqualTo(manifest);
        server.get().close();
        assertThat(registry.pull(restarted)).isEqualTo(manifest);
        assertThat(log).hasSize(1).first().asString().contains("Connection refused");
        server.get().close();
        assertThatThrownBy(() -> registry(RegistryAccess.anonymous(), delay -> {
                            throw new InterruptedException("nobody waits for a registry that has never answered");
                        })
                        .pull(restarted))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("Connection refused");
    }

    @Test
    void theSignatureOfAnUploadAddressIsNeverShown() throws IOException {
        images.push(source, "linux/arm64");
        for (Fault fault : List.of(
                Fault.status(403),
                Fault.lost(),
                Fault.answer(
                        400,
                        ("{\"errors\":[{\"code\":\"X\",\"message\":\"no https://bucket.example/a?" + SECRET + "\"}]}")
                                .getBytes(StandardCharsets.UTF_8)),
                Fault.status(307, "Location", "https://bucket.example/other?" + SECRET),
                Fault.status(302, "Location", "/relative?" + SECRET))) {
            here.heal();
            here.always(
                    "POST .*",
                    Fault.status(
                            202, "Location", "http://" + image.registry() + "/v2/team/app/blobs/uploads/1?" + SECRET));
            here.always("PUT .*", fault);
            assertThat(everythingSaidOf(this::copy)).contains("copy blob").doesNotContain("53cr3t");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://bucket.example/a?X-Amz-Signature=53cr3t",
                "https://bucket example/a?X-Amz-Signature=53cr3t",
                "https://user:53cr3t@bucket.invalid/a",
                "/v2/again?X-Amz-Signature=53cr3t"
            })
    void theSignatureOfARedirectIsNeverShown(String location) {
        here.always("GET .*", Fault.status(307, "Location", location));
        assertThat(everythingSaidOf(() -> registry().pull(image)))
                .contains("pull the manifest")
                .doesNotContain("53cr3t");
    }

    @Test
    void theQueryOfATokenServerIsNeverShown() {
        here.always(
                "GET .*",
                Fault.status(
                        401,
                        "WWW-Authenticate",
                        "Bearer realm=\"http://" + there.image("x:1").registry() + "/token?" + SECRET + "\""));
        assertThat(everythingSaidOf(() -> registry().pull(image)))
                .contains("token server")
                .doesNotContain("53cr3t");
    }

    @ParameterizedTest
    @ValueSource(ints = {405, 501})
    void whereHeadIsRefusedGetAnswers(int status) throws IOException {
        here.always("HEAD .*", Fault.status(status));
        Manifest manifest = images.push(image, "linux/arm64");
        assertThat(registry().has(image)).isTrue();
        assertThat(registry().has(image.withTag("none"))).isFalse();
        assertThat(registry().digestOf(image)).contains(manifest.digest());
        assertThat(registry().digestOf(image.withTag("none"))).isEmpty();
        Registry one = registry();
        here.forget();
        one.has(image);
        one.has(image);
        assertThat(here.asked())
                .containsExactly(
                        "HEAD /v2/team/app/manifests/1",
                        "GET /v2/team/app/manifests/1",
                        "GET /v2/team/app/manifests/1");

        images.push(source, "linux/s390x");
        copy();
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void aRedirectedPutIsFollowedWithItsBody(int status) throws IOException {
        images.push(source, "linux/arm64");
        for (String put : List.of("manifests/[^/]*", "blobs/uploads/[^/]*")) {
            here.heal();
            here.always(
                    "PUT /v2/team/app/" + put,
                    (request, wellBehaved) -> Reply.of(
                            status,
                            "",
                            "Location",
                            request.toString()
                                    .replace("PUT /v2/team/app/", "http://" + image.registry() + "/v2/moved/app/")));
            here.always(
                    "PUT /v2/moved/.*",
                    (request, wellBehaved) -> wellBehaved.answer(new ScriptedRegistry.Asked(
                            request.method(),
                            request.path().replace("/moved/", "/team/"),
                            request.query(),
                            request.authorization(),
                            request.contentType(),
                            request.body())));
            copy();
            assertThat(here.count("PUT /v2/moved/.*")).isPositive();
            images.push(source, "linux/s390x");
            here.forget();
        }
    }

    @Test
    void aPutThatIsRedirectedToAnotherOriginIsNotFollowed() throws IOException {
        Manifest manifest = images.push(source, "linux/arm64");
        there.forget();
        here.always(
                "PUT .*/manifests/.*",
                Fault.status(307, "Location", "http://" + source.registry() + "/v2/far/app/manifests/2"));
        assertThatThrownBy(() -> registry().push(image, manifest)).hasMessageContaining("307");
        assertThat(there.asked()).isEmpty();
    }

    @Test
    void aPutThatIsRedirectedInACircleEnds() {
        here.always("PUT .*", Fault.status(308, "Location", "/v2/team/app/manifests/1"));
        assertThatThrownBy(() -> registry().push(image, Manifest.of(Manifest.OCI_INDEX, "{}".getBytes())))
                .hasMessageContaining("redirects more than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:ABC", "sha256:", "nonsense", "md5:00", "sha256:zz"})
    void aHeaderThatIsNoDigestIsNamed(String header) throws IOException {
        Manifest manifest = images.push(image, "linux/arm64");
        here.always(".*", (request, wellBehaved) -> wellBehaved.answer(request).with("Docker-Content-Digest", header));
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> registry().pull(image),
                () -> registry().digestOf(image),
                () -> registry().push(image, manifest))) {
            assertThatThrownBy(call)
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("registry " + image.registry())
                    .hasMessageContaining("Docker-Content-Digest")
                    .hasMessageContaining("'" + header + "'");
        }
    }

    @Test
    void aRegistryMayUseAnotherHashThanWeDo() throws Exception {
        Manifest manifest = images.push(image, "linux/arm64");
        String sha512 = "sha512:"
                + java.util.HexFormat.of()
                        .formatHex(java.security.MessageDigest.getInstance("SHA-512")
                                .digest(manifest.content()));
        here.always(".*", (request, wellBehaved) -> wellBehaved.answer(request).with("Docker-Content-Digest", sha512));
        assertThat(registry().pull(image)).isEqualTo(manifest);
        assertThat(registry().digestOf(image)).contains(manifest.digest());
        assertThat(registry().push(image, manifest).digest()).isEqualTo(manifest.digest());
    }

    @Test
    void whatIsHiddenFromStrangersIsAskedForWithTheCredential() throws IOException {
        String bob = "Basic " + Base64.getEncoder().encodeToString("bob:s3cret".getBytes(StandardCharsets.UTF_8));
        Manifest manifest = images.push(image, "linux/arm64");
        try (ScriptedRegistry hiding = new ScriptedRegistry(request -> bob.equals(request.authorization())
                ? Reply.of(200, manifest.content(), "Content-Type", manifest.mediaType())
                : request.path().equals("/v2/") ? Reply.of(200, "{}") : Reply.of(404, ""))) {
            ImageReference hidden = ImageReference.parse(hiding.address() + "/team/app:1");
            Registry known = registry(
                    RegistryAccess.anonymous().withCredential(hidden.registry(), "bob", "s3cret"), delay -> {});
            assertThat(known.pull(hidden)).isEqualTo(manifest);
            hiding.asked.clear();
            assertThat(known.pull(hidden)).isEqualTo(manifest);
            assertThat(hiding.asked).hasSize(1);

            hiding.asked.clear();
            assertThatThrownBy(() -> registry().pull(hidden)).isInstanceOf(RegistryException.NotFound.class);
            assertThat(hiding.asked).hasSize(1);
            Registry wrong =
                    registry(RegistryAccess.anonymous().withCredential(hidden.registry(), "eve", "x"), delay -> {});
            assertThatThrownBy(() -> wrong.pull(hidden)).isInstanceOf(RegistryException.NotFound.class);
        }
    }

    @Test
    void aHidingRegistryWithTokensIsAskedWithAToken() throws IOException {
        Manifest manifest = images.push(image, "linux/arm64");
        try (ScriptedRegistry tokens = new ScriptedRegistry(request ->
                        Reply.of(200, "{\"token\":\"" + (request.authorization() == null ? "n" : "y") + "\"}"));
                ScriptedRegistry hiding = new ScriptedRegistry(request -> "Bearer y".equals(request.authorization())
                        ? Reply.of(200, manifest.content(), "Content-Type", manifest.mediaType())
                        : request.path().equals("/v2/")
                                ? Reply.of(
                                        401,
                                        "",
                                        "WWW-Authenticate",
                                        "Bearer realm=\"http://" + tokens.address() + "/t\",service=\"s\"")
                                : Reply.of(404, ""))) {
            ImageReference hidden = ImageReference.parse(hiding.address() + "/team/app:1");
            assertThat(registry(
                                    RegistryAccess.anonymous().withCredential(hidden.registry(), "bob", "s3cret"),
                                    delay -> {})
                            .pull(hidden))
                    .isEqualTo(manifest);
        }
    }

    @Test
    void aBlobThatIsTooLargeForOneRequestIsUploadedInPieces() throws IOException {
        byte[] layer = new byte[3 * 1024 * 1024 + 17];
        new Random(7).nextBytes(layer);
        Manifest base = images.push(source, "linux/arm64");
        images.pushBlob(source, layer);
        images.pushManifest(
                source,
                Manifest.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"config\":" + base.json().path("config") + ",\"layers\":[{\"mediaType\":\"l\","
                        + "\"size\":" + layer.length + ",\"digest\":\"" + Digest.ofSha256(layer) + "\"}]}");
        here.taking(1024 * 1024);
        copy();
        assertThat(here.count("PATCH .*")).isPositive();
        assertThat(here.count("PUT .*digest=" + Digest.ofSha256(layer))).isEqualTo(2);
    }

    @Test
    void aBlobIsUploadedInPiecesFromTheBeginningWhereThatIsConfigured(@TempDir Path temp) throws IOException {
        ImageReference target = here.image("demo/large:1");
        byte[] layer = new byte[9 * 1024 * 1024];
        Path file = Files.write(temp.resolve("layer"), layer);
        Digest digest = Digest.ofSha256(layer);
        registry(RegistryAccess.anonymous().inPieces(target.registry()), delay -> {})
                .pushBlob(target, digest, layer.length, file);

        assertThat(here.count("PATCH .*")).isEqualTo(2);
        assertThat(here.hasBlob(target, digest.toString())).isTrue();
    }

    @Test
    void afterARequestThatWasTooLargeNoFurtherOneIsTried(@TempDir Path temp) throws IOException {
        ImageReference target = here.image("demo/large:1");
        here.taking(8 * 1024 * 1024);
        Registry registry = registry(RegistryAccess.anonymous(), delay -> {});
        for (int i = 1; i <= 3; i++) {
            byte[] layer = new byte[9 * 1024 * 1024];
            layer[0] = (byte) i;
            Path file = Files.write(temp.resolve("layer"), layer);
            registry.pushBlob(target, Digest.ofSha256(layer), layer.length, file);
        }
        // Each is ended by a PUT; the first one was refused besides.
        assertThat(here.count("PUT .*")).isEqualTo(4);
    }

    @Test
    void whatIsTooLargeInPiecesTooIsRefused() throws IOException {
        images.push(source, "linux/arm64");
        here.taking(0);
        assertThatThrownBy(this::copy).hasMessageContaining("413");
    }
}
