package io.jenkins.plugins.multiarch.engine.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.login.Logins;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A registry credential in the files that the build tools read, for as long as a build runs: {@code config.json} for
 * docker and buildx, {@code auth.json} for podman and buildah. Everything else that the machine's user has set up stays
 * in force: proxies, contexts, builders, command line plugins, credentials of other registries.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">containers-auth.json(5)</a>
 */
public final class AuthFolder {

    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    private final Path folder;
    private final Map<String, String> environment;

    /**
     * @param folder an existing private directory
     * @param environment the environment in which the tools run; tells where the user's own files are
     */
    public AuthFolder(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /**
     * Writes the files.
     *
     * @param credentials {@code host[:port]} of a registry to its credential
     * @return the variables that point the tools to them
     */
    public Map<String, String> write(Map<String, RegistryCredential> credentials) throws IOException {
        Path docker = Files.createDirectory(folder.resolve("docker"));
        BuildFolder.restrict(docker, "rwx------");
        Path own = Logins.dockerFolder(environment);
        mirror(own, docker);
        ObjectNode config = read(own.resolve("config.json"));
        ObjectNode auth = Json.object();
        for (Path file : filesOfPodman()) {
            ObjectNode found = read(file);
            for (String section : List.of("auths", "credHelpers")) {
                if (found.path(section).isObject()) {
                    auth.withObjectProperty(section).setAll((ObjectNode) found.get(section));
                }
            }
        }
        credentials.forEach((registry, credential) -> {
            addToDocker(config, registry, credential);
            addToContainers(auth, registry, credential);
        });
        writeSecret(docker.resolve("config.json"), config);
        Path authFile = folder.resolve("auth.json");
        writeSecret(authFile, auth);
        return Map.of("DOCKER_CONFIG", docker.toString(), "REGISTRY_AUTH_FILE", authFile.toString());
    }

    private static void addToDocker(ObjectNode config, String registry, RegistryCredential credential) {
        if (config.hasNonNull("credsStore")) {
            // A helper would win over "auths". An empty one for this host means: no helper, read the file.
            config.withObjectProperty("credHelpers").put(hubKey(registry), "");
        } else {
            config.withObjectProperty("credHelpers").remove(List.of(registry, hubKey(registry)));
        }
        add(config, hubKey(registry), credential);
    }

    private static void addToContainers(ObjectNode auth, String registry, RegistryCredential credential) {
        auth.withObjectProperty("credHelpers").remove(registry);
        // podman and buildah know credentials of single repositories, which would win.
        auth.withObjectProperty("auths")
                .properties()
                .removeIf(entry -> entry.getKey().startsWith(registry + "/"));
        add(auth, registry, credential);
    }

    /** Every file that podman and buildah would look into, those that win last. */
    private List<Path> filesOfPodman() {
        List<Path> files = new ArrayList<>(Logins.containersFiles(environment));
        if (environment.getOrDefault("REGISTRY_AUTH_FILE", "").isEmpty()) {
            files.add(Logins.dockerFolder(environment).resolve("config.json"));
        }
        Collections.reverse(files);
        return files;
    }

    /** Pointing DOCKER_CONFIG elsewhere would hide builders, contexts and plugins; links keep them in sight. */
    private static void mirror(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                if (!entry.endsWith("config.json")) {
                    Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toAbsolutePath());
                }
            }
        }
    }

    private static ObjectNode read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Json.object();
        }
        try {
            JsonNode json = Json.readLeniently(Files.readString(file));
            return json.isObject() ? (ObjectNode) json : Json.object();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // Jackson quotes the text it stumbled over, and that may be a credential.
            throw new IOException(file + " is not JSON. Repair or remove it: docker would not read it either.");
        }
    }

    private static void add(ObjectNode config, String registry, RegistryCredential credential) {
        String pair = credential.username() + ":" + credential.password();
        config.withObjectProperty("auths")
                .putObject(registry)
                .put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static String hubKey(String registry) {
        return registry.equals(DOCKER_HUB) ? DOCKER_HUB_KEY : registry;
    }

    /** Creates the file empty and closed to others before the secret goes in. */
    private static void writeSecret(Path file, ObjectNode content) throws IOException {
        Files.createFile(file);
        BuildFolder.restrict(file, "rw-------");
        OpenOption[] options = {StandardOpenOption.WRITE};
        Files.write(file, Json.write(content, ""), options);
    }
}
