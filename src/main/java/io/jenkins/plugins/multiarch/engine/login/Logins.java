package io.jenkins.plugins.multiarch.engine.login;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The logins that docker, podman, buildah and skopeo have for the user of this machine. Looked up as these tools do: in
 * {@code $REGISTRY_AUTH_FILE}, or, without it, in {@code $XDG_RUNTIME_DIR/containers/auth.json} and
 * {@code $XDG_CONFIG_HOME/containers/auth.json}; then in the text of {@code $DOCKER_AUTH_CONFIG} and in docker's
 * {@code config.json}. The first login that is found counts.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">containers-auth.json(5)</a>
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/#credential-stores">docker login, credential stores</a>
 */
public final class Logins {

    /** Holds what docker's {@code config.json} would hold, and wins over that. */
    private static final String DOCKER_AUTH_CONFIG = "DOCKER_AUTH_CONFIG";

    private final List<LoginFile> files;
    private final Map<String, String> environment;
    private final Consumer<String> log;

    private Logins(List<LoginFile> files, Map<String, String> environment, Consumer<String> log) {
        this.files = files;
        this.environment = environment;
        this.log = log;
    }

    /**
     * Those of the user.
     *
     * @param environment tells where the files are, and is that of credential helpers
     * @param log is told of files that this user may not read
     */
    public static Logins ofUser(Map<String, String> environment, Consumer<String> log) {
        List<LoginFile> files = new ArrayList<>();
        containersFiles(environment).forEach(file -> files.add(new LoginFile(file, false)));
        String given = environment.getOrDefault(DOCKER_AUTH_CONFIG, "");
        if (!given.isEmpty()) {
            files.add(new LoginFile(Path.of("$" + DOCKER_AUTH_CONFIG), Optional.of(given), true));
        }
        files.add(new LoginFile(dockerFolder(environment).resolve("config.json"), true));
        return new Logins(files, environment, log);
    }

    /** Those in a {@code config.json} of docker, and no others. */
    public static Logins inFile(Path configJson, Map<String, String> environment, Consumer<String> log) {
        return new Logins(List.of(new LoginFile(configJson, true)), environment, log);
    }

    /**
     * An access with the logins for images that it has no credential for by their registry.
     *
     * @throws IOException as {@link #find} does
     */
    public RegistryAccess addTo(RegistryAccess access, Collection<ImageReference> images) throws IOException {
        RegistryAccess more = access;
        for (ImageReference image : images) {
            Optional<RegistryCredential> login =
                    access.credentials().containsKey(image.registry()) ? Optional.empty() : find(image);
            if (login.isPresent()) {
                more = more.withCredential(
                        image.name(), login.get().username(), login.get().password());
            }
        }
        return more;
    }

    /**
     * The login for an image.
     *
     * @return empty if there is none
     * @throws IOException if a file is malformed, or a credential helper is missing or fails; the message names it
     */
    public Optional<RegistryCredential> find(ImageReference image) throws IOException {
        for (LoginFile file : files) {
            try {
                Optional<RegistryCredential> found = file.find(image, environment);
                if (found.isPresent()) {
                    return found;
                }
            } catch (AccessDeniedException e) {
                log.accept(
                        "WARNING: " + file.path() + " may not be read by this user, so the logins in it do not count");
            }
        }
        return Optional.empty();
    }

    /**
     * The files in which podman, buildah and skopeo look for logins before those of docker, the one that counts first;
     * whether they exist or not.
     */
    public static List<Path> containersFiles(Map<String, String> environment) {
        Optional<Path> only = path(environment, "REGISTRY_AUTH_FILE");
        if (only.isPresent()) {
            return List.of(only.get());
        }
        List<Path> files = new ArrayList<>();
        path(environment, "XDG_RUNTIME_DIR")
                .map(folder -> folder.resolve("containers"))
                .or(() -> userId().map(id -> FileSystems.getDefault().getPath("/run/containers", id)))
                .ifPresent(folder -> files.add(folder.resolve("auth.json")));
        Path home =
                path(environment, "XDG_CONFIG_HOME").orElse(home(environment).resolve(".config"));
        files.add(home.resolve("containers/auth.json"));
        return List.copyOf(files);
    }

    /** Where docker has its {@code config.json}: {@code $DOCKER_CONFIG}, else {@code .docker} in the home directory. */
    public static Path dockerFolder(Map<String, String> environment) {
        return path(environment, "DOCKER_CONFIG").orElse(home(environment).resolve(".docker"));
    }

    private static Path home(Map<String, String> environment) {
        return path(environment, "HOME").orElse(Path.of(System.getProperty("user.home")));
    }

    private static Optional<Path> path(Map<String, String> environment, String variable) {
        String value = environment.getOrDefault(variable, "");
        return value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
    }

    /** Empty where there is no Linux, and no such file either. */
    private static Optional<String> userId() {
        try {
            return Optional.of(
                    Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString());
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
