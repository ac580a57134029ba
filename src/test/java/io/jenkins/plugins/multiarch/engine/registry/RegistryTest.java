package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegistryTest {

    private static final String DOCUMENT = "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}";
    private static final Manifest MANIFEST =
            Manifest.of(Manifest.OCI_MANIFEST, DOCUMENT.getBytes(StandardCharsets.UTF_8));
    private static final String UNAUTHORIZED =
            "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}";

    private final List<Duration> slept = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final RetryPolicy retryPolicy =
            new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(60), () -> 1, Clock.systemUTC(), slept::add);

    private static Reply manifest() {
        return Reply.of(200, DOCUMENT, "Content-Type", Manifest.OCI_MANIFEST);
    }

    private static Reply stored() {
        return Reply.of(201, "", "Docker-Content-Digest", MANIFEST.digest().toString());
    }

    private static ImageReference hello(ScriptedRegistry server) {
        return ImageReference.parse(server.address() + "/demo/hello:1");
    }

    private Registry registry(RegistryAccess access) {
        return new Registry(access, log::add, retryPolicy);
    }

    private Registry anonymous() {
        return registry(RegistryAccess.anonymous());
    }

    private Registry bob(ScriptedRegistry server) {
        return registry(RegistryAccess.anonymous().withCredential(server.address(), "bob", "s3cret"));
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void pullsRawAnonymously() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(request -> manifest())) {
            assertThat(anonymous().pull(hello(server))).isEqualTo(MANIFEST);
            assertThat(server.asked).hasSize(1);
            assertThat(server.asked.get(0).path()).isEqualTo("/v2/demo/hello/manifests/1");
            assertThat(server.asked.get(0).authorization()).isNull();
        }
    }

    @Test
    void sendsBasicCredentialsOnceAskedFor() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(request -> request.authorization() == null
                ? Reply.of(401, UNAUTHORIZED, "WWW-Authenticate", "Basic realm=\"x\"")
                : manifest())) {
            Registry registry = bob(server);
            registry.pull(hello(server));
            registry.pull(hello(server));
            assertThat(server.asked)
                    .extracting(ScriptedRegistry.Asked::authorization)
                    .containsExactly(null, basic("bob:s3cret"), basic("bob:s3cret"));
        }
    }

    @Test
    void namesTheCredentialThatIsRefusedButNotThePassword() throws IOException {
        try (ScriptedRegistry server =
                new ScriptedRegistry(request -> Reply.of(401, UNAUTHORIZED, "WWW-Authenticate", "Basic realm=\"x\""))) {
            assertThatThrownBy(() -> bob(server).pull(hello(server)))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("pull the manifest of " + server.address() + "/demo/hello:1")
                    .hasMessageContaining("401 (UNAUTHORIZED: authentication required)")
                    .hasMessageContaining("Check the credential for " + server.address() + " (user 'bob')")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"))
                    .satisfies(e -> assertThat(((RegistryException) e).status()).isEqualTo(401));
            assertThatThrownBy(() -> anonymous().pull(hello(server)))
                    .isInstanceOf(RegistryException.NoCredential.class)
                    .hasMessageEndingWith("No credential was given for " + server.address() + ".");
        }
    }

    @Test
    void fetchesOneTokenPerScopeAndRenewsItWhenItExpires() throws IOException {
        AtomicInteger tokens = new AtomicInteger();
        AtomicInteger valid = new AtomicInteger(1);
        try (ScriptedRegistry server =
                new ScriptedRegistry(request -> Reply.of(200, "{\"token\":\"t" + tokens.incrementAndGet() + "\"}"))) {
            try (ScriptedRegistry front = new ScriptedRegistry(request -> {
                if (!("Bearer t" + valid.get()).equals(request.authorization())) {
                    return Reply.of(
                            401,
                            UNAUTHORIZED,
                            "WWW-Authenticate",
                            "Bearer realm=\"http://" + server.address() + "/token\",service=\"demo\"");
                }
                return manifest();
            })) {
                Registry registry = bob(front);
                registry.pull(hello(front));
                registry.pull(hello(front));
                assertThat(tokens).hasValue(1);
                valid.set(2);
                registry.pull(hello(front));
                assertThat(tokens).hasValue(2);
                assertThat(server.asked.get(0).query()).isEqualTo("service=demo&scope=repository:demo/hello:pull");
                assertThat(server.asked.get(0).authorization()).isEqualTo(basic("bob:s3cret"));
                assertThat(front.asked).hasSize(5);
            }
        }
    }

    @Test
    void neverSendsACredentialToAnUnprotectedTokenServer() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(request ->
                Reply.of(401, UNAUTHORIZED, "WWW-Authenticate", "Bearer realm=\"http://auth.example/token\""))) {
            assertThatThrownBy(() -> bob(server).pull(hello(server)))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("http://auth.example/token")
                    .hasMessageContaining("not protected by TLS");
        }
    }

    @Test
    void namesWhatIsMissing() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(request ->
                Reply.of(404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"))) {
            assertThatThrownBy(() -> anonymous().pull(hello(server)))
                    .isInstanceOf(RegistryException.NotFound.class)
                    .hasMessageContaining(server.address() + "/demo/hello:1")
                    .hasMessageContaining("MANIFEST_UNKNOWN")
                    .hasMessageContaining("that it was pushed");
            assertThat(server.asked).hasSize(1);
        }
    }

    @Test
    void waitsForWhatWasJustPushed() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedRegistry server =
                new ScriptedRegistry(request -> asked.incrementAndGet() < 3 ? Reply.of(404, "") : manifest())) {
            assertThat(anonymous().pull(hello(server), ReadOption.JUST_PUSHED)).isEqualTo(MANIFEST);
            assertThat(slept).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
        }
    }

    @Test
    void waitsAsLongAsABusyRegistryAsks() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedRegistry server = new ScriptedRegistry(
                request -> asked.incrementAndGet() == 1 ? Reply.of(429, "", "Retry-After", "7") : manifest())) {
            anonymous().pull(hello(server));
            assertThat(slept).containsExactly(Duration.ofSeconds(7));
            assertThat(log).singleElement().asString().contains("429").contains("7000 ms");
        }
    }

    @Test
    void givesUpOnABrokenRegistry() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(request -> Reply.of(503, "<html>busy</html>"))) {
            assertThatThrownBy(() -> anonymous().pull(hello(server)))
                    .hasMessageContaining("503")
                    .hasMessageContaining("its own log");
            assertThat(server.asked).hasSize(3);
        }
    }

    @Test
    void repeatsAfterALostConnection() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedRegistry server =
                new ScriptedRegistry(request -> asked.incrementAndGet() == 1 ? null : manifest())) {
            assertThat(anonymous().pull(hello(server))).isEqualTo(MANIFEST);
            assertThat(server.asked).hasSize(2);
        }
    }

    @Test
    @Timeout(10)
    void saysAtOnceThatNobodyListens() {
        assertThatThrownBy(() -> anonymous().pull(ImageReference.parse("127.0.0.1:1/hello:1")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("127.0.0.1:1/hello:1")
                .hasMessageContaining("refused")
                .hasMessageContaining("that the registry is running");
        assertThat(slept).isEmpty();
    }

    @Test
    void refusesADocumentThatIsNotWhatItsDigestSays() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(request -> manifest())) {
            ImageReference other = hello(server).withDigest(Digest.ofSha256(new byte[] {1}));
            assertThatThrownBy(() -> anonymous().pull(other))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining(MANIFEST.digest().toString())
                    .hasMessageContaining("not to be trusted");
        }
        try (ScriptedRegistry server = new ScriptedRegistry(request -> Reply.of(
                200,
                DOCUMENT,
                "Content-Type",
                Manifest.OCI_MANIFEST,
                "Docker-Content-Digest",
                "sha256:" + "0".repeat(64)))) {
            assertThatThrownBy(() -> anonymous().pull(hello(server))).hasMessageContaining("called it sha256:000");
        }
    }

    @Test
    void refusesAManifestThatIsTooLarge() throws IOException {
        String large = "{\"x\":\"" + "y".repeat(Registry.MAX_MANIFEST_BYTES) + "\"}";
        try (ScriptedRegistry server =
                new ScriptedRegistry(request -> Reply.of(200, large, "Content-Type", Manifest.OCI_MANIFEST))) {
            assertThatThrownBy(() -> anonymous().pull(hello(server)))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("larger than " + Registry.MAX_MANIFEST_BYTES + " bytes");
        }
    }

    @Test
    void refusesSchema1ByName() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(
                request -> Reply.of(200, "{\"schemaVersion\":1}", "Content-Type", Manifest.DOCKER_SCHEMA_1_SIGNED))) {
            assertThatThrownBy(() -> anonymous().pull(hello(server)))
                    .hasMessageContaining("schema 1")
                    .hasMessageContaining("Build and push the image anew");
        }
    }

    @Test
    void aRedirectDoesNotCarryTheCredential() throws IOException {
        try (ScriptedRegistry elsewhere = new ScriptedRegistry(request -> manifest());
                ScriptedRegistry server = new ScriptedRegistry(request -> request.authorization() == null
                        ? Reply.of(401, UNAUTHORIZED, "WWW-Authenticate", "Basic realm=\"x\"")
                        : Reply.of(307, "", "Location", "http://" + elsewhere.address() + "/x"))) {
            assertThat(bob(server).pull(hello(server))).isEqualTo(MANIFEST);
            assertThat(elsewhere.asked)
                    .singleElement()
                    .satisfies(request -> assertThat(request.authorization()).isNull());
        }
    }

    @Test
    void redirectsEndSomewhere() throws IOException {
        try (ScriptedRegistry server =
                new ScriptedRegistry(request -> Reply.of(307, "", "Location", request.path() + "x"))) {
            assertThatThrownBy(() -> QuickRegistry.of(RegistryAccess.anonymous(), log::add, 0)
                            .pull(hello(server)))
                    .hasMessageContaining("the registry redirects more than 5 times");
            assertThat(server.asked).hasSize(6);
        }
    }

    @Test
    void pushesTheBytesAsTheyAre() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(request -> stored())) {
            assertThat(anonymous().push(hello(server), MANIFEST).digest()).isEqualTo(MANIFEST.digest());
            assertThat(server.asked)
                    .containsExactly(new ScriptedRegistry.Asked(
                            "PUT", "/v2/demo/hello/manifests/1", null, null, Manifest.OCI_MANIFEST, DOCUMENT));
        }
    }

    @Test
    void aPushIsSentAgainWithTheCredential() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(request -> request.authorization() == null
                ? Reply.of(401, UNAUTHORIZED, "WWW-Authenticate", "Basic realm=\"x\"")
                : stored())) {
            bob(server).push(hello(server), MANIFEST);
            assertThat(server.asked).extracting(ScriptedRegistry.Asked::body).containsExactly(DOCUMENT, DOCUMENT);
        }
    }

    @Test
    void aPushIsNotRedirected() throws IOException {
        try (ScriptedRegistry server =
                new ScriptedRegistry(request -> Reply.of(307, "", "Location", "http://elsewhere.example/x"))) {
            assertThatThrownBy(() -> anonymous().push(hello(server), MANIFEST))
                    .hasMessageContaining("307")
                    .hasMessageContaining("http://elsewhere.example/x");
        }
    }

    @Test
    void noticesARegistryThatChangesManifests() throws IOException {
        try (ScriptedRegistry server = new ScriptedRegistry(
                request -> Reply.of(201, "", "Docker-Content-Digest", "sha256:" + "0".repeat(64)))) {
            assertThatThrownBy(() -> anonymous().push(hello(server), MANIFEST))
                    .hasMessageContaining("instead of " + MANIFEST.digest());
        }
    }

    @Test
    void aRegistryThatDoesNotSayWhatItHasStoredIsAsked() throws IOException {
        AtomicInteger status = new AtomicInteger(200);
        try (ScriptedRegistry server = new ScriptedRegistry(
                request -> request.method().equals("PUT") ? Reply.of(201, "") : Reply.of(status.get(), ""))) {
            assertThat(anonymous().push(hello(server), MANIFEST).digest()).isEqualTo(MANIFEST.digest());
            assertThat(server.asked)
                    .extracting(ScriptedRegistry.Asked::toString)
                    .containsExactly(
                            "PUT /v2/demo/hello/manifests/1", "HEAD /v2/demo/hello/manifests/" + MANIFEST.digest());
            status.set(404);
            assertThatThrownBy(() -> anonymous().push(hello(server), MANIFEST))
                    .hasMessageContaining("push the manifest " + hello(server))
                    .hasMessageContaining("has nothing with digest " + MANIFEST.digest());
            status.set(403);
            assertThatThrownBy(() -> anonymous().push(hello(server), MANIFEST)).hasMessageContaining("403");
        }
    }

    @Test
    void whatARegistrySaysStaysOnOneLineOfTheLog() throws IOException {
        String forged = "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\\nFinished: SUCCESS\\u001b[8m\\u202e\"}]}";
        try (ScriptedRegistry server = new ScriptedRegistry(request -> Reply.of(403, forged))) {
            assertThatThrownBy(() -> anonymous().pull(hello(server)))
                    .hasMessageContaining("403 (DENIED: no?Finished: SUCCESS?[8m?)");
        }
    }

    @Test
    void aMemberThatHasNotArrivedYetIsWaitedFor() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedRegistry server = new ScriptedRegistry(request -> asked.incrementAndGet() == 1
                ? Reply.of(400, "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"message\":\"blob unknown\"}]}")
                : stored())) {
            anonymous().push(hello(server), MANIFEST);
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void aTagThatCannotBeRemovedIsNoError() throws IOException {
        AtomicInteger status = new AtomicInteger(202);
        try (ScriptedRegistry server = new ScriptedRegistry(request -> Reply.of(status.get(), ""))) {
            assertThat(anonymous().deleteTag(hello(server))).isTrue();
            assertThat(server.asked.get(0).method()).isEqualTo("DELETE");
            status.set(405);
            assertThat(anonymous().deleteTag(hello(server))).isFalse();
            status.set(403);
            assertThatThrownBy(() -> anonymous().deleteTag(hello(server))).hasMessageContaining("403");
            assertThatThrownBy(() -> anonymous().deleteTag(hello(server).withDigest(MANIFEST.digest())))
                    .hasMessageContaining("has no tag");
        }
    }

    @Test
    void verifiesABlob() throws IOException {
        byte[] blob = "{\"os\":\"linux\",\"architecture\":\"s390x\"}".getBytes(StandardCharsets.UTF_8);
        try (ScriptedRegistry server =
                new ScriptedRegistry(request -> Reply.of(200, new String(blob, StandardCharsets.UTF_8)))) {
            assertThat(anonymous().blob(hello(server), Digest.ofSha256(blob), 100))
                    .isEqualTo(blob);
            assertThatThrownBy(() -> anonymous().blob(hello(server), MANIFEST.digest(), 100))
                    .hasMessageContaining("not blob " + MANIFEST.digest());
            assertThatThrownBy(() -> anonymous().blob(hello(server), Digest.ofSha256(blob), 10))
                    .hasMessageContaining("larger than 10 bytes");
            Manifest manifest = Manifest.of(
                    Manifest.OCI_MANIFEST,
                    ("{\"config\":{\"digest\":\"" + Digest.ofSha256(blob) + "\"}}").getBytes(StandardCharsets.UTF_8));
            assertThat(anonymous().config(hello(server), manifest).platform()).hasToString("linux/s390x");
        }
    }
}
