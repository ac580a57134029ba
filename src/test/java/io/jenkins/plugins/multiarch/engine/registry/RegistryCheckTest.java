package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCheck.Authentication;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCheck.Permission;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Asked;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a trial connection says of registries of every kind, and of what is none. */
@Timeout(60)
class RegistryCheckTest {

    private static final String PASSWORD = "s3cret/päss";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString(("bob:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Script script = request -> Reply.of(404, "");
    private Script tokens = request -> Reply.of(404, "");
    private ScriptedRegistry server;
    private ScriptedRegistry tokenServer;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedRegistry(request -> script.answer(request));
        tokenServer = new ScriptedRegistry(request -> tokens.answer(request));
    }

    @AfterEach
    void stop() {
        server.close();
        tokenServer.close();
    }

    private RegistryAccess bob() {
        return RegistryAccess.anonymous().withCredential(server.address(), "bob", PASSWORD);
    }

    private RegistryCheck check(RegistryAccess access, String repository) throws IOException {
        RegistryCheck check = RegistryCheck.of(access, server.address(), repository, LIMIT);
        assertThat(check.toString()).doesNotContain(PASSWORD).doesNotContain(BASIC.substring(6));
        return check;
    }

    /** That it fails, and says so without the password. */
    private String failure(RegistryAccess access) {
        Throwable thrown = catchThrowable(() -> RegistryCheck.of(access, server.address(), "demo/hello", LIMIT));
        assertThat(thrown).isInstanceOf(RegistryException.class);
        assertThat(thrown.getMessage()).doesNotContain(PASSWORD).doesNotContain(BASIC.substring(6));
        return thrown.getMessage();
    }

    private static Reply unauthorized(String challenge) {
        return Reply.of(401, "", "WWW-Authenticate", challenge, "Docker-Distribution-Api-Version", "registry/2.0");
    }

    private static Reply ok() {
        return Reply.of(
                200, "{}", "Content-Type", "application/json", "Docker-Distribution-Api-Version", "registry/2.0");
    }

    private void wantsTokens(String token) {
        tokens = request -> BASIC.equals(request.authorization())
                ? Reply.of(200, "{\"token\":\"" + token + "\"}")
                : Reply.of(401, "{}");
        String challenge = "Bearer realm=\"http://" + tokenServer.address() + "/token\",service=\"lab\"";
        Script inside = script;
        script = request -> ("Bearer " + token).equals(request.authorization())
                ? request.path().equals("/v2/") ? ok() : inside.answer(request)
                : unauthorized(challenge);
    }

    private static String jwt(String claims) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes()) + "."
                + encoder.encodeToString(claims.getBytes()) + ".c2lnbmF0dXJl";
    }

    @Test
    void anOpenRegistryIsTriedOutWithoutWritingAnything() throws IOException {
        script = request -> {
            if (request.path().equals("/v2/")) {
                return ok().with("Server", "nginx/1.25");
            }
            return request.method().equals("POST")
                    ? Reply.of(202, "", "Location", "/v2/demo/hello/blobs/uploads/7")
                    : Reply.of(404, "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}");
        };
        assertThat(check(bob(), "demo/hello"))
                .isEqualTo(new RegistryCheck(
                        server.address(),
                        false,
                        Authentication.NONE,
                        "",
                        "",
                        "",
                        "registry/2.0",
                        "nginx/1.25",
                        "demo/hello",
                        Permission.GRANTED,
                        Permission.GRANTED));
        assertThat(server.asked)
                .extracting(Asked::toString)
                .containsExactly(
                        "GET /v2/",
                        "GET /v2/demo/hello/tags/list?n=1",
                        "POST /v2/demo/hello/blobs/uploads/",
                        "DELETE /v2/demo/hello/blobs/uploads/7");
    }

    @Test
    void withoutARepositoryNoPermissionIsTried() throws IOException {
        script = request -> ok();
        RegistryCheck check = check(bob(), "");
        assertThat(check.pull()).isEqualTo(Permission.UNKNOWN);
        assertThat(check.push()).isEqualTo(Permission.UNKNOWN);
        assertThat(server.asked).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "200, 202, GRANTED, GRANTED",
        "200, 403, GRANTED, REFUSED",
        "404, 401, GRANTED, REFUSED",
        "200, 405, GRANTED, REFUSED",
        "403, 403, REFUSED, REFUSED",
        "500, 500, UNKNOWN, UNKNOWN",
    })
    void basicAuthenticationIsTriedOut(int tags, int upload, Permission pull, Permission push) throws IOException {
        script = request -> !BASIC.equals(request.authorization())
                ? unauthorized("Basic realm=\"lab registry\"")
                : request.path().equals("/v2/")
                        ? ok()
                        : Reply.of(
                                request.method().equals("POST") ? upload : tags,
                                "",
                                "Location",
                                "/v2/demo/hello/blobs/uploads/7");
        RegistryCheck check = check(bob(), "demo/hello");
        assertThat(check.authentication()).isEqualTo(Authentication.BASIC);
        assertThat(check.user()).isEqualTo("bob");
        assertThat(check.realm()).isEqualTo("lab registry");
        assertThat(check.pull()).isEqualTo(pull);
        assertThat(check.push()).isEqualTo(push);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[{\"type\":\"repository\",\"name\":\"demo/hello\",\"actions\":[\"pull\",\"push\"]}]; GRANTED; GRANTED",
                "[{\"type\":\"repository\",\"name\":\"demo/hello\",\"actions\":[\"pull\"]}]; GRANTED; REFUSED",
                "[{\"type\":\"repository\",\"name\":\"demo/hello\",\"actions\":[\"*\"]}]; GRANTED; GRANTED",
                "[{\"type\":\"repository\",\"name\":\"demo/other\",\"actions\":[\"pull\",\"push\"]}]; REFUSED; REFUSED",
                "[]; REFUSED; REFUSED",
                "null; REFUSED; REFUSED",
            })
    void whatATokenPermitsIsReadFromIt(String claim, Permission pull, Permission push) throws IOException {
        wantsTokens(jwt("{\"access\":" + claim + "}"));
        RegistryCheck check = check(bob(), "demo/hello");
        assertThat(check.authentication()).isEqualTo(Authentication.TOKEN);
        assertThat(check.user()).isEqualTo("bob");
        assertThat(check.realm()).isEqualTo("http://" + tokenServer.address() + "/token");
        assertThat(check.service()).isEqualTo("lab");
        assertThat(check.pull()).isEqualTo(pull);
        assertThat(check.push()).isEqualTo(push);
        assertThat(tokenServer.asked)
                .singleElement()
                .extracting(Asked::query)
                .isEqualTo("service=lab&scope=repository:demo/hello:pull,push");
        assertThat(server.asked).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "a.b", "a.%%%.c", "a.e30.c", "a.W10.c"})
    void aTokenThatSaysNothingIsTriedOut(String token) throws IOException {
        script = request -> request.method().equals("POST") ? Reply.of(403, "") : Reply.of(200, "{}");
        wantsTokens(token);
        RegistryCheck check = check(bob(), "demo/hello");
        assertThat(check.pull()).isEqualTo(Permission.GRANTED);
        assertThat(check.push()).isEqualTo(Permission.REFUSED);
    }

    @Test
    void withoutARepositoryATokenIsForNothingButTheUser() throws IOException {
        wantsTokens("opaque");
        assertThat(check(bob(), "").authentication()).isEqualTo(Authentication.TOKEN);
        assertThat(tokenServer.asked).singleElement().extracting(Asked::query).isEqualTo("service=lab");
    }

    @Test
    void aWrongPasswordIsNamedAsSuch() {
        script = request -> unauthorized("Basic realm=\"lab\"");
        assertThat(failure(bob()))
                .contains("connect to registry " + server.address(), "401")
                .contains("Check the credential for " + server.address() + " (user 'bob')");
        wantsTokens("opaque");
        tokens = request -> Reply.of(401, "{\"details\":\"incorrect username or password\"}");
        assertThat(failure(bob())).contains("answered 401", "Check the credential for " + server.address());
    }

    @Test
    void aMissingCredentialIsNamedAsSuch() {
        script = request -> unauthorized("Basic realm=\"lab\"");
        assertThatThrownBy(() -> check(RegistryAccess.anonymous(), "demo/hello"))
                .isInstanceOf(RegistryException.NoCredential.class)
                .hasMessageContaining("No credential was given for " + server.address());
        wantsTokens("opaque");
        assertThatThrownBy(() -> check(RegistryAccess.anonymous(), "demo/hello"))
                .isInstanceOf(RegistryException.NoCredential.class);
    }

    @Test
    void aTokenThatTheRegistryRefusesIsAFailure() {
        String token = jwt("{\"access\":[]}");
        wantsTokens(token);
        script = request -> unauthorized("Bearer realm=\"http://" + tokenServer.address() + "/token\"");
        assertThat(failure(bob())).contains("401", "Check the credential");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "404; text/html; <html>not found</html>",
                "200; text/html; <html>Welcome</html>",
                "200; text/plain; hello",
                "403; text/html; <html>no</html>",
            })
    void whatIsNoRegistryIsNamedAsSuch(int status, String type, String body) {
        script = request -> Reply.of(status, body, "Content-Type", type);
        assertThat(failure(bob()))
                .contains(String.valueOf(status))
                .contains("not what a registry answers")
                .contains("Check host and port");
    }

    @Test
    void aWebPageBehindAPasswordIsNoRegistryEither() {
        script = request -> BASIC.equals(request.authorization())
                ? Reply.of(200, "<html>", "Content-Type", "text/html")
                : Reply.of(401, "", "WWW-Authenticate", "Basic realm=\"pages\"");
        assertThat(failure(bob())).contains("not what a registry answers");
    }

    @Test
    void aBrokenRegistryIsNamedAsSuch() {
        script = request -> Reply.of(503, "");
        assertThat(failure(bob())).contains("503", "The registry has a problem");
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void anUnknownWayToAuthenticateIsNamed() {
        script = request -> unauthorized("Negotiate");
        assertThat(failure(bob())).contains("negotiate");
    }

    @Test
    void aRegistryWithTlsThatIsNamedAsInsecureIsNamedAsSuch() {
        script = request -> Reply.of(400, "Client sent an HTTP request to an HTTPS server.\n");
        assertThat(failure(bob())).contains("speaks TLS", "Do not name " + server.address() + " as insecure");
    }

    @Test
    void whatIsNotThereIsNamed() throws IOException {
        server.close();
        assertThat(failure(bob())).contains("Connection refused", "Check host and port");
        assertThatThrownBy(() -> RegistryCheck.of(bob(), "registry.invalid", "", LIMIT))
                .hasMessageContaining("unknown host")
                .hasMessageContaining("Check the name");
    }

    @Test
    void whatNeverAnswersIsGivenUpInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            long start = System.nanoTime();
            assertThatThrownBy(() -> RegistryCheck.of(bob(), address, "demo/hello", Duration.ofMillis(700)))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("connect to registry " + address)
                    .hasMessageContaining("time limit of 700 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void aTokenServerThatIsNotThereIsNamed() {
        wantsTokens("opaque");
        tokenServer.close();
        assertThat(failure(bob())).contains("Connection refused");
    }

    @Test
    void malformedNamesAreRefusedBeforeAnythingIsSent() {
        for (String[] wrong : List.of(
                new String[] {"http://x", ""}, new String[] {"x/y", ""}, new String[] {server.address(), "Demo"})) {
            assertThatThrownBy(() -> RegistryCheck.of(bob(), wrong[0], wrong[1], LIMIT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(server.asked).isEmpty();
    }

    @Test
    void whatAServerSaysOfItselfIsBounded() throws IOException {
        script = request -> ok().with("Server", "x".repeat(5000));
        assertThat(check(bob(), "").software()).hasSizeLessThan(300);
    }

    @Test
    void certificatesThatCannotBeTrustedAreNamedWithTheRemedy(
            @TempDir Path unknown, @TempDir Path expired, @TempDir Path foreign) throws Exception {
        try (TlsServer tls = TlsServer.start(unknown)) {
            assertThatThrownBy(() -> RegistryCheck.of(bob(), tls.address(), "", LIMIT))
                    .hasMessageContaining("name the authority of its certificate for " + tls.address());
            RegistryAccess trusting = bob().withAuthorities(tls.address(), tls.pem());
            RegistryCheck check = RegistryCheck.of(trusting, tls.address(), "", LIMIT);
            assertThat(check.tls()).isTrue();
            assertThat(check.apiVersion()).isEqualTo("registry/2.0");
        }
        try (TlsServer tls =
                TlsServer.start(expired, "-ext", "san=ip:127.0.0.1", "-startdate", "-3d", "-validity", "1")) {
            RegistryAccess trusting = bob().withAuthorities(tls.address(), tls.pem());
            assertThatThrownBy(() -> RegistryCheck.of(trusting, tls.address(), "", LIMIT))
                    .hasMessageContaining("has expired; have it renewed");
        }
        try (TlsServer tls = TlsServer.start(foreign, "-ext", "san=dns:registry.example.com")) {
            RegistryAccess trusting = bob().withAuthorities(tls.address(), tls.pem());
            assertThatThrownBy(() -> RegistryCheck.of(trusting, tls.address(), "", LIMIT))
                    .hasMessageContaining("certificate is for another name");
        }
    }
}
