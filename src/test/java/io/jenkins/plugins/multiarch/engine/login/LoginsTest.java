package io.jenkins.plugins.multiarch.engine.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginsTest {

    private static final ImageReference QUAY = ImageReference.parse("quay.io/team/app:1");
    private static final ImageReference HUB = ImageReference.parse("alpine");
    private static final String HUB_LOGIN = "{\"auth\":\"aHViOnB3\"}";

    private final List<String> log = new ArrayList<>();

    @TempDir
    private Path root;

    static List<LoginCase> cases() {
        return LoginCase.all();
    }

    private Logins logins(Map<String, String> environment) {
        return Logins.ofUser(environment, log::add);
    }

    private Path config(String text) throws IOException {
        return Files.writeString(root.resolve("config.json"), text);
    }

    private Optional<RegistryCredential> inConfig(ImageReference image) throws IOException {
        return Logins.inFile(root.resolve("config.json"), Map.of("PATH", root.toString()), log::add)
                .find(image);
    }

    private void helper(String script) throws IOException {
        Path helper = Files.writeString(root.resolve("docker-credential-x"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void findsWhatTheToolsFind(LoginCase login) throws IOException {
        Map<String, String> environment = login.write(root, "registry.example:5000");
        ImageReference image = ImageReference.parse("registry.example:5000/" + login.repository() + ":1");
        Optional<RegistryCredential> expected = login.user().isEmpty()
                ? Optional.empty()
                : Optional.of(new RegistryCredential(login.user(), LoginCase.PASSWORD));
        assertThat(logins(environment).find(image)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://index.docker.io/v1/", "docker.io", "index.docker.io", "https://registry-1.docker.io"})
    void dockerHubHasManyNames(String key) throws IOException {
        config("{\"auths\":{\"" + key + "\":" + HUB_LOGIN + "}}");
        assertThat(inConfig(HUB)).contains(new RegistryCredential("hub", "pw"));
        assertThat(inConfig(QUAY)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"https://index.docker.io/v1/", "docker.io"})
    void theStoreIsAskedForDockerHubAsDockerDoes(String known) throws IOException {
        config("{\"auths\":{\"https://index.docker.io/v1/\":{}},\"credsStore\":\"x\"}");
        helper("read -r s; [ \"$s\" = " + known + " ] || { echo credentials not found in native keychain; exit 1; }\n"
                + "echo '{\"Username\":\"hub\",\"Secret\":\"pw\"}'");
        assertThat(inConfig(HUB)).contains(new RegistryCredential("hub", "pw"));
    }

    @Test
    void identityTokensOfFilesAndOfHelpers() throws IOException {
        config("{\"auths\":{\"quay.io\":{\"auth\":\"MDAwMDo=\",\"identitytoken\":\"identity/1\"}}}");
        assertThat(inConfig(QUAY)).contains(new RegistryCredential("<token>", "identity/1"));
        assertThat(inConfig(QUAY).orElseThrow().isRefreshToken()).isTrue();

        config("{\"auths\":{\"quay.io\":{\"identitytoken\":\"identity/1\",\"registrytoken\":\"bearer.1\"}}}");
        assertThat(inConfig(QUAY).orElseThrow().isRegistryToken()).isTrue();

        config("{\"credHelpers\":{\"quay.io\":\"x\"}}");
        helper("echo '{\"Username\":\"<token>\",\"Secret\":\"identity/2\"}'");
        assertThat(inConfig(QUAY).orElseThrow().isRefreshToken()).isTrue();
    }

    /** As in a job of GitLab, and for docker since 28.3. */
    @Test
    void theVariableWinsOverDockersFile() throws IOException {
        config("{\"auths\":{\"quay.io\":{\"username\":\"file\",\"password\":\"pw\"},"
                + "\"other.example\":{\"username\":\"file\",\"password\":\"pw\"}}}");
        Map<String, String> environment = Map.of(
                "DOCKER_CONFIG",
                root.toString(),
                "HOME",
                root.toString(),
                "XDG_RUNTIME_DIR",
                root.toString(),
                "DOCKER_AUTH_CONFIG",
                "{\"auths\":{\"quay.io\":{\"auth\":\"dmFyaWFibGU6cHc=\"}}}");
        assertThat(logins(environment).find(QUAY)).contains(new RegistryCredential("variable", "pw"));
        assertThat(logins(environment).find(ImageReference.parse("other.example/x:1")))
                .contains(new RegistryCredential("file", "pw"));
    }

    @Test
    void aVariableThatIsNoJsonIsNamed() {
        assertThatThrownBy(() -> logins(Map.of("HOME", root.toString(), "DOCKER_AUTH_CONFIG", "s3cret"))
                        .find(QUAY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the logins in $DOCKER_AUTH_CONFIG: it is not a JSON object")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aHelperThatIsMissingIsNamed() throws IOException {
        Path config = config("{\"credsStore\":\"none-such\"}");
        assertThatThrownBy(() -> inConfig(QUAY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("quay.io")
                .hasMessageContaining("the helper docker-credential-none-such failed: it is not installed")
                .hasMessageContaining(config.toString());
    }

    @Test
    void aHelperThatFailsSaysWhy() throws IOException {
        config("{\"credsStore\":\"x\"}");
        helper("echo 'the keychain\nis locked'; exit 1");
        assertThatThrownBy(() -> inConfig(QUAY))
                .hasMessageContaining("the helper docker-credential-x failed: the keychain is locked");
        helper("exit 3");
        assertThatThrownBy(() -> inConfig(QUAY)).hasMessageContaining("it ended with exit code 3");
        helper("echo '{\"Username\":\"bob\",\"Secret\":\"s3cret\"'");
        assertThatThrownBy(() -> inConfig(QUAY))
                .hasMessageContaining("its answer is no login in JSON")
                .hasMessageNotContaining("s3cret");
        config("{\"credsStore\":\"../x\"}");
        assertThatThrownBy(() -> inConfig(QUAY)).hasMessageContaining("'../x' is not the name of a helper");
    }

    @Test
    void aHelperThatFailsIsNoMatterForOthers() throws IOException {
        config("{\"auths\":{\"quay.io\":{\"auth\":\"cTpwdw==\"}},\"credHelpers\":{\"other.example\":\"none-such\"}}");
        assertThat(inConfig(QUAY)).contains(new RegistryCredential("q", "pw"));
    }

    @Test
    void nothingIsWhatAFileWithNothingHas() throws IOException {
        Map<String, String> environment = Map.of("REGISTRY_AUTH_FILE", "/dev/null", "HOME", root.toString());
        assertThat(logins(environment).find(QUAY)).isEmpty();
        for (String nothing :
                List.of("", " \n", "{}", "{\"auths\":{}}", "{\"auths\":null}", "{\"auths\":{\"quay.io\":null}}")) {
            config(nothing);
            assertThat(inConfig(QUAY)).as(nothing).isEmpty();
        }
        Files.delete(root.resolve("config.json"));
        assertThat(inConfig(QUAY)).isEmpty();
        Files.createDirectory(root.resolve("config.json"));
        assertThat(inConfig(QUAY)).isEmpty();
    }

    @Test
    void dockersLoginCountsBesideAnEmptyFileOfPodman() throws IOException {
        Files.createDirectory(root.resolve(".docker"));
        Files.writeString(root.resolve(".docker/config.json"), "{\"auths\":{\"quay.io\":{\"auth\":\"cTpwdw==\"}}}");
        assertThat(logins(Map.of("REGISTRY_AUTH_FILE", "/dev/null", "HOME", root.toString()))
                        .find(QUAY))
                .contains(new RegistryCredential("q", "pw"));
    }

    @Test
    void whatIsMalformedIsNamedButNotQuoted() throws IOException {
        Path config = config("{\"auths\": s3cret");
        assertThatThrownBy(() -> inConfig(QUAY))
                .hasMessageContaining(config.toString())
                .hasMessageContaining("Correct the file")
                .hasMessageNotContaining("s3cret");
        for (String auth : List.of("***s3cret", "czNjcmV0")) {
            config("{\"auths\":{\"quay.io\":{\"auth\":\"" + auth + "\"},\"other.example\":{\"auth\":\"cTpwdw==\"}}}");
            assertThatThrownBy(() -> inConfig(QUAY))
                    .hasMessageContaining("the login for quay.io in " + config)
                    .hasMessageNotContaining("s3cret");
            assertThat(inConfig(ImageReference.parse("other.example/x"))).isPresent();
        }
    }

    @Test
    void knowsWhereLoginsAre() {
        Map<String, String> user = Map.of("HOME", "/h", "XDG_RUNTIME_DIR", "/run/user/7");
        assertThat(Logins.containersFiles(user))
                .containsExactly(
                        Path.of("/run/user/7/containers/auth.json"), Path.of("/h/.config/containers/auth.json"));
        assertThat(Logins.containersFiles(Map.of("HOME", "/h", "XDG_CONFIG_HOME", "/c")))
                .hasSize(2)
                .endsWith(Path.of("/c/containers/auth.json"))
                .first()
                .asString()
                .matches("/run/containers/[0-9]+/auth.json");
        assertThat(Logins.containersFiles(Map.of("HOME", "/h", "REGISTRY_AUTH_FILE", "/a.json")))
                .containsExactly(Path.of("/a.json"));
        assertThat(Logins.dockerFolder(user)).isEqualTo(Path.of("/h/.docker"));
        assertThat(Logins.dockerFolder(Map.of("DOCKER_CONFIG", "/d"))).isEqualTo(Path.of("/d"));
    }
}
