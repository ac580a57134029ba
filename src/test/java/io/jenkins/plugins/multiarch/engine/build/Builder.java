package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /**
     * What became of a build.
     *
     * @param log what it has printed
     * @param digest of the image that was pushed
     */
    record Outcome(int status, String log, Optional<Digest> digest) {

        void requireSuccess() {
            assertThat(status).as(log).isZero();
        }

        CacheUse use() {
            CacheUse.Reader reader = new CacheUse.Reader();
            log.lines().forEach(reader);
            return reader.result();
        }
    }

    /** Builds as an agent does, in a folder that is gone afterwards. */
    Outcome build(BuildRequest request, BuildCredentials credentials) throws Exception {
        return build(request, credentials, null);
    }

    /** @param exported where the files of the image are unpacked; null if they are not wanted */
    Outcome build(BuildRequest request, BuildCredentials credentials, Path exported) throws Exception {
        LocalCommandRunner runner = new LocalCommandRunner(environment);
        Path path = directory.resolve("build");
        BuildFolder folder = BuildFolder.at(path);
        try {
            PreparedBuild.prepare(
                    request,
                    BuildTools.detect(runner, Optional.of(kind.tool)),
                    Optional.of(kind.tool),
                    path,
                    Path.of(request.context()),
                    environment,
                    credentials,
                    runner);
            CommandResult result =
                    runner.run(List.of("sh", "-c", "exec sh \"$0\" 2>&1", path + "/" + BuildFolder.SCRIPT), LONG);
            if (result.succeeded() && exported != null) {
                Path archive = path.resolve("files.tar");
                ExportedFiles.pack(folder, archive);
                try (InputStream in = Files.newInputStream(archive)) {
                    ContextArchive.unpack(in, exported);
                }
            }
            if (result.succeeded() && request.features().archive()) {
                Files.copy(path.resolve(BuildFolder.IMAGE), archive(), StandardCopyOption.REPLACE_EXISTING);
            }
            return new Outcome(
                    result.exitCode(),
                    result.stdout(),
                    result.succeeded() && request.push()
                            ? Optional.of(folder.readDigest(request.image()))
                            : Optional.empty());
        } finally {
            folder.delete();
        }
    }

    /** The archive of the last image of which one was wanted. */
    Path archive() {
        return directory.resolve("image.tar");
    }

    /** The images that the tool has; empty if it has only a cache. */
    String images() throws IOException {
        return switch (kind) {
            case BUILDAH, PODMAN -> ask(kind.tool.toString(), "images", "--quiet");
            case DOCKER, ENGINE, CONTAINERD, REMOTE -> ask("docker", "images", "--quiet");
        };
    }

    private String ask(String... command) throws IOException {
        return new LocalCommandRunner(environment).run(List.of(command), LONG).stdout();
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
