package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.build.BuildCache;
import io.jenkins.plugins.multiarch.engine.build.BuildCredentials;
import io.jenkins.plugins.multiarch.engine.build.BuildFailure;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.ExportedFiles;
import io.jenkins.plugins.multiarch.engine.build.OutputTail;
import io.jenkins.plugins.multiarch.engine.build.PreparedBuild;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import io.jenkins.plugins.multiarch.engine.context.ContextSummary;
import io.jenkins.plugins.multiarch.engine.jib.ImageBuilder;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Builds and pushes platform images on this machine, with the code that Jenkins' agents run. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Builds platform images on this machine, pushes them, and prints one JSON object for each: what"
                + " 'push --source-file' reads. Registry credentials are those of the build tool's own login.")
final class BuildCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RegistryOptions registryOptions;

    @Option(names = "--image", required = true, paramLabel = "REFERENCE", description = "The result, with its tag.")
    private ImageReference image;

    @Option(
            names = "--platform",
            split = ",",
            paramLabel = "PLATFORM",
            description = "A platform to build, e.g. linux/arm64; repeatable, or several separated by commas. Default:"
                    + " that of this machine.")
    private List<Platform> platforms = new ArrayList<>();

    @Option(
            names = "--builder",
            paramLabel = "TOOL",
            description =
                    "auto (default), buildx, docker, podman, buildah, or jib: without a build tool, for Dockerfiles that"
                            + " run nothing. auto builds without a tool what would be emulated, where the Dockerfile allows it.")
    private String tool = "auto";

    /** The old name; help shows the shortest of several. */
    @Option(names = "--tool", paramLabel = "TOOL", hidden = true)
    private void setTool(String given) {
        tool = given;
    }

    @Option(names = "--build-arg", paramLabel = "KEY=VALUE", description = "A build argument; repeatable.")
    private Map<String, String> buildArgs = new LinkedHashMap<>();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label of the images; repeatable.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            defaultValue = "Dockerfile",
            description = "The Dockerfile, relative to the context, inside it or not. Default: Dockerfile.")
    private String file;

    @Option(names = "--target", paramLabel = "STAGE", defaultValue = "", description = "The stage to build.")
    private String target;

    @Option(names = "--no-cache", description = "Build without the tool's cache.")
    private boolean noCache;

    @Option(names = "--pull", description = "Look for newer base images.")
    private boolean pull;

    @Option(
            names = "--secret",
            paramLabel = "id=ID[,src=FILE|,env=VARIABLE]",
            description =
                    "A secret for RUN --mount=type=secret; repeatable. Without a source: the variable of that name.")
    private List<SecretOption> secrets = new ArrayList<>();

    @Option(
            names = "--ssh",
            paramLabel = "default[=KEY]",
            defaultValue = "",
            description = "For RUN --mount=type=ssh: your SSH agent, or the file of a private key.")
    private String ssh;

    @Option(
            names = "--cache",
            paramLabel = "REPOSITORY",
            defaultValue = "",
            description = "Read the build cache from this repository, and write it there when the image is pushed. Each"
                    + " platform has a tag of its own in it.")
    private String cache;

    @Option(
            names = "--cache-branch",
            paramLabel = "BRANCH",
            description = "The branch whose part of the cache is written, and read before that of the default branch;"
                    + " further ones are only read.")
    private List<String> cacheBranches = new ArrayList<>();

    @Option(
            names = "--cache-from",
            paramLabel = "CACHE",
            description =
                    "Where to read the build cache, as the build tool writes it; repeatable. {platform} stands for"
                            + " the platform: type=registry,ref=localhost:5000/cache:{platform}")
    private List<String> cacheFrom = new ArrayList<>();

    @Option(
            names = "--cache-to",
            paramLabel = "CACHE",
            description = "Where to write the build cache, likewise; repeatable.")
    private List<String> cacheTo = new ArrayList<>();

    @Option(
            names = "--build-context",
            paramLabel = "NAME=PLACE",
            description = "A further context: a directory, a URL or docker-image://REFERENCE; repeatable.")
    private Map<String, String> contexts = new LinkedHashMap<>();

    @Option(
            names = "--provenance",
            paramLabel = "MODE",
            defaultValue = "",
            description = "Attach provenance: false, true, min or max. Default: what the build tool does.")
    private String provenance;

    @Option(names = "--sbom", description = "Attach a software bill of materials.")
    private boolean sbom;

    @Option(
            names = "--option",
            paramLabel = "OPTION",
            description = "A further option of the build command, with its value: --option=--network=host; repeatable.")
    private List<String> options = new ArrayList<>();

    @Option(
            names = "--test",
            paramLabel = "SCRIPT",
            defaultValue = "",
            description = "A shell script to run between build and push, with IMAGE and TARGETPLATFORM set.")
    private String test;

    @Option(names = "--no-push", description = "Build (and test) only.")
    private boolean noPush;

    @Option(
            names = "--export-to",
            paramLabel = "DIRECTORY",
            description = "Leave the files of each image in a directory below this one, such as linux_arm64.")
    private Path exportTo;

    @Option(names = "--digest-file", paramLabel = "FILE", description = "Write the digests to it, one a line.")
    private Path digestFile;

    @Parameters(
            paramLabel = "CONTEXT",
            defaultValue = ".",
            arity = "0..1",
            description = "Directory or URL of the build context. Default: the current directory.")
    private String context;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<BuildTool> wanted;
        List<BuildRequest> requests;
        Optional<Recipe> recipe = Optional.empty();
        List<ImageReference> images = new ArrayList<>(List.of(image));
        try {
            wanted = BuildTool.parse(tool);
            requests = requests();
            if (withoutTool() || wanted.isEmpty()) {
                recipe = recipe(requests.get(0));
            }
            recipe.ifPresent(found -> requests.forEach(request -> images.addAll(found.images(request))));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        RegistryAccess access = registryOptions.access(images, err()::println);
        List<BuildRequest> insecure = requests.stream()
                .map(request -> request.insecure(access.isInsecure(image.registry())))
                .toList();
        List<Built> built = new ArrayList<>();
        if (withoutTool()) {
            err().println("Plan for " + image + ":");
            insecure.forEach(request -> err().println("  " + withoutMachine(request)));
            built.addAll(buildWithoutTool(insecure, recipe.orElseThrow(), access));
        } else {
            BuildTools tools = BuildTools.detect(new LocalCommandRunner(registryOptions.environment()), wanted);
            List<BuildRequest> made =
                    requirePossible(insecure, wanted.map(tools::only).orElse(tools), recipe);
            if (!made.isEmpty()) {
                built.addAll(buildWithoutTool(made, recipe.orElseThrow(), access));
            }
            for (BuildRequest request : insecure) {
                if (!made.contains(request)) {
                    build(request, tools, wanted, access).ifPresent(built::add);
                }
            }
        }
        List<String> digests = new ArrayList<>();
        for (Built one : built) {
            digests.add(one.image().descriptor().digest().toString());
            print(one);
        }
        if (digestFile != null) {
            Files.write(digestFile, digests);
        }
        return 0;
    }

    private boolean withoutTool() {
        return tool.equals(BuildTool.JIB.toString());
    }

    /** Empty if only the build tool has the Dockerfile, or, unless it is asked for, if it cannot be built without one. */
    private Optional<Recipe> recipe(BuildRequest request) throws IOException {
        if (BuildRequest.isRemote(context)) {
            if (withoutTool()) {
                throw new IllegalArgumentException("The builder jib cannot fetch '" + context
                        + "'. Check it out and give the directory, or choose another builder.");
            }
            return Optional.empty();
        }
        try {
            Recipe found = Recipe.read(Path.of(context), file);
            if (withoutTool()) {
                found.requireNoMachine(request);
            } else {
                found.images(request);
            }
            return Optional.of(found);
        } catch (IllegalArgumentException | IOException e) {
            if (withoutTool()) {
                throw e;
            }
            return Optional.empty(); // The build tool says what is wrong with it, or knows better.
        }
    }

    private static String withoutMachine(BuildRequest request) {
        return request.platform() + ": no machine needed: the Dockerfile runs nothing";
    }

    private List<Built> buildWithoutTool(List<BuildRequest> requests, Recipe recipe, RegistryAccess access)
            throws IOException {
        Map<String, String> settings = new HashMap<>(System.getenv());
        settings.putAll(buildArgs);
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try (ImageBuilder builder = ImageBuilder.createWithCache(
                recipe, new Registry(access, err()::println), parent, settings, System.getenv(), err()::println)) {
            List<Built> built = builder.build(requests).stream()
                    .map(pushed -> new Built(pushed, ""))
                    .toList();
            if (exportTo != null) {
                for (BuildRequest request : requests) {
                    builder.export(request, exportDirectory(request.platform()));
                    err().println("Exported " + request.platform() + " to " + exportDirectory(request.platform()));
                }
            }
            return built;
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * What to build, one request for each platform.
     *
     * @throws IllegalArgumentException if anything is wrong with the call itself
     */
    private List<BuildRequest> requests() {
        if (image.tag().isEmpty() || !image.digest().isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + image + "' cannot be pushed to; write registry/repository:tag, without a digest.");
        }
        if (!BuildRequest.isRemote(context)) {
            if (!Files.isDirectory(Path.of(context))) {
                throw new IllegalArgumentException("There is no directory '" + context + "' to build");
            }
            if (!Files.isRegularFile(Path.of(context).resolve(file))) {
                throw new IllegalArgumentException("There is no Dockerfile '" + file + "' in '" + context + "'");
            }
        }
        List<BuildRequest> requests = new ArrayList<>();
        for (Platform platform : new LinkedHashSet<>(platforms.isEmpty() ? List.of(Platform.current()) : platforms)) {
            BuildRequest request = new BuildRequest(
                    image,
                    platform,
                    context,
                    file,
                    target,
                    buildArgs,
                    labels,
                    noCache,
                    pull,
                    test,
                    !noPush,
                    false,
                    features());
            if (exportTo != null) {
                requireRoomForExport(platform);
            }
            // Refuses a tag that is too long once the platform is part of it.
            request.platformTag();
            requests.add(request);
        }
        return requests;
    }

    private BuildFeatures features() {
        Map<String, String> places = new LinkedHashMap<>();
        contexts.forEach((name, place) -> {
            boolean isDirectory = BuildFeatures.isDirectory(place);
            if (isDirectory && !Files.isDirectory(Path.of(place))) {
                throw new IllegalArgumentException(
                        "The build context '" + name + "' is the directory '" + place + "', which does not exist.");
            }
            // The build tool runs in the context.
            places.put(name, isDirectory ? Path.of(place).toAbsolutePath().toString() : place);
        });
        Map<String, String> ids = new LinkedHashMap<>();
        secrets.forEach(secret -> ids.put(secret.id(), ""));
        String key = ssh.replaceFirst("^default(=|$)", "");
        if (!key.isEmpty() && !Files.isReadable(Path.of(key))) {
            throw new IllegalArgumentException(
                    "The SSH key '" + key + "' cannot be read. Check its name and permissions.");
        }
        return new BuildFeatures(
                        ids,
                        key.isEmpty() ? ssh : Path.of(key).toAbsolutePath().toString(),
                        cacheFrom,
                        cacheTo,
                        places,
                        provenance,
                        sbom,
                        options)
                .withCache(
                        cache.isEmpty() ? BuildCache.NONE : BuildCache.of(ImageReference.parse(cache), cacheBranches))
                .withExport(exportTo != null);
    }

    private BuildCredentials credentials(Map<String, String> environment) throws IOException {
        Map<String, byte[]> values = new LinkedHashMap<>();
        for (SecretOption secret : secrets) {
            values.put(secret.id(), secret.read(environment));
        }
        return new BuildCredentials(Map.of(), values, new byte[0]);
    }

    /** @return the requests for which no machine is needed, because the machine is not one of the platform */
    private List<BuildRequest> requirePossible(List<BuildRequest> requests, BuildTools tools, Optional<Recipe> recipe)
            throws IOException {
        err().println("Plan for " + image + ":");
        List<EmulationCheck> checks =
                EmulationCheck.of(requests.stream().map(BuildRequest::platform).toList(), tools);
        List<BuildRequest> made = new ArrayList<>();
        List<String> impossible = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            BuildRequest request = requests.get(i);
            EmulationCheck check = checks.get(i);
            boolean isNative = check.state() == EmulationCheck.State.NATIVE
                    && !tools.usable().isEmpty();
            Optional<String> obstacle = isNative ? Optional.empty() : obstacle(request, recipe);
            if (!isNative && recipe.isPresent() && obstacle.isEmpty()) {
                made.add(request);
                err().println("  " + withoutMachine(request));
                continue;
            }
            err().println("  " + check
                    + obstacle.map(reason -> "; not without a machine: " + reason)
                            .orElse(""));
            if (!check.possible()) {
                impossible.add(check.toString());
            }
        }
        if (!impossible.isEmpty()) {
            throw new IllegalStateException("This machine cannot build " + String.join("; ", impossible));
        }
        return made;
    }

    /** Why the platform needs a machine; empty if it does not, or if that is not known. */
    private static Optional<String> obstacle(BuildRequest request, Optional<Recipe> recipe) {
        try {
            recipe.ifPresent(found -> found.requireNoMachine(request));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** @param platformTag the tag that only served to push it; empty if it was pushed by digest */
    private record Built(PushedImage image, String platformTag) {}

    private Optional<Built> build(
            BuildRequest request, BuildTools tools, Optional<BuildTool> wanted, RegistryAccess access)
            throws IOException, InterruptedException {
        Map<String, String> environment = registryOptions.environment();
        try (LocalBuild build = LocalBuild.create()) {
            PreparedBuild prepared = build.prepare(() -> PreparedBuild.prepare(
                    request,
                    tools,
                    wanted,
                    build.folder().path(),
                    BuildRequest.isRemote(context) ? build.directory() : Path.of(context),
                    environment,
                    credentials(environment),
                    new LocalCommandRunner(environment)));
            err().println(prepared.explanation());
            run(build, request.platform(), environment, access);
            if (exportTo != null) {
                export(build, request.platform());
            }
            if (noPush) {
                return Optional.empty();
            }
            PushedImage pushed = PushedImage.read(
                    new Registry(access, err()::println),
                    image,
                    build.folder().readDigest(image),
                    request.platform(),
                    build.folder().readTestedConfig());
            return Optional.of(
                    new Built(pushed, prepared.tagged() ? request.platformTag().tag() : ""));
        }
    }

    private void export(LocalBuild build, Platform platform) throws IOException {
        Path archive = build.folder().path().resolve("export.tar");
        ContextSummary files = ExportedFiles.pack(build.folder(), archive);
        Path directory = exportDirectory(platform);
        try (InputStream in = Files.newInputStream(archive)) {
            ContextArchive.unpack(in, directory);
        }
        err().println("Exported " + platform + ": " + files.files() + " files to " + directory);
    }

    private Path exportDirectory(Platform platform) {
        return exportTo.resolve(ExportedFiles.directory(platform));
    }

    /** Nothing of the user's is overwritten. */
    private void requireRoomForExport(Platform platform) {
        Path directory = exportDirectory(platform);
        String[] files = directory.toFile().list();
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && (files == null || files.length > 0)) {
            throw new IllegalArgumentException(
                    "'" + directory + "' is there already. Remove it, or name another directory with --export-to.");
        }
    }

    /** The tool's output is progress, so it goes to standard error; standard output carries the result alone. */
    private void run(LocalBuild build, Platform platform, Map<String, String> environment, RegistryAccess access)
            throws IOException, InterruptedException {
        OutputTail tail = new OutputTail();
        int status = build.run(environment, line -> {
            err().println(line);
            tail.add(line);
        });
        if (status != 0) {
            throw new IllegalStateException("The build of " + platform + " has failed with exit code " + status + ". "
                    + BuildFailure.recognise(tail.lines(), status)
                            .map(failure -> reason(failure, access))
                            .orElse("Its output above says why.")
                    + " Nothing of it was published.");
        }
    }

    private String reason(BuildFailure failure, RegistryAccess access) {
        boolean anonymous = access.credential(image).isEmpty();
        return failure.message()
                + (failure.cause() == BuildFailure.Cause.REGISTRY_REFUSED && anonymous
                        ? " No credential was given for " + image.registry() + ". "
                                + RegistryOptions.remedy(image.registry())
                        : "");
    }

    private void print(Built built) throws IOException {
        PushedImage pushed = built.image();
        ObjectNode json = Json.object()
                .put("platform", pushed.descriptor().label())
                .put("reference", pushed.reference().toString())
                .put("digest", pushed.descriptor().digest().toString())
                .put("size", pushed.descriptor().size())
                .put("mediaType", pushed.descriptor().mediaType());
        if (!built.platformTag().isEmpty()) {
            json.put("platformTag", built.platformTag());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(json);
        out.flush();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
