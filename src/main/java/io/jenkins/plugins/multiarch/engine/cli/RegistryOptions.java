package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.access.EnvironmentProxies;
import io.jenkins.plugins.multiarch.engine.access.Mirror;
import io.jenkins.plugins.multiarch.engine.access.Proxies;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RequestLimits;
import io.jenkins.plugins.multiarch.engine.login.Logins;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** How the commands that talk to registries reach them. */
final class RegistryOptions {

    @Option(
            names = "--insecure",
            paramLabel = "HOST",
            split = ",",
            description = "Reach this registry, host or host:port, by plain HTTP; repeatable. All others are reached by"
                    + " TLS, except on this machine (localhost).")
    private List<RegistryName> insecure = new ArrayList<>();

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

    @Option(
            names = "--in-pieces",
            paramLabel = "HOST",
            split = ",",
            description = "Send large blobs to this registry in several requests; repeatable. For registries behind"
                    + " something that drops large requests instead of answering 413.")
    private List<RegistryName> inPieces = new ArrayList<>();

    @Option(
            names = "--mirror",
            paramLabel = "REGISTRY=MIRROR",
            description =
                    "Read from this mirror first what is only read, for example docker.io=mirror.example.com:5000;"
                            + " repeatable. A prefix of its repositories may follow: docker.io=harbor.example.com/hub.")
    private Map<String, Mirror> mirrors = new LinkedHashMap<>();

    @Option(
            names = "--request-retries",
            paramLabel = "NUMBER",
            description =
                    "How often a request is repeated after 408, 429, 5xx, a lost connection or no response: 0 to 20,"
                            + " default 4. A Retry-After of the registry is honoured, up to a minute.")
    private RequestLimits limits = RequestLimits.USUAL;

    /** The old name; help shows the shortest of several. */
    @Option(names = "--retries", paramLabel = "NUMBER", hidden = true)
    private void setRetries(RequestLimits given) {
        limits = given;
    }

    /** A client for these images' registries, with the credentials that docker has for them. */
    Registry connect(Collection<ImageReference> images, Consumer<String> log) throws IOException {
        return new Registry(access(images, log), log);
    }

    /**
     * How these images' registries may be reached.
     *
     * @param log is told of files with logins that this user may not read
     */
    RegistryAccess access(Collection<ImageReference> images, Consumer<String> log) throws IOException {
        Set<ImageReference> all = new LinkedHashSet<>(images);
        RegistryAccess access = RegistryAccess.anonymous().withLimits(limits);
        for (Map.Entry<String, Mirror> mirror : mirrors.entrySet()) {
            access = access.withMirror(mirror.getKey(), mirror.getValue());
            images.stream()
                    .filter(image -> image.registry().equals(mirror.getKey()))
                    .forEach(image -> all.add(mirror.getValue().copyOf(image)));
        }
        Logins logins = config == null
                ? Logins.ofUser(System.getenv(), log)
                : Logins.inFile(config.resolve("config.json"), System.getenv(), log);
        access = logins.addTo(access, all);
        for (RegistryName registry : insecure) {
            access = access.withInsecure(registry.text());
        }
        for (RegistryName registry : inPieces) {
            access = access.inPieces(registry.text());
        }
        Optional<Proxies> proxies = EnvironmentProxies.of(System.getenv());
        if (proxies.isPresent()) {
            access = access.withProxies(proxies.get());
        }
        return authorities == null ? access : access.withAuthorities(authorities);
    }

    /** As {@code --request-retries} has it. */
    static RequestLimits retrying(String retries) {
        if (!retries.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("'" + retries + "' is not a number of retries.");
        }
        return new RequestLimits(RequestLimits.USUAL.timeLimit(), Integer.parseInt(retries));
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
