package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Builds for real and pushes to a real registry that asks for a password. What arrives is looked at with skopeo, and run,
 * never judged by our own code alone.
 */
@Tag("integration")
class BuildIntegrationTest {

    private static final String USER = "bob";
    private static final String PASSWORD = "s3cret-$(id)";
    private static final RegistryCredential CREDENTIAL = new RegistryCredential(USER, PASSWORD);
    private static final Duration LONG = Duration.ofMinutes(5);

    /** Everything that a shell, a Dockerfile or a list of options might take for something of its own. */
    private static final String NASTY =
            "hi \"there\" $(id) `id` 'x' \\n \\\\ %s $HOME  two\ttabs & ; # ünï\n--push=x\n end";

    private static RealRegistry real;

    @TempDir
    private static Path storage;

    @TempDir
    private static Path pulled;

    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private Path context;
    /** Where the files of an image are unpacked, if a test asks for them. */
    private Path exported;

    @BeforeAll
    static void startRegistry() throws IOException {
        real = RealRegistry.start(USER, PASSWORD);
    }

    @AfterAll
    static void stopRegistry() throws IOException {
        real.close();
    }

    @BeforeEach
    void createContext() throws IOException {
        context = BusyboxContext.create(temp.resolve("con text"));
        // Containers cannot be nested everywhere; changing the root directory is enough to build.
        environment.put("BUILDAH_ISOLATION", "chroot");
        environment.put(OwnStorage.VARIABLE, OwnStorage.in(storage));
        // Whoever runs the tests may have a login, a builder or plugins of their own.
        useDockerConfig("{}");
    }

    private void useDockerConfig(String json) throws IOException {
        Path docker = Files.createDirectories(temp.resolve("docker"));
        Files.writeString(docker.resolve("config.json"), json);
        environment.put("DOCKER_CONFIG", docker.toString());
    }

    private void useBuildx() throws IOException {
        useDockerConfig(
                "{\"cliPluginsExtraDirs\":[\"" + Path.of("target/buildx").toAbsolutePath() + "\"]}");
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files).containsExactlyInAnyOrder(context, temp.resolve("docker"));
        }
        String home = System.getProperty("user.home");
        for (Path login : List.of(
                Path.of(home, ".docker/config.json"),
                Path.of(home, ".config/containers/auth.json"),
                Path.of("/run/containers/0/auth.json"))) {
            if (Files.exists(login)) {
                assertThat(login).content().doesNotContain(real.address());
            }
        }
    }

    private BuildRequest request(ImageReference image, String platform, String test, boolean push) {
        return request(image, platform, "Dockerfile", "", Map.of("GREETING", NASTY), test, push);
    }

    private BuildRequest request(
            ImageReference image,
            String platform,
            String dockerfile,
            String target,
            Map<String, String> buildArgs,
            String test,
            boolean push) {
        return new BuildRequest(
                image,
                Platform.parse(platform),
                context.toString(),
                dockerfile,
                target,
                buildArgs,
                Map.of("team", "a=b \"c\" $(id)"),
                false,
                false,
                test,
                push,
                true,
                BuildFeatures.NONE);
    }

    private record Outcome(PreparedBuild prepared, int status, String log, Optional<Digest> digest) {

        PushedImage pushed(BuildRequest request) throws IOException {
            assertThat(status).as(log).isZero();
            RegistryAccess access = RegistryAccess.anonymous().withCredential(real.address(), USER, PASSWORD);
            return PushedImage.read(
                    new Registry(access), request.image(), digest.orElseThrow(), request.platform(), Optional.empty());
        }
    }

    private static BuildCredentials credentials(RegistryCredential credential) {
        return credential == null ? BuildCredentials.NONE : BuildCredentials.of(real.address(), credential);
    }

    private BuildTools tools(Optional<BuildTool> tool) throws IOException {
        return BuildTools.detect(new LocalCommandRunner(environment), tool);
    }

    private Outcome build(BuildRequest request, Optional<BuildTool> tool, RegistryCredential credential)
            throws Exception {
        return build(request, tool, credentials(credential));
    }

    private Outcome build(BuildRequest request, Optional<BuildTool> tool, BuildCredentials credentials)
            throws Exception {
        Path parent = Files.createDirectories(temp.resolve("tmp dir"));
        BuildFolder folder = BuildFolder.at(parent.resolve("build"));
        PreparedBuild prepared = PreparedBuild.prepare(
                request,
                tools(tool),
                tool,
                folder.path(),
                context,
                environment,
                credentials,
                new LocalCommandRunner(environment));
        String localImage = Files.readAllLines(folder.path().resolve("environment")).stream()
                .filter(line -> line.startsWith("IMAGE="))
                .map(line -> line.substring("IMAGE=".length()))
                .findFirst()
                .orElseThrow();

        CommandResult result = new LocalCommandRunner(environment)
                .run(List.of("sh", "-c", "exec sh \"$0\" 2>&1", folder.path() + "/" + BuildFolder.SCRIPT), LONG);

        Optional<Digest> digest = Optional.empty();
        if (result.succeeded() && request.push()) {
            digest = Optional.of(folder.readDigest(request.image()));
        } else {
            assertThatThrownBy(() -> folder.readDigest(request.image())).isInstanceOf(IOException.class);
        }
        if (request.features().export() && result.succeeded()) {
            Path archive = folder.path().resolve("files.tar");
            ExportedFiles.pack(folder, archive);
            try (InputStream in = Files.newInputStream(archive)) {
                ContextArchive.unpack(in, exported);
            }
        }
        folder.delete();
        assertThat(parent).isEmptyDirectory();
        Files.delete(parent);

        assertThat(localImages(prepared.tool()))
                .doesNotContain(localImage.substring(0, localImage.lastIndexOf(':')))
                .doesNotContain(request.image().name() + " ");
        assertThat(result.stdout()).doesNotContain(PASSWORD).doesNotContain(base64(USER + ":" + PASSWORD));
        return new Outcome(prepared, result.exitCode(), result.stdout(), digest);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private String localImages(BuildTool tool) throws IOException {
        return switch (tool) {
            case BUILDX, DOCKER -> run("docker", "images", "--format={{.Repository}} {{.Tag}}");
            case PODMAN -> run("podman", "images", "--format={{.Repository}} {{.Tag}}");
            case BUILDAH -> run("buildah", "images", "--format={{.Name}} {{.Tag}}");
            case JIB -> "";
        };
    }

    private String workingContainers(BuildTool tool) throws IOException {
        return tool == BuildTool.PODMAN
                ? run("podman", "ps", "--all", "--external", "--quiet")
                : run("buildah", "containers", "--quiet");
    }

    private String run(String... command) throws IOException {
        CommandResult result = new LocalCommandRunner(environment).run(List.of(command), LONG);
        assertThat(result.succeeded())
                .as(String.join(" ", command) + "\n" + result.stderr())
                .isTrue();
        return result.stdout();
    }

    private static CommandResult skopeo(ImageReference image, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("skopeo", "inspect", "--tls-verify=false"));
        command.add("--creds=" + USER + ":" + PASSWORD);
        command.addAll(List.of(options));
        command.add("docker://" + image);
        return new LocalCommandRunner().run(command, LONG);
    }

    private static JsonNode config(ImageReference image) throws IOException {
        CommandResult result = skopeo(image, "--config");
        assertThat(result.succeeded()).as(result.stderr()).isTrue();
        return new ObjectMapper().readTree(result.stdout());
    }

    private static void assertNotPublished(ImageReference image) throws IOException {
        CommandResult result = skopeo(image, "--raw");
        assertThat(result.succeeded()).isFalse();
        assertThat(result.stderr()).contains("unknown");
    }

    /** Pulls the image again and runs its own command, as its users will. */
    private String runPublished(BuildTool tool, ImageReference image) throws Exception {
        if (tool == BuildTool.BUILDX || tool == BuildTool.DOCKER) {
            useDockerConfig(
                    "{\"auths\":{\"" + real.address() + "\":{\"auth\":\"" + base64(USER + ":" + PASSWORD) + "\"}}}");
            try {
                return run("docker", "run", "--rm", "--network=none", image.toString());
            } finally {
                run("docker", "image", "rm", image.toString());
                useDockerConfig("{}");
            }
        }
        // Else it would be one with what the build has kept of it.
        environment.put(OwnStorage.VARIABLE, OwnStorage.in(pulled));
        String container = run(
                        "buildah",
                        "from",
                        "--tls-verify=false",
                        "--creds=" + USER + ":" + PASSWORD,
                        "docker://" + image)
                .strip();
        try {
            List<String> command = new ArrayList<>(List.of("buildah", "run", "--isolation=chroot", container, "--"));
            config(image).at("/config/Cmd").forEach(argument -> command.add(argument.asText()));
            return run(command.toArray(String[]::new));
        } finally {
            run("buildah", "rm", container);
            run("buildah", "rmi", image.toString());
            environment.put(OwnStorage.VARIABLE, OwnStorage.in(storage));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BUILDAH, linux/amd64, x86_64",
        "BUILDAH, linux/arm64, aarch64",
        "BUILDAH, linux/arm/v7, armv7l",
        "BUILDAH, linux/s390x, s390x",
        "BUILDAH, linux/ppc64le, ppc64le",
        "DOCKER, linux/amd64, x86_64",
        "DOCKER, linux/arm64, aarch64",
        "DOCKER, linux/arm/v7, armv7l",
        "DOCKER, linux/s390x, s390x",
        "DOCKER, linux/ppc64le, ppc64le",
        "PODMAN, linux/amd64, x86_64",
        "PODMAN, linux/arm64, aarch64",
    })
    void publishesAnImageThatRunsOnItsPlatform(BuildTool tool, String name, String machine) throws Exception {
        Platform platform = Platform.parse(name);
        ImageReference image = real.image("run/" + tool + ":1.0");
        BuildRequest request = request(image, name, "", true);

        Outcome outcome = build(request, Optional.of(tool), CREDENTIAL);
        PushedImage pushed = outcome.pushed(request);

        assertThat(outcome.prepared().tool()).isEqualTo(tool);
        assertThat(outcome.prepared().emulated()).isEqualTo(!platform.equals(Platform.current()));
        assertThat(outcome.prepared().tagged()).isTrue();
        assertThat(pushed.descriptor().platform()).contains(platform);

        String raw = skopeo(pushed.reference(), "--raw").stdout();
        byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
        assertThat(bytes).hasSize((int) pushed.descriptor().size());
        assertThat(Digest.ofSha256(bytes)).isEqualTo(pushed.descriptor().digest());
        assertThat(new ObjectMapper()
                        .readTree(raw)
                        .path("mediaType")
                        .asText(pushed.descriptor().mediaType()))
                .isEqualTo(pushed.descriptor().mediaType());
        assertThat(skopeo(image.withTag("1.0-" + platform.tagSuffix()), "--raw").stdout())
                .isEqualTo(raw);
        JsonNode config = config(pushed.reference());
        assertThat(config.path("os").asText()).isEqualTo("linux");
        assertThat(config.path("architecture").asText()).isEqualTo(platform.architecture());
        assertThat(config.at("/config/Labels/team").asText()).isEqualTo("a=b \"c\" $(id)");

        assertThat(runPublished(tool, pushed.reference())).isEqualTo(BusyboxContext.output(NASTY, platform, machine));
    }

    @ParameterizedTest
    @CsvSource({"linux/amd64, x86_64", "linux/arm64, aarch64"})
    void publishesWithBuildxWhereDockerHasIt(String name, String machine) throws Exception {
        Path plugins = Path.of("target/buildx").toAbsolutePath();
        assertThat(plugins.resolve("docker-buildx")).as("Run .ci/prepare").isExecutable();
        useDockerConfig("{\"cliPluginsExtraDirs\":[\"" + plugins + "\"]}");
        Platform platform = Platform.parse(name);
        BuildRequest request = request(real.image("run/auto:1.0"), name, "docker image inspect \"$IMAGE\"", true);

        Outcome outcome = build(request, Optional.empty(), CREDENTIAL);
        PushedImage pushed = outcome.pushed(request);

        assertThat(outcome.prepared().tool()).isEqualTo(BuildTool.BUILDX);
        assertThat(outcome.prepared().explanation()).contains("docker driver", "cannot push by digest");
        assertThat(runPublished(BuildTool.BUILDX, pushed.reference()))
                .isEqualTo(BusyboxContext.output(NASTY, platform, machine));
    }

    /** The others' cleanup takes the tag away while this one pushes, and what docker knows of the digest with it. */
    @Test
    void buildsOfTheSameImageDoNotDisturbEachOther(@TempDir Path others) throws Exception {
        BuildRequest request = request(real.image("same/docker:1"), "linux/amd64", "", true);
        Path disturber = Files.writeString(
                others.resolve("docker"),
                "#!/bin/sh\n/usr/bin/docker \"$@\"; status=$?\n"
                        + "if [ \"$1 $2\" = 'image push' ] && mkdir " + others.resolve("once") + " 2> /dev/null; then\n"
                        + "    /usr/bin/docker image rm \"$3\"\nfi\nexit $status\n");
        assertThat(disturber.toFile().setExecutable(true)).isTrue();
        environment.put("PATH", others + ":" + environment.get("PATH"));

        Outcome outcome = build(request, Optional.of(BuildTool.DOCKER), CREDENTIAL);

        outcome.pushed(request);
        assertThat(outcome.log()).contains("Another build has removed").contains("pushed again (1 of 5)");
    }

    /** podman and buildah build on it without a word that counts, and call the result by the platform that was asked for. */
    @ParameterizedTest
    @EnumSource(names = {"BUILDX", "DOCKER", "PODMAN", "BUILDAH"})
    void aBaseImageOfAnotherPlatformIsRefused(BuildTool tool, @TempDir Path etc) throws Exception {
        boolean docker = tool == BuildTool.BUILDX || tool == BuildTool.DOCKER;
        // What docker asks for the base image takes no other login than that of its user.
        String login = "\"auths\":{\"" + real.address() + "\":{\"auth\":\"" + base64(USER + ":" + PASSWORD) + "\"}}";
        if (docker) {
            useDockerConfig(
                    "{\"cliPluginsExtraDirs\":[\"" + Path.of("target/buildx").toAbsolutePath() + "\"]," + login + "}");
        }
        Path registries = Files.writeString(
                etc.resolve("registries.conf"),
                "[[registry]]\nlocation = \"" + real.address() + "\"\ninsecure = true\n");
        environment.put("CONTAINERS_REGISTRIES_CONF", registries.toString());
        BuildRequest base = request(real.image("base/" + tool + ":1"), "linux/amd64", "", true);
        build(base, Optional.of(tool), CREDENTIAL).pushed(base);
        Files.writeString(context.resolve("Dockerfile"), "FROM " + base.platformTag() + "\nENV DERIVED=1\n");

        BuildRequest foreign = request(real.image("derived/" + tool + ":1"), "linux/arm64", "touch ../tested", true);
        Outcome refused = build(foreign, Optional.of(tool), CREDENTIAL);

        assertThat(refused.status()).as(refused.log()).isNotZero();
        assertThat(refused.log())
                .contains("The base image " + base.platformTag() + " is for linux/amd64, not for linux/arm64.");
        assertThat(BuildFailure.recognise(refused.log().lines().toList(), refused.status()))
                .map(BuildFailure::cause)
                .contains(BuildFailure.Cause.FOREIGN_BASE);
        assertThat(temp.resolve("tested")).doesNotExist();
        assertNotPublished(foreign.platformTag());

        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM --platform=linux/amd64 " + base.platformTag() + "\nENV DERIVED=1\n");
        assertThatThrownBy(() -> build(foreign, Optional.of(tool), CREDENTIAL))
                .hasMessageContaining(
                        "The base image " + base.platformTag() + " is for linux/amd64, not for linux/arm64.");

        BuildRequest fitting = request(real.image("derived/" + tool + ":2"), "linux/amd64", "", true);
        build(fitting, Optional.of(tool), CREDENTIAL).pushed(fitting);
    }

    private List<String> allImages(BuildTool tool) throws IOException {
        return run(tool.toString(), "images", "--all", "--quiet", "--no-trunc")
                .lines()
                .sorted()
                .toList();
    }

    private static CacheUse cacheUse(Outcome outcome) {
        CacheUse.Reader reader = new CacheUse.Reader();
        outcome.log().lines().forEach(reader);
        return reader.result();
    }

    @ParameterizedTest
    @EnumSource(names = {"PODMAN", "BUILDAH"})
    void layersAreKeptForTheNextBuildAndForNoOther(BuildTool tool) throws Exception {
        Path dockerfile = context.resolve("Dockerfile");
        String oneStage = Files.readString(dockerfile);
        Files.writeString(
                dockerfile,
                oneStage + "RUN echo made " + tool + " > /made\n" + oneStage.replace(" AS hello", "")
                        + "COPY --from=hello /made /made\n");
        List<String> before = allImages(tool);
        BuildRequest request = request(real.image("layers/" + tool + ":1"), "linux/arm64", "", true);

        CacheUse first = cacheUse(build(request, Optional.of(tool), CREDENTIAL));
        List<String> kept = allImages(tool);
        Outcome again = build(request, Optional.of(tool), CREDENTIAL);

        again.pushed(request);
        assertThat(cacheUse(again).steps()).isEqualTo(first.steps());
        assertThat(cacheUse(again).cached()).isEqualTo(first.steps());
        assertThat(allImages(tool)).isEqualTo(kept).hasSizeGreaterThan(before.size());

        Files.writeString(dockerfile, Files.readString(dockerfile).replace("echo made", "echo more"));
        Outcome changed = build(request, Optional.of(tool), CREDENTIAL);

        changed.pushed(request);
        assertThat(cacheUse(changed).cached()).isLessThan(first.steps()).isPositive();
        assertThat(allImages(tool)).isNotEqualTo(kept).hasSize(kept.size());
    }

    @ParameterizedTest
    @EnumSource(names = {"PODMAN", "BUILDAH"})
    void layersOfAnotherContextOfTheSameImageAreKeptToo(BuildTool tool, @TempDir Path elsewhere) throws Exception {
        Path first = context;
        Path second = BusyboxContext.create(elsewhere.resolve("second"));
        Files.writeString(
                second.resolve("Dockerfile"),
                Files.readString(second.resolve("Dockerfile")).replace("echo \"from", "echo \"second from"));
        BuildRequest ofFirst = request(real.image("contexts/" + tool + ":1"), "linux/amd64", "", true);
        int steps = cacheUse(build(ofFirst, Optional.of(tool), CREDENTIAL)).steps();
        context = second;
        BuildRequest ofSecond = request(real.image("contexts/" + tool + ":1"), "linux/amd64", "", true);
        build(ofSecond, Optional.of(tool), CREDENTIAL).pushed(ofSecond);

        context = first;
        Outcome again = build(ofFirst, Optional.of(tool), CREDENTIAL);

        again.pushed(ofFirst);
        assertThat(cacheUse(again).cached()).isEqualTo(steps);
    }

    /** Two builds at once could end at the same image, and the tools lose names that two of them change at once. */
    @Test
    void whileAnotherBuildUsesLayersNoneAreUsed(@TempDir Path other) throws Exception {
        BuildRequest request = request(real.image("busy/buildah:1"), "linux/amd64", "", true);
        build(request, Optional.of(BuildTool.BUILDAH), CREDENTIAL);
        Path lock = storage.resolve("graph/multiarch-layers-linux-amd64.lock");
        assertThat(lock).doesNotExist();
        Files.writeString(lock, other + "\n");

        Outcome busy = build(request, Optional.of(BuildTool.BUILDAH), CREDENTIAL);

        busy.pushed(request);
        assertThat(cacheUse(busy).cached()).isZero();
        assertThat(lock).content().isEqualTo(other + "\n");
        Files.writeString(lock, other.resolve("gone") + "\n");
        assertThat(cacheUse(build(request, Optional.of(BuildTool.BUILDAH), CREDENTIAL))
                        .cached())
                .isPositive();
        assertThat(lock).doesNotExist();
    }

    /** On top of a base image, layers of two platforms differ. */
    @ParameterizedTest
    @EnumSource(names = {"PODMAN", "BUILDAH"})
    void buildsForOtherPlatformsDoNotKeepABuildFromItsLayers(BuildTool tool, @TempDir Path other) throws Exception {
        environment.put(
                "CONTAINERS_REGISTRIES_CONF",
                Files.writeString(
                                other.resolve("registries.conf"),
                                "[[registry]]\nlocation = \"" + real.address() + "\"\ninsecure = true\n")
                        .toString());
        BuildRequest base = request(real.image("onbase-base/" + tool + ":1"), "linux/amd64", "", true);
        build(base, Optional.of(tool), CREDENTIAL).pushed(base);
        Files.writeString(context.resolve("Dockerfile"), "FROM " + base.platformTag() + "\nCOPY Dockerfile /\n");
        BuildRequest request = request(real.image("onbase/" + tool + ":1"), "linux/amd64", "", true);
        build(request, Optional.of(tool), CREDENTIAL).pushed(request);
        Path graph = storage.resolve("graph");
        Path foreign = Files.writeString(graph.resolve("multiarch-layers-linux-arm64.lock"), other + "\n");
        Path scratch = Files.writeString(graph.resolve("multiarch-layers.lock"), other + "\n");
        try {
            Outcome again = build(request, Optional.of(tool), CREDENTIAL);
            again.pushed(request);
            assertThat(cacheUse(again).cached()).as(again.log()).isPositive();

            Path own = Files.writeString(graph.resolve("multiarch-layers-linux-amd64.lock"), other + "\n");
            Outcome busy = build(request, Optional.of(tool), CREDENTIAL);
            busy.pushed(request);
            assertThat(cacheUse(busy).cached()).isZero();
            assertThat(own).content().isEqualTo(other + "\n");
            Files.delete(own);
        } finally {
            Files.delete(foreign);
            Files.delete(scratch);
        }
    }

    /** Their layers may be those of another platform. */
    @Test
    void buildsThatRunNothingTakeTurnsWhateverTheirPlatform(@TempDir Path other) throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        BuildRequest request = request(real.image("turns/buildah:1"), "linux/amd64", "", true);
        build(request, Optional.of(BuildTool.BUILDAH), CREDENTIAL).pushed(request);
        Path lock = Files.writeString(storage.resolve("graph/multiarch-layers.lock"), other + "\n");

        Outcome busy = build(request, Optional.of(BuildTool.BUILDAH), CREDENTIAL);

        busy.pushed(request);
        assertThat(cacheUse(busy).cached()).isZero();
        Files.delete(lock);
    }

    @ParameterizedTest
    @EnumSource(names = {"PODMAN", "BUILDAH"})
    void aBuildThatFailsKeepsNoLayers(BuildTool tool) throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile")) + "RUN echo one > /one\nRUN exit 9\n");
        List<String> before = allImages(tool);
        BuildRequest request = request(real.image("fails/" + tool + ":1"), "linux/amd64", "", true);

        assertThat(build(request, Optional.of(tool), CREDENTIAL).status()).isNotZero();

        assertThat(allImages(tool)).isEqualTo(before);
    }

    /** Both tools take layers on top of FROM scratch for any platform's. */
    @ParameterizedTest
    @EnumSource(names = {"PODMAN", "BUILDAH"})
    void layersOfAnotherPlatformAreNotTaken(BuildTool tool) throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nENV A=b\nCOPY Dockerfile /\n");
        for (String platform : List.of("linux/amd64", "linux/arm64", "linux/arm/v7")) {
            BuildRequest request = request(real.image("scratch/" + tool + ":1"), platform, "", true);
            assertThat(build(request, Optional.of(tool), CREDENTIAL)
                            .pushed(request)
                            .descriptor()
                            .platform())
                    .contains(request.platform());
        }
    }

    /** Builds that run at once on one store give the name of a base image to that of another platform, or take one away. */
    @ParameterizedTest
    @CsvSource({
        "build, error creating build container: locating pulled image: base: image not known",
        "inspect, Error: importing settings: localhost/multiarch-build/1:linux-amd64: image not known"
    })
    void aBuildThatAnotherOneHasDisturbedIsRepeated(String command, String error, @TempDir Path others)
            throws Exception {
        BuildRequest request = request(real.image("raced/buildah:1"), "linux/amd64", "", true);
        Path disturbed = Files.writeString(
                others.resolve("buildah"),
                "#!/bin/sh\nif [ \"$1\" = " + command + " ] && mkdir " + others.resolve("once")
                        + " 2> /dev/null; then\n    echo '" + error
                        + "' >&2\n    exit 125\nfi\nexec /usr/bin/buildah \"$@\"\n");
        assertThat(disturbed.toFile().setExecutable(true)).isTrue();
        environment.put("PATH", others + ":" + environment.get("PATH"));

        Outcome outcome = build(request, Optional.of(BuildTool.BUILDAH), CREDENTIAL);

        outcome.pushed(request);
        assertThat(outcome.log()).contains("Building again (1 of 4)");
    }

    private static BuildFeatures secret(String id) {
        return new BuildFeatures(Map.of(id, ""), "", List.of(), List.of(), Map.of(), "", false, List.of());
    }

    private static long secretsInMemory() throws IOException {
        Path memory = Path.of("/dev/shm");
        if (!Files.isDirectory(memory)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(memory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("multiarch-"))
                    .count();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "BUILDAH"})
    void aSecretIsThereForOneStepAndNowhereElse(BuildTool tool) throws Exception {
        byte[] value = "t0p $(id) \"s3cret\"\n,src=/etc/passwd\n".getBytes(StandardCharsets.UTF_8);
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile"))
                        + "RUN --mount=type=secret,id=to.ken-1 [ $(wc -c < /run/secrets/to.ken-1) = " + value.length
                        + " ] && echo seen > /seen\n");
        BuildRequest request = request(real.image("secret/" + tool + ":1"), "linux/amd64", "", true)
                .with(secret("to.ken-1"));
        BuildCredentials credentials =
                new BuildCredentials(Map.of(real.address(), CREDENTIAL), Map.of("to.ken-1", value), new byte[0]);
        long before = secretsInMemory();

        Outcome outcome = build(request, Optional.of(tool), credentials);

        ImageReference pushed = outcome.pushed(request).reference();
        assertThat(outcome.log()).doesNotContain("t0p");
        assertThat(config(pushed).toString()).doesNotContain("t0p");
        assertThat(secretsInMemory()).isEqualTo(before);
        assertThat(credentials.toString()).doesNotContain("t0p").doesNotContain(PASSWORD);
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "BUILDAH"})
    void aStepMayUseAnSshKeyThatItNeverSees(BuildTool tool) throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile"))
                        + "RUN --mount=type=ssh [ -S \"$SSH_AUTH_SOCK\" ] && echo seen > /seen\n");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        String key = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
                        .replace("\r", "")
                + "\n-----END PRIVATE KEY-----\n";
        BuildRequest request = request(real.image("ssh/" + tool + ":1"), "linux/amd64", "", false);

        Outcome outcome = build(
                request,
                Optional.of(tool),
                new BuildCredentials(Map.of(), Map.of(), key.getBytes(StandardCharsets.US_ASCII)));

        assertThat(outcome.status()).as(outcome.log()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"PODMAN", "BUILDAH"})
    void furtherContextsAndOptionsReachTheTool(BuildTool tool) throws Exception {
        Path shared = Files.createDirectory(context.resolve("shared"));
        Files.writeString(shared.resolve("note"), "from the other context, " + tool + "\n");
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile"))
                        + "COPY --from=other note /note\nRUN cat /note /etc/hosts && echo seen > /seen\n");
        BuildFeatures features = new BuildFeatures(
                Map.of(),
                "",
                List.of(),
                List.of(),
                Map.of("other", shared.toString()),
                "false",
                false,
                List.of("--add-host=proxy.example:10.1.2.3"));
        BuildRequest request = request(real.image("more/" + tool + ":1"), "linux/amd64", "", false)
                .with(features);

        Outcome outcome = build(request, Optional.of(tool), BuildCredentials.NONE);

        assertThat(outcome.status()).as(outcome.log()).isZero();
        assertThat(outcome.log()).contains("from the other context");
    }

    /** As it is in the workspace, and as it is where it has been shipped. */
    @ParameterizedTest
    @CsvSource({
        "BUILDX, false", "DOCKER, false", "PODMAN, false", "BUILDAH, false",
        "BUILDX, true", "DOCKER, true", "PODMAN, true", "BUILDAH, true"
    })
    void aDockerfileMayBeOutsideItsContext(BuildTool tool, boolean absolute) throws Exception {
        if (tool == BuildTool.BUILDX) {
            useBuildx();
        }
        Path docker = Files.createDirectories(context.resolveSibling("docker"));
        String text = Files.readString(context.resolve("Dockerfile")) + "COPY . /files/\nRUN [ ! -e /files/secret ]\n";
        Files.writeString(context.resolve("Dockerfile"), "FROM nowhere.invalid/nothing\n");
        Files.writeString(context.resolve("secret"), "");
        Files.writeString(docker.resolve("Release"), text);
        Files.writeString(docker.resolve("Release.dockerignore"), "secret\n");
        String dockerfile = absolute ? docker.resolve("Release").toString() : "../docker/Release";
        BuildRequest request = request(real.image("outside/" + tool + ":1"), "linux/amd64", "", true)
                .withDockerfile(dockerfile);

        Outcome outcome = build(request, Optional.of(tool), CREDENTIAL);

        assertThat(outcome.status()).as(outcome.log()).isZero();
        assertThat(outcome.digest()).isPresent();
    }

    /** Twice, because what comes from the cache is exported too. */
    @ParameterizedTest
    @EnumSource(names = {"BUILDX", "DOCKER", "PODMAN", "BUILDAH"})
    void exportsTheFilesOfTheImage(BuildTool tool, @TempDir Path elsewhere) throws Exception {
        if (tool == BuildTool.BUILDX) {
            useBuildx();
        }
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile"))
                        + "RUN echo made > /made\nFROM scratch\nCOPY --from=0 /made /out/made\nCOPY Dockerfile /.dockerignore\n");
        BuildRequest request = request(real.image("export/" + tool + ":1"), "linux/arm64", "", true)
                .with(BuildFeatures.NONE.withExport(true));
        for (int i = 0; i < 2; i++) {
            exported = elsewhere.resolve("exported " + i);

            Outcome outcome = build(request, Optional.of(tool), CREDENTIAL);

            assertThat(outcome.status()).as(outcome.log()).isZero();
            assertThat(exported.resolve("out/made")).hasContent("made");
            assertThat(exported.resolve(".dockerignore")).exists();
            assertThat(exported.resolve("provenance.json")).doesNotExist();
        }
    }

    @Test
    void whatAToolCannotDoIsRefusedBeforeAnythingIsBuilt() throws IOException {
        BuildFeatures features = new BuildFeatures(
                Map.of(),
                "",
                List.of(),
                List.of("type=inline"),
                Map.of("a", "https://x.example/a.git"),
                "max",
                true,
                List.of());
        BuildRequest request =
                request(real.image("no/docker:1"), "linux/amd64", "", false).with(features);

        assertThatThrownBy(() -> build(request, Optional.of(BuildTool.DOCKER), BuildCredentials.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no additional build contexts")
                .hasMessageContaining("no export of the build cache")
                .hasMessageContaining("no attestations")
                .hasMessageContaining("docker-buildx-plugin");
        useBuildx();
        assertThatThrownBy(() -> build(request, Optional.of(BuildTool.BUILDX), BuildCredentials.NONE))
                .hasMessageContaining("the docker engine 20.10")
                .hasMessageContaining("no additional build contexts: install docker 23.0 or later");
        assertThatThrownBy(() -> build(request, Optional.of(BuildTool.BUILDAH), BuildCredentials.NONE))
                .hasMessageContaining("buildah attaches no software bill of materials: set builder")
                .hasMessageContaining("no provenance");
        Files.delete(temp.resolve("tmp dir"));
    }

    private static String testThatRunsTheImage(BuildTool tool) {
        String run = tool == BuildTool.DOCKER
                ? "docker run --rm --network=none \"$IMAGE\"\n"
                : "container=$(buildah from \"$IMAGE\")\n"
                        + "buildah run --isolation=chroot \"$container\" -- /bin/sh -c 'cat /hello'\n"
                        + "buildah rm \"$container\"\n";
        return "set -eu\n" + run
                + "echo \"tested $TARGETPLATFORM $TARGETOS $TARGETARCH [$TARGETVARIANT] by $BUILD_TOOL\"\n";
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "BUILDAH"})
    void publishesWhatItsTestHasRun(BuildTool tool) throws Exception {
        BuildRequest request =
                request(real.image("tested/" + tool + ":1"), "linux/arm/v7", testThatRunsTheImage(tool), true);

        Outcome outcome = build(request, Optional.of(tool), CREDENTIAL);

        assertThat(outcome.pushed(request).descriptor().platform()).contains(request.platform());
        assertThat(outcome.log()).contains("on armv7l", "tested linux/arm/v7 linux arm [v7] by " + tool);
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "BUILDAH"})
    void publishesNothingWhenTheTestFails(BuildTool tool) throws Exception {
        BuildRequest request = request(
                real.image("failed/" + tool + ":1"), "linux/s390x", testThatRunsTheImage(tool) + "exit 3\n", true);

        Outcome outcome = build(request, Optional.of(tool), CREDENTIAL);

        assertThat(outcome.status()).isEqualTo(3);
        assertThat(outcome.log()).contains("tested linux/s390x");
        assertNotPublished(request.platformTag());
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "BUILDAH"})
    void withoutPushBuildsAndTestsButPublishesNothing(BuildTool tool) throws Exception {
        BuildRequest request =
                request(real.image("local/" + tool + ":1"), "linux/arm64", testThatRunsTheImage(tool), false);

        Outcome outcome = build(request, Optional.of(tool), BuildCredentials.NONE);

        assertThat(outcome.status()).as(outcome.log()).isZero();
        assertThat(outcome.log()).contains("tested linux/arm64");
        assertThat(outcome.prepared().tagged()).isFalse();
        assertNotPublished(request.platformTag());
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "BUILDAH"})
    void buildsTheStageAndTheDockerfileThatAreAskedFor(BuildTool tool) throws Exception {
        Path dockerfile = Files.createDirectory(context.resolve("docker")).resolve("Stages");
        Files.writeString(
                dockerfile,
                Files.readString(context.resolve("Dockerfile")) + "FROM hello AS release\n"
                        + "RUN printf release > /greeting\nFROM hello AS last\nRUN exit 1\n");
        BuildRequest request = request(
                real.image("stage/" + tool + ":1"), "linux/arm64", "docker/Stages", "release", Map.of(), "", true);

        PushedImage pushed = build(request, Optional.of(tool), CREDENTIAL).pushed(request);

        assertThat(runPublished(tool, pushed.reference()))
                .isEqualTo(BusyboxContext.output("release", request.platform(), "aarch64"));
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "BUILDAH"})
    void aFailingDockerfileFailsTheBuild(BuildTool tool) throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile")) + "RUN echo about to fail; exit 9\n");
        BuildRequest request = request(real.image("broken/" + tool + ":1"), "linux/ppc64le", "", true);

        Outcome outcome = build(request, Optional.of(tool), CREDENTIAL);

        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.log()).contains("about to fail");
        assertNotPublished(request.platformTag());
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "BUILDAH"})
    void aWrongPasswordFailsThePush(BuildTool tool) throws Exception {
        BuildRequest request = request(real.image("refused/" + tool + ":1"), "linux/amd64", "", true);

        Outcome outcome = build(request, Optional.of(tool), new RegistryCredential(USER, "wrong-one"));

        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.log()).containsAnyOf("unauthorized", "no basic auth credentials", "authentication required");
        assertThat(outcome.log()).doesNotContain("wrong-one");
        assertNotPublished(request.platformTag());
    }

    @Test
    void aTerminatedBuildLeavesNoImage() throws Exception {
        BuildRequest request =
                request(real.image("aborted/hello:1"), "linux/arm64", "touch ../started; exec sleep 60", true);
        Path parent = Files.createDirectory(temp.resolve("tmp dir"));
        BuildFolder folder = BuildFolder.at(parent.resolve("build"));
        PreparedBuild.prepare(
                request,
                tools(Optional.of(BuildTool.BUILDAH)),
                Optional.of(BuildTool.BUILDAH),
                folder.path(),
                context,
                environment,
                credentials(CREDENTIAL),
                new LocalCommandRunner(environment));
        ProcessBuilder builder = new ProcessBuilder("sh", folder.path() + "/" + BuildFolder.SCRIPT);
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Path started = temp.resolve("started");
        for (long end = System.nanoTime() + LONG.toNanos(); !Files.exists(started) && System.nanoTime() < end; ) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        Files.delete(started);
        String image = localImages(BuildTool.BUILDAH);
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String environmentFile = Files.readString(folder.path().resolve("environment"));
        folder.delete();
        Files.delete(parent);

        String name = environmentFile.replaceAll("(?s).*IMAGE=([^:]*):.*", "$1");
        assertThat(image).contains(name);
        assertThat(localImages(BuildTool.BUILDAH)).doesNotContain(name);
        assertNotPublished(request.platformTag());
    }

    /** Only the tool is told to stop, as if the shell got its signal too late: podman then reports success. */
    @ParameterizedTest
    @EnumSource(names = {"PODMAN", "BUILDAH"})
    void nothingFollowsABuildThatWasStopped(BuildTool tool) throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile")) + "RUN echo NOW-$((60 + 3)); exec sleep 63\n");
        BuildRequest request = request(real.image("stopped/" + tool + ":1"), "linux/amd64", "touch ../tested", true);
        Path parent = Files.createDirectory(temp.resolve("tmp dir"));
        BuildFolder folder = BuildFolder.at(parent.resolve("build"));
        PreparedBuild.prepare(
                request,
                tools(Optional.of(tool)),
                Optional.of(tool),
                folder.path(),
                context,
                environment,
                credentials(CREDENTIAL),
                new LocalCommandRunner(environment));
        Path log = parent.resolve("log");
        ProcessBuilder builder = new ProcessBuilder("sh", folder.path() + "/" + BuildFolder.SCRIPT);
        builder.environment().putAll(environment);
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        for (long end = System.nanoTime() + LONG.toNanos();
                !Files.readString(log).contains("NOW-63") && process.isAlive() && System.nanoTime() < end; ) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
        assertThat(workingContainers(tool)).isNotEmpty();

        process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("/" + tool))
                .forEach(ProcessHandle::destroy);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isNotZero();
        assertThat(temp.resolve("tested")).doesNotExist();
        assertNotPublished(request.platformTag());
        assertThat(workingContainers(tool)).isEmpty();
        Files.delete(log);
        folder.delete();
        Files.delete(parent);
    }
}
