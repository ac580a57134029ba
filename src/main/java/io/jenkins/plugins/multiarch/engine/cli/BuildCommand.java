package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.build.BuildCredentials;
import io.jenkins.plugins.multiarch.engine.build.BuildFailure;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.BuildTool;
import io.jenkins.plugins.multiarch.engine.build.OutputTail;
import io.jenkins.plugins.multiarch.engine.build.PreparedBuild;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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

    private static final ObjectMapper JSON = new ObjectMapper();

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
            names = {"--builder", "--tool"},
            paramLabel = "TOOL",
            defaultValue = "auto",
            description = "auto (default), buildx, docker, podman or buildah.")
    private String tool;

    @Option(names = "--build-arg", paramLabel = "KEY=VALUE", description = "A build argument; repeatable.")
    private Map<String, String> buildArgs = new LinkedHashMap<>();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label of the images; repeatable.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            defaultValue = "Dockerfile",
            description = "The Dockerfile, relative to the context. Default: Dockerfile.")
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
        RegistryAccess access =
                registryOptions.access(List.of(image), spec.commandLine().getErr()::println);
        Optional<BuildTool> wanted;
        List<BuildRequest> requests;
        try {
            wanted = BuildTool.parse(tool);
            requests = requests(access.isInsecure(image.registry()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        requirePossible(requests.stream().map(BuildRequest::platform).toList(), wanted);
        List<String> digests = new ArrayList<>();
        for (BuildRequest request : requests) {
            Optional<Built> built = build(request, wanted, access);
            if (built.isPresent()) {
                digests.add(built.get().image().descriptor().digest().toString());
                print(built.get());
            }
        }
        if (digestFile != null) {
            Files.write(digestFile, digests);
        }
        return 0;
    }

    /**
     * What to build, one request for each platform.
     *
     * @throws IllegalArgumentException if anything is wrong with the call itself
     */
    private List<BuildRequest> requests(boolean insecure) {
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
                    insecure,
                    features());
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
                options);
    }

    private BuildCredentials credentials(Map<String, String> environment) throws IOException {
        Map<String, byte[]> values = new LinkedHashMap<>();
        for (SecretOption secret : secrets) {
            values.put(secret.id(), secret.read(environment));
        }
        return new BuildCredentials(Map.of(), values, new byte[0]);
    }

    private void requirePossible(List<Platform> requested, Optional<BuildTool> wanted) throws IOException {
        Optional<String> tool = wanted.map(BuildTool::toString);
        BuildTools found = BuildTools.detect(new LocalCommandRunner(registryOptions.environment()), tool);
        BuildTools tools = tool.map(found::only).orElse(found);
        err().println("Plan for " + image + ":");
        List<EmulationCheck> checks = EmulationCheck.of(requested, tools);
        checks.forEach(check -> err().println("  " + check));
        if (!checks.stream().allMatch(EmulationCheck::possible)) {
            throw new IllegalStateException("This machine cannot build "
                    + checks.stream()
                            .filter(check -> !check.possible())
                            .map(EmulationCheck::toString)
                            .collect(Collectors.joining("; ")));
        }
    }

    /** @param platformTag the tag that only served to push it; empty if it was pushed by digest */
    private record Built(PushedImage image, String platformTag) {}

    private Optional<Built> build(BuildRequest request, Optional<BuildTool> wanted, RegistryAccess access)
            throws IOException, InterruptedException {
        Map<String, String> environment = registryOptions.environment();
        try (LocalBuild build = LocalBuild.create()) {
            PreparedBuild prepared = build.prepare(() -> PreparedBuild.prepare(
                    request,
                    wanted,
                    build.folder().path(),
                    BuildRequest.isRemote(context) ? build.directory() : Path.of(context),
                    environment,
                    credentials(environment),
                    new LocalCommandRunner(environment)));
            err().println(prepared.explanation());
            run(build, request.platform(), environment, access);
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
        ObjectNode json = JSON.createObjectNode()
                .put("platform", pushed.descriptor().label())
                .put("reference", pushed.reference().toString())
                .put("digest", pushed.descriptor().digest().toString())
                .put("size", pushed.descriptor().size())
                .put("mediaType", pushed.descriptor().mediaType());
        if (!built.platformTag().isEmpty()) {
            json.put("platformTag", built.platformTag());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(JSON.writeValueAsString(json));
        out.flush();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
