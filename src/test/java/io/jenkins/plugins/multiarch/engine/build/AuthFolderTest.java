package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "builds run on Unix agents only")
class AuthFolderTest {

    private static final RegistryCredential CREDENTIAL = new RegistryCredential("robot", "pä$$ \"w\\ord\n");

    @TempDir
    private Path temp;

    private Path home;
    private Path folder;

    @BeforeEach
    void createFolders() throws Exception {
        home = Files.createDirectories(temp.resolve("home"));
        folder = Files.createDirectories(temp.resolve("build"));
    }

    private Map<String, String> write(String registry) throws Exception {
        return new AuthFolder(folder, environment()).write(Map.of(registry, CREDENTIAL));
    }

    private Map<String, String> environment() {
        return Map.of(
                "HOME", home.toString(), "XDG_RUNTIME_DIR", temp.resolve("run").toString());
    }

    private static JsonNode read(String path) throws Exception {
        return new ObjectMapper().readTree(Path.of(path).toFile());
    }

    private static String auth(JsonNode config, String registry) {
        String encoded = config.path("auths").path(registry).path("auth").asText();
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    @Test
    void bothKindsOfToolFindTheCredential() throws Exception {
        Map<String, String> variables = write("localhost:5000");

        JsonNode docker = read(variables.get("DOCKER_CONFIG") + "/config.json");
        JsonNode containers = read(variables.get("REGISTRY_AUTH_FILE"));
        assertThat(auth(docker, "localhost:5000")).isEqualTo("robot:pä$$ \"w\\ord\n");
        assertThat(auth(containers, "localhost:5000")).isEqualTo("robot:pä$$ \"w\\ord\n");
    }

    @Test
    void onlyTheOwnerCanReadThem() throws Exception {
        Map<String, String> variables = write("localhost:5000");

        for (String file :
                new String[] {variables.get("DOCKER_CONFIG") + "/config.json", variables.get("REGISTRY_AUTH_FILE")}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void theUsersOwnDockerSetupStaysInForce() throws Exception {
        Path docker = Files.createDirectories(home.resolve(".docker"));
        Files.createDirectories(docker.resolve("cli-plugins"));
        Files.createDirectories(docker.resolve("buildx/instances"));
        Files.writeString(docker.resolve("config.json"), """
                {"proxies":{"default":{"httpProxy":"http://proxy"}},"currentContext":"remote",
                 "auths":{"other.example.com":{"auth":"eDp5"}}}""");

        Path config = Path.of(write("localhost:5000").get("DOCKER_CONFIG"));

        JsonNode json = read(config + "/config.json");
        assertThat(json.path("currentContext").asText()).isEqualTo("remote");
        assertThat(json.path("proxies").path("default").path("httpProxy").asText())
                .isEqualTo("http://proxy");
        assertThat(auth(json, "other.example.com")).isEqualTo("x:y");
        assertThat(config.resolve("cli-plugins").toRealPath())
                .isEqualTo(docker.resolve("cli-plugins").toRealPath());
        assertThat(config.resolve("buildx/instances")).isDirectory();
        assertThat(Files.readString(docker.resolve("config.json"))).doesNotContain("localhost:5000");
    }

    @Test
    void aCredentialHelperDoesNotWinOverTheCredential() throws Exception {
        Path docker = Files.createDirectories(home.resolve(".docker"));
        Files.writeString(
                docker.resolve("config.json"),
                "{\"credsStore\":\"desktop\",\"credHelpers\":{\"localhost:5000\":\"pass\",\"gcr.io\":\"gcloud\"}}");

        Map<String, String> variables = write("localhost:5000");

        JsonNode json = read(variables.get("DOCKER_CONFIG") + "/config.json");
        assertThat(json.path("credHelpers").path("localhost:5000").asText("none"))
                .isEmpty();
        assertThat(json.path("credHelpers").path("gcr.io").asText()).isEqualTo("gcloud");
        assertThat(json.path("credsStore").asText()).isEqualTo("desktop");
        JsonNode containers = read(variables.get("REGISTRY_AUTH_FILE"));
        assertThat(containers.path("credHelpers").has("localhost:5000")).isFalse();
        assertThat(containers.path("credHelpers").path("gcr.io").asText()).isEqualTo("gcloud");
    }

    @Test
    void loginsOfPodmanStayInForceExceptForThisRegistry() throws Exception {
        Path login = Files.createDirectories(temp.resolve("run/containers")).resolve("auth.json");
        Files.writeString(login, """
                {"auths":{"other.example.com":{"auth":"eDp5"},"localhost:5000/demo":{"auth":"eDp5"},
                 "localhost:50001":{"auth":"eDp5"}}}""");

        JsonNode containers = read(write("localhost:5000").get("REGISTRY_AUTH_FILE"));

        assertThat(containers.path("auths").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("other.example.com", "localhost:50001", "localhost:5000");
        assertThat(auth(containers, "localhost:5000")).startsWith("robot:");
    }

    /** As podman has it: a file that is named in the environment is the only one. */
    @Test
    void aNamedFileOfPodmanIsTheOnlyOne() throws Exception {
        Path docker = Files.createDirectories(home.resolve(".docker"));
        Files.writeString(docker.resolve("config.json"), "{\"auths\":{\"docker.example\":{\"auth\":\"eDp5\"}}}");
        Path named = Files.writeString(temp.resolve("a.json"), "{\"auths\":{\"a.example\":{\"auth\":\"eDp5\"}}}");
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("REGISTRY_AUTH_FILE", named.toString());
        Map<String, String> variables = new AuthFolder(Files.createDirectory(temp.resolve("f")), environment)
                .write(Map.of("localhost:5000", CREDENTIAL));

        assertThat(read(variables.get("REGISTRY_AUTH_FILE")).path("auths").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("a.example", "localhost:5000");
    }

    @Test
    void dockerHubHasAKeyOfItsOwn() throws Exception {
        Map<String, String> variables = write("docker.io");

        assertThat(auth(read(variables.get("DOCKER_CONFIG") + "/config.json"), "https://index.docker.io/v1/"))
                .startsWith("robot:");
        assertThat(auth(read(variables.get("REGISTRY_AUTH_FILE")), "docker.io")).startsWith("robot:");
    }

    @Test
    void aBrokenConfigurationIsNamedButNotQuoted() throws Exception {
        Path docker = Files.createDirectories(home.resolve(".docker"));
        Files.writeString(docker.resolve("config.json"), "{\"auths\": s3cret");

        assertThatThrownBy(() -> write("localhost:5000"))
                .hasMessageContaining("config.json is not JSON")
                .hasMessageNotContaining("s3cret");
    }
}
