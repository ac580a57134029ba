package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.build.AuthFolder;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCredential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** How the commands that talk to registries reach them. */
final class RegistryOptions {

    @Option(
            names = "--insecure",
            description = "Reach the registry by plain HTTP. On this machine (localhost) that is so anyway.")
    private boolean insecure;

    @Option(
            names = "--config",
            paramLabel = "DIRECTORY",
            description =
                    "Where docker's config.json with the credentials is. Default: where docker, podman and buildah have"
                            + " their logins.")
    private Path config;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Certificate authorities in PEM to trust besides those of this Java; for registries with a"
                    + " certificate of one's own.")
    private Path authorities;

    /** A client for these images' registries, with the credentials that docker has for them. */
    Registry connect(Collection<ImageReference> images, Consumer<String> log) throws IOException {
        return new Registry(access(images), log);
    }

    /** How these images' registries may be reached. */
    RegistryAccess access(Collection<ImageReference> images) throws IOException {
        Set<String> registries = new TreeSet<>();
        images.forEach(image -> registries.add(image.registry()));
        RegistryAccess access = RegistryAccess.anonymous();
        List<Path> files =
                config == null ? AuthFolder.loginFiles(System.getenv()) : List.of(config.resolve("config.json"));
        for (Path file : files) {
            RegistryAccess known = RegistryAccess.fromDockerConfig(file, registries);
            for (String registry : registries) {
                Optional<RegistryCredential> credential = known.credential(registry);
                // The first login is the one that counts: docker's, as it always was.
                if (credential.isPresent() && access.credential(registry).isEmpty()) {
                    access = access.withCredential(
                            registry,
                            credential.get().username(),
                            credential.get().password());
                }
            }
        }
        if (insecure) {
            for (String registry : registries) {
                access = access.withInsecure(registry);
            }
        }
        return authorities == null ? access : access.withAuthorities(authorities);
    }

    /** How to give the credential that a registry wants. */
    static String remedy(String registry) {
        return "Log in with 'docker login " + registry + "', or name the directory of a config.json that has the login"
                + " with --config.";
    }

    /** The environment in which a build tool finds the same credentials. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        if (config != null) {
            Path file = config.resolve("config.json").toAbsolutePath();
            environment.put("DOCKER_CONFIG", config.toAbsolutePath().toString());
            if (Files.exists(file)) {
                environment.put("REGISTRY_AUTH_FILE", file.toString());
            }
        }
        return environment;
    }
}
