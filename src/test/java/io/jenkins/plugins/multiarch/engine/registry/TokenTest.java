package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.http.Deadline;
import io.jenkins.plugins.multiarch.engine.http.Transport;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Asked;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry with a token server, as most are. */
@Timeout(60)
class TokenTest {

    private static final Manifest MANIFEST =
            Manifest.of(Manifest.OCI_MANIFEST, "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}".getBytes());

    private final AtomicInteger issued = new AtomicInteger();

    /** The lowest number of a token that is still valid. */
    private final AtomicInteger valid = new AtomicInteger(1);

    private ScriptedRegistry.Script tokens =
            request -> Reply.of(200, "{\"token\":\"" + issued.incrementAndGet() + "\"}");

    private ScriptedRegistry tokenServer;
    private ScriptedRegistry server;
    private ImageReference image;

    @BeforeEach
    void start() throws IOException {
        tokenServer = new ScriptedRegistry(request -> tokens.answer(request));
        server = new ScriptedRegistry(request -> {
            if (!isValid(request)) {
                return unauthorized();
            }
            return request.method().equals("GET")
                    ? Reply.of(200, MANIFEST.content(), "Content-Type", MANIFEST.mediaType())
                    : Reply.of(
                            201, "", "Docker-Content-Digest", MANIFEST.digest().toString());
        });
        image = ImageReference.parse(server.address() + "/demo/hello:1");
    }

    @AfterEach
    void stop() {
        server.close();
        tokenServer.close();
    }

    private boolean isValid(Asked request) {
        String given = request.authorization();
        return given != null && Integer.parseInt(given.replaceFirst("\\D+", "")) >= valid.get();
    }

    private Reply unauthorized() {
        return Reply.of(
                401,
                "",
                "WWW-Authenticate",
                "Bearer realm=\"http://" + tokenServer.address() + "/token\",service=\"demo\"");
    }

    private Registry registry(String user, String password) {
        return new Registry(RegistryAccess.anonymous().withCredential(server.address(), user, password));
    }

    private void pullEightAtOnce(Registry registry) throws IOException {
        Workers.map(8, IntStream.range(0, 8).boxed().toList(), i -> registry.pull(image));
    }

    @Test
    void eightAtOnceAreRefusedOnceAndShareOneToken() throws IOException {
        pullEightAtOnce(registry("bob", "s3cret"));
        assertThat(issued).hasValue(1);
        assertThat(server.asked).hasSize(9);
    }

    @Test
    void whenATokenExpiresMidwayEightGetOneNewOne() throws IOException {
        Registry registry = registry("bob", "s3cret");
        registry.pull(image);
        valid.set(2);
        pullEightAtOnce(registry);
        assertThat(issued).hasValue(2);
    }

    @Test
    void aTokenForAnotherScopeIsFetchedWithoutBeingRefusedFirst() throws IOException {
        Registry registry = registry("bob", "s3cret");
        registry.pull(image);
        registry.push(image, MANIFEST);
        assertThat(tokenServer.asked)
                .extracting(Asked::query)
                .containsExactly(
                        "service=demo&scope=repository:demo/hello:pull",
                        "service=demo&scope=repository:demo/hello:pull,push");
        assertThat(server.asked).extracting(Asked::method).containsExactly("GET", "GET", "PUT");
    }

    @Test
    void oneTokenServesForReadingAndPushing() throws IOException {
        Registry registry = registry("bob", "s3cret");
        registry.willPush(image);
        registry.pull(image);
        registry.push(image, MANIFEST);
        assertThat(tokenServer.asked)
                .extracting(Asked::query)
                .containsExactly("service=demo&scope=repository:demo/hello:pull,push");
        assertThat(server.asked).extracting(Asked::method).containsExactly("GET", "GET", "PUT");
    }

    @Test
    void aRegistryTokenIsShownToTheRegistryItself() throws IOException {
        registry("<registrytoken>", "1").pull(image);
        assertThat(tokenServer.asked).isEmpty();
        assertThat(server.asked)
                .singleElement()
                .satisfies(request -> assertThat(request.authorization()).isEqualTo("Bearer 1"));
    }

    @Test
    void aTokenThatIsRefusedAtOnceIsNotRenewedForever() {
        valid.set(100);
        assertThatThrownBy(() -> registry("bob", "s3cret").pull(image))
                .hasMessageContaining("401")
                .hasMessageContaining("Check the credential");
        assertThat(issued).hasValue(1);
    }

    @Test
    void anIdentityTokenIsTradedByAForm() throws IOException {
        registry("<token>", "identity/1").pull(image);
        assertThat(tokenServer.asked).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.authorization()).isNull();
            assertThat(request.contentType()).isEqualTo("application/x-www-form-urlencoded");
            assertThat(request.body().split("&"))
                    .containsExactlyInAnyOrder(
                            "service=demo",
                            "scope=repository%3Ademo%2Fhello%3Apull",
                            "grant_type=refresh_token",
                            "refresh_token=identity%2F1",
                            "client_id=multiarch-build");
        });
    }

    @Test
    void aTokenServerThatKnowsOnlyFormsGetsOne() throws IOException {
        ScriptedRegistry.Script usual = tokens;
        tokens = request -> request.method().equals("GET") ? Reply.of(405, "") : usual.answer(request);
        registry("bob", "s3cret").pull(image);
        assertThat(tokenServer.asked.get(1).body()).contains("grant_type=password", "username=bob", "password=s3cret");
    }

    @Test
    void withoutACredentialTheTokenIsAnonymous() throws IOException {
        new Registry(RegistryAccess.anonymous()).pull(image);
        assertThat(tokenServer.asked)
                .singleElement()
                .satisfies(request -> assertThat(request.authorization()).isNull());
    }

    @Test
    void aTokenThatWouldBreakTheHeaderIsNone() {
        for (String body :
                List.of("{\"token\":\"a\\r\\nX: y\"}", "{\"token\":7}", "[]", "<html>", "{\"token\":\"\"}")) {
            tokens = request -> Reply.of(200, body);
            assertThatThrownBy(() -> registry("bob", "s3cret").pull(image)).hasMessageContaining("without a token");
        }
    }

    @Test
    void aBusyTokenServerIsAskedAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        ScriptedRegistry.Script usual = tokens;
        tokens = request -> asked.incrementAndGet() == 1 ? Reply.of(503, "") : usual.answer(request);
        registry("bob", "s3cret").pull(image);
        assertThat(asked).hasValue(2);
    }

    /**
     * A stream cannot be sent twice, so the upload begins anew, with a stream of its own.
     *
     * @param early whether the registry refuses before it has read anything, as most do; that may break the connection
     *     before its answer has been read
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUploadDuringWhichTheTokenExpiresBeginsAnewOnce(boolean early) throws IOException {
        byte[] content = new byte[early ? 8 * 1024 * 1024 : 100];
        new Random(1).nextBytes(content);
        Digest digest = Digest.ofSha256(content);
        Manifest manifest = Manifest.of(
                Manifest.OCI_MANIFEST, """
                {"schemaVersion":2,"config":{"digest":"%s","size":%d},"layers":[]}""".formatted(digest, content.length).getBytes(StandardCharsets.UTF_8));
        MemoryRegistry memory = new MemoryRegistry();
        AtomicInteger started = new AtomicInteger();
        List<String> uploads = new CopyOnWriteArrayList<>();
        ScriptedRegistry.Script refusing = request -> {
            if (request.method().equals("PUT") && request.path().contains("/uploads/")) {
                uploads.add(request.authorization());
                if (uploads.size() == 1) {
                    valid.set(issued.get() + 1);
                }
            }
            return isValid(request) ? null : unauthorized();
        };
        List<String> log = new CopyOnWriteArrayList<>();
        try (ScriptedRegistry source = new ScriptedRegistry(request -> Reply.of(200, content));
                ScriptedRegistry target = new ScriptedRegistry(request -> {
                    Reply refusal = early ? null : refusing.answer(request);
                    if (refusal == null && request.method().equals("POST")) {
                        started.incrementAndGet();
                    }
                    return refusal == null ? memory.answer(request) : refusal;
                })) {
            target.early = early ? refusing : request -> null;
            ImageReference copy = ImageReference.parse(target.address() + "/team/app:1");
            Registry registry = new Registry(
                    RegistryAccess.anonymous().withCredential(target.address(), "bob", "s3cret"), log::add);
            new ImageCopier(registry, log::add).copy(ImageReference.parse(source.address() + "/app:1"), manifest, copy);

            assertThat(memory.blobs.get("team/app@" + digest)).isEqualTo(content);
            assertThat(uploads).hasSize(2).doesNotHaveDuplicates();
            assertThat(source.asked).hasSize(2);
            assertThat(started).hasValue(2);
            assertThat(log)
                    .filteredOn(line -> line.contains("will try again to copy blob"))
                    .hasSize(1);
            assertThat(registry.has(copy.withDigest(manifest.digest()))).isTrue();
        }
    }

    @Test
    void neitherTheCredentialNorTheTokenGoesWhereTheyAreRedirectedTo() throws IOException {
        byte[] blob = "a blob".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.ofSha256(blob);
        try (ScriptedRegistry elsewhere = new ScriptedRegistry(request ->
                        request.path().equals("/token") ? Reply.of(200, "{\"token\":\"1\"}") : Reply.of(200, blob));
                ScriptedRegistry front = new ScriptedRegistry(request -> request.authorization() == null
                        ? unauthorized()
                        : Reply.of(307, "", "Location", "http://" + elsewhere.address() + "/storage?signed=1"))) {
            tokens = request -> Reply.of(307, "", "Location", "http://" + elsewhere.address() + "/token");
            Registry registry =
                    new Registry(RegistryAccess.anonymous().withCredential(front.address(), "bob", "s3cret"));
            ImageReference hello = ImageReference.parse(front.address() + "/demo/hello:1");
            assertThat(registry.blob(hello, digest, 100)).isEqualTo(blob);
            assertThat(tokenServer.asked)
                    .singleElement()
                    .satisfies(request -> assertThat(request.authorization()).startsWith("Basic "));
            assertThat(elsewhere.asked).extracting(Asked::path).containsExactly("/token", "/storage");
            assertThat(elsewhere.asked)
                    .allSatisfy(request -> assertThat(request.authorization()).isNull());
        }
    }

    @Test
    void aRegistryWithTlsCannotHaveTheCredentialSentToAPlainPortOfThisMachine() {
        RegistryAccess access = RegistryAccess.anonymous().withCredential("registry.example.com", "bob", "s3cret");
        ImageReference hello = ImageReference.parse("registry.example.com/demo/hello:1");
        List<String> challenge = List.of("Bearer realm=\"http://" + tokenServer.address() + "/token\"");
        assertThatThrownBy(() -> new Authenticator(access, new Transport(access))
                        .answer(challenge, hello, Scope.of(hello, "pull"), null, Deadline.none()))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("not protected by TLS");
        assertThat(tokenServer.asked).isEmpty();
    }
}
