package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A cache in a registry, with every build tool: what was built on one machine is not built again on the next. */
@Tag("integration")
@ParameterizedClass
@EnumSource(Builder.Kind.class)
class BuildCacheIntegrationTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Platform AMD64 = Platform.parse("linux/amd64");

    /** A step that gives another result whenever it runs. */
    private static final String DOCKERFILE = """
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "sh", "-c", "/bin/busybox cat /proc/sys/kernel/random/uuid > /id"]
            COPY file /file
            """;

    private static Builder builder;

    @TempDir
    private static Path directory;

    @Parameter
    private Builder.Kind kind;

    @TempDir
    private Path temp;

    private Path context;
    private RealRegistry registry;

    /** The reference of what was pushed last. */
    private String pushed;

    @BeforeParameterizedClassInvocation
    static void startBuilder(Builder.Kind kind) throws Exception {
        builder = Builder.start(kind, Files.createDirectories(directory.resolve(kind.name())));
    }

    @AfterParameterizedClassInvocation
    static void stopBuilder() throws IOException {
        builder.close();
    }

    @BeforeEach
    void start() throws Exception {
        registry = RealRegistry.start();
        builder.allowPlainHttp(registry.address());
        builder.clear();
        context = Files.createDirectory(temp.resolve("context"));
        Files.copy(
                BusyboxContext.create(temp.resolve("busybox")).resolve("root/busybox-amd64"),
                context.resolve("busybox"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(context.resolve("file"), "1");
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
    }

    @AfterEach
    void stop() throws IOException {
        registry.close();
    }

    private BuildCache cache(String... branches) {
        return BuildCache.of(ImageReference.parse(registry.address() + "/team/cache"), List.of(branches));
    }

    private Builder.Outcome build(BuildCache cache, boolean push) throws Exception {
        BuildRequest request = new BuildRequest(
                registry.image("team/app:1"),
                AMD64,
                context.toString(),
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                false,
                "",
                push,
                true,
                BuildFeatures.NONE.withCache(cache));
        Builder.Outcome outcome = builder.build(request, BuildCredentials.NONE);
        outcome.digest()
                .ifPresent(digest -> pushed = request.image().withDigest(digest).toString());
        return outcome;
    }

    /** The layers of what was pushed last. */
    private List<String> layers() throws IOException {
        CommandResult result = new LocalCommandRunner()
                .run(
                        List.of(
                                "skopeo",
                                "inspect",
                                "--config",
                                "--override-arch=amd64",
                                "--tls-verify=false",
                                "docker://" + pushed),
                        LONG);
        assertThat(result.succeeded()).as(result.stderr()).isTrue();
        List<String> layers = new ArrayList<>();
        Json.read(result.stdout().getBytes(StandardCharsets.UTF_8))
                .at("/rootfs/diff_ids")
                .forEach(layer -> layers.add(layer.asText()));
        return layers;
    }

    private List<String> tagsOfCache() throws IOException {
        return new Registry(RegistryAccess.anonymous()).tags(registry.image("team/cache"));
    }

    @Test
    void whatOneMachineHasBuiltIsNotBuiltAgainOnTheNext() throws Exception {
        build(cache(), true).requireSuccess();
        List<String> first = layers();

        builder.clear();
        Builder.Outcome unchanged = build(cache(), true);
        unchanged.requireSuccess();
        List<String> second = layers();

        builder.clear();
        Files.writeString(context.resolve("file"), "2");
        Builder.Outcome changed = build(cache(), true);
        changed.requireSuccess();
        List<String> third = layers();

        assertThat(first).hasSize(3);
        assertThat(second).isEqualTo(first);
        assertThat(unchanged.use().cached()).as(unchanged.log()).isEqualTo(3);
        assertThat(third.subList(0, 2)).isEqualTo(first.subList(0, 2));
        assertThat(third.get(2)).isNotEqualTo(first.get(2));
        assertThat(changed.use().cached()).as(changed.log()).isEqualTo(2);
    }

    @Test
    void aBranchReadsWhatTheDefaultBranchHasLeftAndLeavesThatAsItIs() throws Exception {
        build(cache(), true).requireSuccess();
        List<String> first = layers();
        List<String> before = tagsOfCache();

        builder.clear();
        build(cache("feature/x"), true).requireSuccess();

        assertThat(layers()).isEqualTo(first);
        if (List.of(Builder.Kind.BUILDAH, Builder.Kind.PODMAN).contains(kind)) {
            assertThat(tagsOfCache()).isEqualTo(before);
        } else {
            assertThat(before).containsExactly("linux-amd64");
            assertThat(tagsOfCache()).containsExactlyInAnyOrder("linux-amd64", "feature-x-217d2bf5-linux-amd64");
        }
    }

    @Test
    void aBuildThatPushesNothingReadsTheCacheAlone() throws Exception {
        build(cache(), false).requireSuccess();
        assertThat(tagsOfCache()).isEmpty();

        build(cache(), true).requireSuccess();
        builder.clear();
        Builder.Outcome second = build(cache(), false);

        second.requireSuccess();
        assertThat(second.use().cached()).as(second.log()).isEqualTo(3);
    }

    @Test
    void aCacheThatCannotBeReachedIsNoFailure() throws Exception {
        Builder.Outcome outcome = build(BuildCache.of(ImageReference.parse("localhost:1/cache"), List.of()), true);

        outcome.requireSuccess();
        assertThat(layers()).hasSize(3);
        assertThat(outcome.log()).containsIgnoringCase("localhost:1/cache").containsIgnoringCase("refused");
    }
}
