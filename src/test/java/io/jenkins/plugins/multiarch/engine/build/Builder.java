package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A build tool on a machine of its own that can be emptied, as a one-shot agent is empty. */
final class Builder implements Closeable {

    /** What there is to build with. */
    enum Kind {
        BUILDAH(BuildTool.BUILDAH),
        PODMAN(BuildTool.PODMAN),
        /** docker 20.10 of Debian 12, asking the BuildKit of a newer engine. */
        DOCKER(BuildTool.DOCKER),
        /** buildx with the docker driver. */
        ENGINE(BuildTool.BUILDX),
        /** The same with the image store of containerd. */
        CONTAINERD(BuildTool.BUILDX),
        /** buildx with a BuildKit that it reaches by a socket, and so with all that a builder in a container can do. */
        REMOTE(BuildTool.BUILDX);

        private final BuildTool tool;

        Kind(BuildTool tool) {
            this.tool = tool;
        }

        BuildTool tool() {
            return tool;
        }
    }

    private static final Duration LONG = Duration.ofMinutes(2);

    private final Kind kind;
    private final Path directory;
    private final List<Closeable> parts = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private int stores;

    private Builder(Kind kind, Path directory) {
        this.kind = kind;
        this.directory = directory;
    }

    /** @param directory its path must be short, because sockets are in it */
    static Builder start(Kind kind, Path directory) throws Exception {
        Builder builder = new Builder(kind, directory);
        // Containers cannot be nested everywhere; changing the root directory is enough to build.
        builder.environment.put("BUILDAH_ISOLATION", "chroot");
        builder.useDockerConfig("{}");
        switch (kind) {
            case BUILDAH, PODMAN -> builder.clear();
            case DOCKER -> builder.startEngine(ToolGeneration.RELEASED, false);
            case ENGINE -> {
                builder.startEngine(ToolGeneration.RELEASED, false);
                builder.useBuildx(ToolGeneration.RELEASED);
            }
            case CONTAINERD -> {
                builder.startEngine(ToolGeneration.TODAY, true);
                builder.useBuildx(ToolGeneration.TODAY);
            }
            case REMOTE -> builder.startRemote(ToolGeneration.TODAY);
        }
        return builder;
    }

    private OwnEngine startEngine(ToolGeneration tools, boolean containerd) throws Exception {
        OwnEngine engine = OwnEngine.start(tools, Files.createDirectory(directory.resolve("e")), containerd);
        parts.add(0, engine);
        environment.put("DOCKER_HOST", engine.host());
        return engine;
    }

    private void startRemote(ToolGeneration tools) throws Exception {
        OwnEngine engine = startEngine(tools, true);
        Path plain = Files.createDirectory(directory.resolve("plain"));
        Path socket = directory.resolve("kit");
        parts.add(0, BuildKitSocket.open(tools, engine, socket, plain));
        useBuildx(tools);
        run("docker", "buildx", "create", "--name=kit", "--driver=remote", "unix://" + socket);
        environment.put("BUILDX_BUILDER", "kit");
    }

    /** The docker command and buildx of a generation, first in the path. */
    private void useBuildx(ToolGeneration tools) throws IOException {
        environment.put("PATH", Path.of(tools.docker()).getParent() + ":" + environment.get("PATH"));
        useDockerConfig("{\"cliPluginsExtraDirs\":[\"" + Path.of(tools.buildx()).getParent() + "\"]}");
    }

    private void useDockerConfig(String json) throws IOException {
        Path docker = Files.createDirectories(directory.resolve("docker"));
        Files.writeString(docker.resolve("config.json"), json);
        environment.put("DOCKER_CONFIG", docker.toString());
    }

    /** Lets podman and buildah reach a registry by plain HTTP also while they build; docker does so on this machine anyway. */
    void allowPlainHttp(String registry) throws IOException {
        environment.put(
                "CONTAINERS_REGISTRIES_CONF",
                Files.writeString(
                                directory.resolve("registries.conf"),
                                "[[registry]]\nlocation = \"" + registry + "\"\ninsecure = true\n")
                        .toString());
    }

    /** Removes all that earlier builds have left. */
    void clear() throws IOException {
        switch (kind) {
            case BUILDAH, PODMAN ->
                environment.put(OwnStorage.VARIABLE, OwnStorage.in(directory.resolve("images" + stores++)));
            case DOCKER -> run("docker", "builder", "prune", "--all", "--force");
            case ENGINE, CONTAINERD, REMOTE -> run("docker", "buildx", "prune", "--all", "--force");
        }
    }

    /** In which the tool finds what it needs. */
    Map<String, String> environment() {
        return environment;
    }

    private void run(String... command) throws IOException {
        var result = new LocalCommandRunner(environment).run(List.of(command), LONG);
        if (!result.succeeded()) {
            throw new IOException(String.join(" ", command) + ": " + result.stderr());
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable part : parts) {
            part.close();
        }
    }
}
