package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An image that every tool builds, as the base of an image that every other one builds, without a registry. */
@Tag("integration")
class ImageArchiveIntegrationTest {

    private static final Map<Builder.Kind, Builder> BUILDERS = new EnumMap<>(Builder.Kind.class);

    @TempDir
    private static Path directory;

    @TempDir
    private Path temp;

    @BeforeAll
    static void start() throws Exception {
        for (Builder.Kind kind : Builder.Kind.values()) {
            BUILDERS.put(
                    kind,
                    Builder.start(kind, Files.createDirectory(directory.resolve(Integer.toString(kind.ordinal())))));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        for (Builder builder : BUILDERS.values()) {
            builder.close();
        }
    }

    private static BuildRequest request(Path context, String platform, boolean pull, BuildFeatures features) {
        return new BuildRequest(
                ImageReference.parse("localhost/app:1"),
                Platform.parse(platform),
                context.toString(),
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                pull,
                "",
                false,
                false,
                features);
    }

    @ParameterizedTest
    @EnumSource(Builder.Kind.class)
    void isTheBaseOfAnother(Builder.Kind kind) throws Exception {
        Builder builder = BUILDERS.get(kind);
        Builder.Outcome built = builder.build(
                request(
                        BusyboxContext.create(temp.resolve("base")),
                        "linux/arm64",
                        false,
                        BuildFeatures.NONE.withArchive(true)),
                BuildCredentials.NONE);
        built.requireSuccess();
        Path archive = temp.resolve("ar chive.tar");
        Files.copy(builder.archive(), archive, StandardCopyOption.REPLACE_EXISTING);
        Path context = Files.createDirectory(temp.resolve("app"));
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM base\nCOPY --from=base /hello /copy\nRUN cat /copy; echo built on $(uname -m) by " + kind + "\n");

        for (Builder.Kind next : Builder.Kind.values()) {
            if (next == Builder.Kind.DOCKER) {
                continue; // It has no additional build contexts.
            }
            Builder.Outcome outcome = BUILDERS.get(next)
                    .build(
                            request(
                                    context,
                                    "linux/arm64",
                                    next != Builder.Kind.BUILDAH,
                                    BuildFeatures.NONE.withContexts(
                                            Map.of("base", new ImageArchive(archive.toString()).context()))),
                            BuildCredentials.NONE);

            outcome.requireSuccess();
            assertThat(outcome.log())
                    .as(kind + " then " + next)
                    .contains(
                            "from linux/arm64 os=linux arch=arm64 variant= on aarch64", "built on aarch64 by " + kind);
            if (!List.of(Builder.Kind.BUILDAH, Builder.Kind.PODMAN).contains(next)) {
                assertThat(BUILDERS.get(next).images())
                        .as(kind + " then " + next)
                        .isEmpty();
            }
        }
    }
}
