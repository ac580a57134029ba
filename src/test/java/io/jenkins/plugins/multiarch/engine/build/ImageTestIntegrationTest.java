package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.Buildx;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.Docker;
import io.jenkins.plugins.multiarch.engine.agent.Engine;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.Storage;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import io.jenkins.plugins.multiarch.engine.jib.ImageBuilder;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.engine.jib.TestedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images that were made without a build tool, loaded into a real one, run there, and pushed as they were tested. */
@Tag("integration")
@Timeout(300)
class ImageTestIntegrationTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Registry REGISTRY = new Registry(RegistryAccess.anonymous());

    private static RealRegistry real;

    @TempDir
    private static Path storage;

    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private Path context;

    @BeforeAll
    static void startRegistry() throws IOException {
        real = RealRegistry.start();
    }

    @AfterAll
    static void stopRegistry() throws IOException {
        real.close();
    }

    @BeforeEach
    void createContext() throws Exception {
        context = BusyboxContext.create(temp.resolve("context"));
        environment.put("BUILDAH_ISOLATION", "chroot");
        environment.put(OwnStorage.VARIABLE, OwnStorage.in(storage));
        dockerfile("FROM scratch\nCOPY root/busybox-amd64 /bin/sh\n");
        PushedImage base = make(request("base:1", "", true)).orElseThrow();
        REGISTRY.push(real.image("base:1"), REGISTRY.pull(base.reference()));
        dockerfile("FROM " + real.image("base:1") + "\nENV WORD=\"made by jib\"\nCOPY root/busybox-amd64 /bin/cat\n"
                + "CMD [\"/bin/sh\", \"-c\", \"echo $WORD\"]\n");
    }

    private void dockerfile(String text) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), text);
    }

    private BuildRequest request(String image, String test, boolean push) {
        return new BuildRequest(
                real.image(image),
                Platform.parse("linux/amd64"),
                context.toString(),
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                false,
                test,
                push,
                true,
                BuildFeatures.NONE);
    }

    private Optional<PushedImage> make(BuildRequest request) throws IOException {
        try (ImageBuilder builder = builder()) {
            return builder.build(request);
        }
    }

    private ImageBuilder builder() throws IOException {
        return ImageBuilder.create(Recipe.read(context, "Dockerfile"), REGISTRY, temp, Map.of(), line -> {});
    }

    private BuildTools only(BuildTool tool) throws IOException {
        return BuildTools.detect(new LocalCommandRunner(environment), Optional.of(tool))
                .only(tool);
    }

    private static String run(BuildTool tool) {
        return tool == BuildTool.DOCKER
                ? "docker run --rm --network=none \"$IMAGE\"\n"
                : "container=$(buildah from \"$IMAGE\")\n"
                        + "trap 'buildah rm \"$container\" > /dev/null' EXIT\n"
                        + "buildah run \"$container\" /bin/sh -c 'echo $WORD'\n";
    }

    private CommandResult test(BuildTool tool, BuildRequest request, Path folder) throws Exception {
        ImageTest test = ImageTest.on(only(tool), request);
        BuildFolder build = BuildFolder.create(folder);
        TestedImage image = new TestedImage(build);
        try (ImageBuilder builder = builder()) {
            image.make(builder, request, test);
        }
        PreparedBuild prepared = image.prepare(request, test, context);
        assertThat(prepared.tool()).isEqualTo(BuildTool.JIB);
        return new LocalCommandRunner(environment)
                .run(List.of("sh", "-c", "exec sh \"$0\" 2>&1", folder + "/" + BuildFolder.SCRIPT), LONG);
    }

    @ParameterizedTest
    @EnumSource(
            value = BuildTool.class,
            names = {"DOCKER", "PODMAN", "BUILDAH"})
    void whatWasTestedIsPushed(BuildTool tool) throws Exception {
        BuildRequest request = request(tool + ":1", run(tool), true);
        Path folder = temp.resolve("build");

        CommandResult result = test(tool, request, folder);

        assertThat(result.succeeded()).as(result.stdout()).isTrue();
        assertThat(result.stdout()).contains("Load linux/amd64 into " + tool, "made by jib");
        // The test may have changed what the image is made of.
        Files.writeString(context.resolve("root/busybox-amd64"), "something else");
        PushedImage pushed =
                new TestedImage(BuildFolder.at(folder)).push(REGISTRY, request.image(), request.platform());
        context = BusyboxContext.create(temp.resolve("again"));
        dockerfile("FROM " + real.image("base:1") + "\nENV WORD=\"made by jib\"\nCOPY root/busybox-amd64 /bin/cat\n"
                + "CMD [\"/bin/sh\", \"-c\", \"echo $WORD\"]\n");
        assertThat(pushed.descriptor().digest())
                .isEqualTo(make(request).orElseThrow().descriptor().digest());
        // Others build on this machine too, or have built and were killed.
        String image = Files.readAllLines(folder.resolve("environment")).stream()
                .filter(line -> line.startsWith("IMAGE=localhost/multiarch-build/"))
                .map(line -> line.substring("IMAGE=".length(), line.lastIndexOf(':')))
                .findFirst()
                .orElseThrow();
        assertThat(imagesOf(tool)).doesNotContain(image);
    }

    private String imagesOf(BuildTool tool) throws IOException {
        return new LocalCommandRunner(environment)
                .run(List.of(tool.toString(), "images"), LONG)
                .stdout();
    }

    @Test
    void aTestThatFailsFailsTheBuildAndLeavesNoImage() throws Exception {
        BuildRequest request = request("failed:1", "exit 7\n", true);

        CommandResult result = test(BuildTool.BUILDAH, request, temp.resolve("build"));

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(imagesOf(BuildTool.BUILDAH)).doesNotContain("localhost/multiarch-build");
    }

    /** Nothing is asked of the machine's own tools. */
    private static BuildTools tools(Docker docker, Version buildah, Engine engine) {
        Version version = new Version("0.29.1", 0, 29);
        Buildx remote = new Buildx(version, "kit", "remote", List.of(Platform.parse("linux/amd64")), "");
        return new BuildTools(docker, docker == null ? remote : null, null, buildah, engine, List.of());
    }

    @Test
    void aMachineWithoutAToolThatRunsTheImageIsRefused() {
        BuildRequest request = request("x:1", "true", true);
        Docker denied = new Docker(new Version("28.5.2", 28, 5), null, "permission denied", "join the group docker");

        assertThatThrownBy(() -> ImageTest.on(tools(null, null, Engine.UNKNOWN), request))
                .hasMessage(
                        "This machine cannot test the image for linux/amd64: docker, podman or buildah must run it, and"
                                + " none of them works here. Install one of them for the user that builds, or leave test out.");
        assertThatThrownBy(() -> ImageTest.on(tools(denied, null, Engine.UNKNOWN), request))
                .hasMessageContaining("works here; permission denied (join the group docker). Install one");
    }

    @Test
    void aToolThatRunsThePlatformIsTakenBeforeOneThatDoesNot() {
        Version version = new Version("28.5.2", 28, 5);
        Engine elsewhere = new Engine(Platform.parse("linux/s390x"), "6.1.0-other", Storage.UNKNOWN);

        assertThat(ImageTest.on(
                                tools(new Docker(version, version, "", ""), new Version("1.28.2", 1, 28), elsewhere),
                                request("x:1", "true", true))
                        .tool())
                .isEqualTo(BuildTool.BUILDAH);
        assertThatThrownBy(() -> ImageTest.on(
                        tools(new Docker(version, version, "", ""), null, elsewhere), request("x:1", "true", true)))
                .hasMessageContaining("linux/amd64: docker builds on another machine")
                .hasMessageContaining("Remedy: ");
    }
}
