package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.build.BuildCredentials;
import io.jenkins.plugins.multiarch.engine.build.BuildFailure;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.ExportedFiles;
import io.jenkins.plugins.multiarch.engine.build.ImageTest;
import io.jenkins.plugins.multiarch.engine.build.OutputTail;
import io.jenkins.plugins.multiarch.engine.build.PreparedBuild;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.build.ReportedImage;
import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import io.jenkins.plugins.multiarch.engine.context.ContextSummary;
import io.jenkins.plugins.multiarch.engine.jib.ImageBuilder;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.engine.jib.TestedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Builds platform images on this machine and pushes them, with a build tool or without one.
 *
 * @param tools the tools of the machine
 * @param wanted the build tool; empty for the first that will do
 * @param environment in which the tool finds its logins
 * @param secrets of the Dockerfile
 * @param access how registries are reached, to read back what a tool has pushed
 * @param log gets what the tool prints; standard output is for results alone
 */
record LocalBuilder(
        BuildTools tools,
        Optional<BuildTool> wanted,
        Map<String, String> environment,
        Map<String, byte[]> secrets,
        RegistryAccess access,
        Consumer<String> log) {

    /** The same with a log of its own. */
    LocalBuilder logging(Consumer<String> other) {
        return new LocalBuilder(tools, wanted, environment, secrets, access, other);
    }

    /**
     * Builds with a tool.
     *
     * @param inlineDockerfile text of the Dockerfile, instead of the one that the request names; empty for none
     * @param exportTo directory for the files of images; empty if they are not wanted
     * @return the image as it was pushed; empty if it was not to be pushed
     * @throws IllegalStateException if the build fails; the message says why, as far as that can be recognised
     */
    Optional<BuiltImage> build(BuildRequest request, String inlineDockerfile, Optional<Path> exportTo)
            throws IOException, InterruptedException {
        return build(request, inlineDockerfile, exportTo, Optional.empty());
    }

    /** @param archive where the image is left as a file, if the request asks for one */
    Optional<BuiltImage> build(
            BuildRequest request, String inlineDockerfile, Optional<Path> exportTo, Optional<Path> archive)
            throws IOException, InterruptedException {
        try (LocalBuild build = LocalBuild.create()) {
            PreparedBuild prepared = build.prepare(() -> PreparedBuild.prepare(
                    inlineDockerfile.isEmpty()
                            ? request
                            : request.withDockerfile(build.writeDockerfile(request.dockerfile(), inlineDockerfile)),
                    tools,
                    wanted,
                    build.folder().path(),
                    BuildRequest.isRemote(request.context()) ? build.directory() : Path.of(request.context()),
                    environment,
                    new BuildCredentials(Map.of(), secretsOf(request), new byte[0]),
                    new LocalCommandRunner(environment)));
            log.accept(prepared.explanation());
            run(build, request);
            if (exportTo.isPresent()) {
                export(build, request.platform(), exportTo.get());
            }
            if (archive.isPresent()) {
                Files.move(build.folder().image(), archive.get());
            }
            if (!request.push()) {
                return Optional.empty();
            }
            PushedImage pushed = PushedImage.read(
                    new Registry(access, log),
                    request.image(),
                    request.platform(),
                    ReportedImage.read(build.folder(), request.image()));
            return Optional.of(new BuiltImage(
                    pushed, prepared.tagged() ? request.platformTag().tag() : ""));
        }
    }

    private Map<String, byte[]> secretsOf(BuildRequest request) {
        Map<String, byte[]> asked = new HashMap<>(secrets);
        asked.keySet().retainAll(request.features().secrets().keySet());
        return asked;
    }

    /**
     * Builds several platforms of one image without a tool.
     *
     * @param exportTo directory for the files of images; empty if they are not wanted
     * @param archives platform to where its image is left as a file; empty if that is not wanted
     * @return the images as they were pushed; none if they were not to be pushed
     * @throws IllegalStateException if the Dockerfile cannot be built so after all
     */
    List<BuiltImage> buildWithoutTool(
            List<BuildRequest> requests, Recipe recipe, Optional<Path> exportTo, Map<Platform, Path> archives)
            throws IOException {
        try (LocalBuild build = LocalBuild.create();
                ImageBuilder builder = imageBuilder(recipe, requests.get(0), createFolder(build))) {
            List<BuiltImage> built = builder.build(requests).stream()
                    .map(pushed -> new BuiltImage(pushed, ""))
                    .toList();
            if (exportTo.isPresent()) {
                for (BuildRequest request : requests) {
                    Path directory = BuildDirectories.export(exportTo.get(), request.platform());
                    builder.export(request, directory);
                    log.accept("Exported " + request.platform() + " to " + directory);
                }
            }
            for (BuildRequest request : requests) {
                if (archives.containsKey(request.platform())) {
                    builder.archive(request, archives.get(request.platform()));
                }
            }
            return built;
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static BuildFolder createFolder(LocalBuild build) throws IOException {
        return build.prepare(() -> BuildFolder.create(build.folder().path()));
    }

    private ImageBuilder imageBuilder(Recipe recipe, BuildRequest request, BuildFolder folder) throws IOException {
        Map<String, String> settings = new HashMap<>(System.getenv());
        settings.putAll(request.buildArgs());
        return ImageBuilder.createWithCache(
                recipe, new Registry(access, log), folder.path(), settings, System.getenv(), log);
    }

    /**
     * Builds a platform image without a tool, tests it in one, and pushes what was tested.
     *
     * @param exportTo directory for the files of images; empty if they are not wanted
     * @return the image as it was pushed; empty if it was not to be pushed
     * @throws IllegalStateException if the Dockerfile cannot be built so after all, or the test fails
     */
    Optional<BuiltImage> buildTested(BuildRequest request, Recipe recipe, ImageTest test, Optional<Path> exportTo)
            throws IOException, InterruptedException {
        try (LocalBuild build = LocalBuild.create()) {
            TestedImage image = new TestedImage(createFolder(build));
            try (ImageBuilder builder = imageBuilder(recipe, request, image.folder())) {
                image.make(builder, request, test);
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
            PreparedBuild prepared = build.prepare(() -> image.prepare(request, test, Path.of(request.context())));
            log.accept(prepared.explanation());
            run(build, request);
            if (exportTo.isPresent()) {
                export(build, request.platform(), exportTo.get());
            }
            if (!request.push()) {
                return Optional.empty();
            }
            PushedImage pushed = image.push(new Registry(access, log), request.image(), request.platform());
            log.accept("Pushed " + request.platform() + ": " + pushed.reference());
            return Optional.of(new BuiltImage(pushed, ""));
        }
    }

    private void run(LocalBuild build, BuildRequest request) throws IOException, InterruptedException {
        OutputTail tail = new OutputTail();
        int status = build.run(environment, line -> {
            log.accept(line);
            tail.add(line);
        });
        if (status != 0) {
            throw new IllegalStateException("The build of " + request.platform() + " has failed with exit code "
                    + status + ". "
                    + BuildFailure.recognise(tail.lines(), status)
                            .map(failure -> reason(failure, request.image()))
                            .orElse("Its output above says why.")
                    + " Nothing of it was published.");
        }
    }

    private String reason(BuildFailure failure, ImageReference image) {
        boolean anonymous = access.credential(image).isEmpty();
        return failure.message()
                + (failure.cause() == BuildFailure.Cause.REGISTRY_REFUSED && anonymous
                        ? " No credential was given for " + image.registry() + ". "
                                + RegistryOptions.remedy(image.registry())
                        : "");
    }

    private void export(LocalBuild build, Platform platform, Path exportTo) throws IOException {
        Path archive = build.folder().path().resolve("export.tar");
        ContextSummary files = ExportedFiles.pack(build.folder(), archive);
        Path directory = BuildDirectories.export(exportTo, platform);
        try (InputStream in = Files.newInputStream(archive)) {
            ContextArchive.unpack(in, directory);
        }
        log.accept("Exported " + platform + ": " + files.files() + " files to " + directory);
    }
}
