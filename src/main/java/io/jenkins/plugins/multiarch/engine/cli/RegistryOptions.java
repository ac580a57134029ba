package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
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
                    "Where docker's config.json with the credentials is; default: $DOCKER_CONFIG, else ~/.docker.")
    private Path config;

    /** A client for these images' registries, with the credentials that docker has for them. */
    Registry connect(Collection<ImageReference> images, Consumer<String> log) throws IOException {
        return new Registry(access(images), log);
    }

    /** How these images' registries may be reached. */
    RegistryAccess access(Collection<ImageReference> images) throws IOException {
        Set<String> registries = new TreeSet<>();
        images.forEach(image -> registries.add(image.registry()));
        Path file = config == null ? RegistryAccess.dockerConfig(System.getenv()) : config.resolve("config.json");
        RegistryAccess access = RegistryAccess.fromDockerConfig(file, registries);
        if (insecure) {
            for (String registry : registries) {
                access = access.withInsecure(registry);
            }
        }
        return access;
    }
}
