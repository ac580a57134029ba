package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.build.BuildCache;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.ImageTest;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.threads.DependentWork;
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

    @Mixin
    private ToolOptions toolOptions;

    @Mixin
    private PublishOptions publishOptions;

    @Option(names = "--image", required = true, paramLabel = "REFERENCE", description = "The result, with its tag.")
    private ImageReference image;

    @Option(
            names = "--platform",
            split = ",",
            paramLabel = "PLATFORM",
            description = "A platform to build, e.g. linux/arm64; repeatable, or several separated by commas. Default:"
                    + " that of this machine.")
    private List<Platform> platforms = new ArrayList<>();

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

    @Option(
            names = "--sbom",
            arity = "0..1",
            paramLabel = "IMAGE",
            preprocessor = SbomOption.class,
            description = "Attach a software bill of materials, by BuildKit's scanner or the one in this image.")
    private String sbom = "";

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
    public Integer call() throws Exception {
        Optional<BuildTool> wanted;
        List<BuildRequest> requests;
        Optional<Recipe> recipe = Optional.empty();
        List<ImageReference> images = new ArrayList<>(List.of(image));
        try {
            wanted = toolOptions.wanted();
            toolOptions.requireParallel();
            requests = requests();
            publishOptions.require(image, !noPush);
            if (toolOptions.withoutTool() || wanted.isEmpty()) {
                recipe = LocalRecipe.find(requests.get(0), "", toolOptions.withoutTool());
            }
            recipe.ifPresent(found -> requests.forEach(request -> images.addAll(found.images(request))));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        RegistryAccess access = registryOptions.access(images, err()::println);
        List<BuildRequest> insecure = requests.stream()
                .map(request -> request.insecure(access.isInsecure(image.registry())))
                .toList();
        LocalBuilder builder = new LocalBuilder(
                tools(wanted), wanted, registryOptions.environment(), secrets(), access, err()::println);
        List<PlannedBuild> plan = plan(insecure, builder, recipe);
        if (!noPush) {
            HeadStart.connect(access, image);
        }
        List<BuiltImage> built = build(plan, builder);
        List<String> digests = new ArrayList<>();
        for (BuiltImage one : built) {
            digests.add(one.image().descriptor().digest().toString());
            print(one.json());
        }
        if (publishOptions.isWanted()) {
            PublishedIndex index = publishOptions.publish(image, built, access, err()::println);
            digests.add(index.digest().toString());
            print(PublishOptions.json(index));
        }
        if (digestFile != null) {
            Files.write(digestFile, digests);
        }
        return 0;
    }

    /** The tools of this machine, as far as they matter. */
    private BuildTools tools(Optional<BuildTool> wanted) throws IOException {
        LocalCommandRunner runner = new LocalCommandRunner(registryOptions.environment());
        if (toolOptions.withoutTool()) {
            return test.isBlank() ? BuildTools.NONE : BuildTools.detect(runner);
        }
        return BuildTools.detect(runner, wanted);
    }

    private List<BuiltImage> build(List<PlannedBuild> plan, LocalBuilder builder) throws Exception {
        List<BuildRequest> made = plan.stream()
                .filter(PlannedBuild::needsNoMachine)
                .map(PlannedBuild::request)
                .toList();
        List<BuiltImage> built = new ArrayList<>();
        if (!made.isEmpty()) {
            Recipe recipe = plan.stream()
                    .flatMap(one -> one.recipe().stream())
                    .findFirst()
                    .orElseThrow();
            built.addAll(builder.buildWithoutTool(made, recipe, Optional.ofNullable(exportTo), Map.of()));
        }
        List<PlannedBuild> others = plan.stream()
                .filter(one -> one.test().isPresent() || !one.needsNoMachine())
                .toList();
        DependentWork.Outcome<PlannedBuild, Optional<BuiltImage>> outcome = new DependentWork(
                        toolOptions.atOnce(), true)
                .run(
                        others,
                        one -> List.of(),
                        (one, none) -> build(one, others.size() == 1 ? builder : named(builder, one)));
        for (Exception failure : outcome.failed().values()) {
            throw failure;
        }
        outcome.done().values().forEach(image -> image.ifPresent(built::add));
        return built;
    }

    private Optional<BuiltImage> build(PlannedBuild one, LocalBuilder builder)
            throws IOException, InterruptedException {
        Optional<Path> files = Optional.ofNullable(exportTo);
        return one.test().isPresent()
                ? builder.buildTested(
                        one.request(), one.recipe().orElseThrow(), one.test().get(), files)
                : builder.build(one.request(), "", files);
    }

    /** Says with each line which platform it is about. */
    private LocalBuilder named(LocalBuilder builder, PlannedBuild one) {
        return builder.logging(line -> err().println("[" + one.request().platform() + "] " + line));
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
        BuildDirectories.requireContext(context);
        BuildDirectories.requireDockerfile(context, file);
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
                    toolOptions.noCache(),
                    toolOptions.pull(),
                    test,
                    !noPush,
                    false,
                    features());
            if (exportTo != null) {
                BuildDirectories.requireRoomForExport(exportTo, platform);
            }
            // Refuses a tag that is too long once the platform is part of it.
            request.platformTag();
            requests.add(request);
        }
        return requests;
    }

    private BuildFeatures features() {
        Map<String, String> ids = new LinkedHashMap<>();
        secrets.forEach(secret -> ids.put(secret.id(), ""));
        return new BuildFeatures(
                        ids,
                        SshOption.parse(ssh),
                        cacheFrom,
                        cacheTo,
                        BuildDirectories.absolute(contexts),
                        provenance,
                        false,
                        options)
                .withSbom(sbom)
                .withCache(
                        cache.isEmpty() ? BuildCache.NONE : BuildCache.of(ImageReference.parse(cache), cacheBranches))
                .withExport(exportTo != null);
    }

    private Map<String, byte[]> secrets() throws IOException {
        Map<String, byte[]> values = new LinkedHashMap<>();
        for (SecretOption secret : secrets) {
            values.put(secret.id(), secret.read(registryOptions.environment()));
        }
        return values;
    }

    /** How each is built; says so, and fails if this machine cannot. */
    private List<PlannedBuild> plan(List<BuildRequest> requests, LocalBuilder builder, Optional<Recipe> recipe) {
        List<PlannedBuild> plan;
        if (toolOptions.withoutTool()) {
            plan = requests.stream()
                    .map(request -> request.hasTest()
                            ? PlannedBuild.tested(request, recipe.orElseThrow(), ImageTest.on(builder.tools(), request))
                            : PlannedBuild.withoutMachine(request, recipe.orElseThrow()))
                    .toList();
        } else {
            LocalPlanner planner = new LocalPlanner(
                    builder.wanted().map(builder.tools()::only).orElse(builder.tools()),
                    requests.stream().map(BuildRequest::platform).toList());
            plan = requests.stream()
                    .map(request -> planner.plan(request, recipe))
                    .toList();
        }
        err().println("Plan for " + image + ":");
        plan.forEach(build -> err().println("  " + build));
        List<String> impossible = plan.stream()
                .filter(build -> !build.isPossible())
                .map(build -> build.check().toString())
                .toList();
        if (!impossible.isEmpty()) {
            throw new IllegalStateException("This machine cannot build " + String.join("; ", impossible));
        }
        return plan;
    }

    private void print(ObjectNode result) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(result);
        out.flush();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
