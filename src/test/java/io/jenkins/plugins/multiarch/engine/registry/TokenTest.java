package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Asked;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
            String given = request.authorization() == null
                    ? "0"
                    : request.authorization().replaceFirst("\\D+", "");
            if (Integer.parseInt(given) < valid.get()) {
                return Reply.of(
                        401,
                        "",
                        "WWW-Authenticate",
                        "Bearer realm=\"http://" + tokenServer.address() + "/token\",service=\"demo\"");
            }
            return request.method().equals("GET")
                    ? Reply.of(200, MANIFEST.content(), "Content-Type", MANIFEST.mediaType())
                    : Reply.of(201, "");
        });
        image = ImageReference.parse(server.address() + "/demo/hello:1");
    }

    @AfterEach
    void stop() {
        server.close();
        tokenServer.close();
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
}
