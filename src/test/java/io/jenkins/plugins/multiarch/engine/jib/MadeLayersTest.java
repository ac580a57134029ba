package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What builds of one user make and upload again, and what not. */
@Timeout(120)
class MadeLayersTest {

    private static final String DOCKERFILE = "FROM scratch\nARG TARGETARCH\nCOPY shared /\nCOPY $TARGETARCH /program\n";
    private static final List<String> PLATFORMS = List.of("linux/amd64", "linux/arm64", "linux/s390x", "linux/riscv64");

    @TempDir
    private Path temp;

    private Path context;
    private Path cache;
    private long mostBytes = LayerCache.MOST_BYTES;
    private FaultyRegistry registry;

    @BeforeEach
    void start() throws IOException {
        context = Files.createDirectory(temp.resolve("context"));
        cache = temp.resolve("cache");
        registry = new FaultyRegistry();
        Files.writeString(context.resolve("shared"), "the same for all of them");
        for (String platform : PLATFORMS) {
            Files.writeString(context.resolve(Platform.parse(platform).architecture()), platform);
        }
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private BuildRequest request(String platform) {
        return new BuildRequest(
                registry.image("app:1"),
                Platform.parse(platform),
                context.toString(),
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                false,
                "",
                true,
                true,
                BuildFeatures.NONE);
    }

    private List<PushedImage> build(String... platforms) throws IOException {
        try (ImageBuilder builder = ImageBuilder.create(
                Recipe.read(context, "Dockerfile"),
                new Registry(RegistryAccess.anonymous()),
                temp,
                Map.of(),
                Optional.of(UserCache.in(cache, mostBytes)),
                line -> {})) {
            return builder.build(Stream.of(platforms).map(this::request).toList());
        }
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(cache.resolve("made-layers/archives"))) {
            return files.sorted().toList();
        }
    }

    private long uploads() {
        return registry.count("POST .*/blobs/uploads/");
    }

    /** As a registry that has removed, or never had, the blobs. */
    private void startEmptyRegistry() throws IOException {
        registry.close();
        registry = new FaultyRegistry();
    }

    @Test
    void anUnchangedBuildUploadsNothingAndReadsNoArchive() throws Exception {
        List<PushedImage> first = build("linux/amd64", "linux/arm64");
        registry.forget();
        for (Path archive : archives()) {
            Files.delete(archive);
        }

        List<PushedImage> again = build("linux/amd64", "linux/arm64");

        assertThat(again)
                .extracting(PushedImage::descriptor)
                .isEqualTo(first.stream().map(PushedImage::descriptor).toList());
        assertThat(uploads()).isZero();
        assertThat(registry.count("HEAD .*/blobs/.*"))
                .as("three layers, two configurations")
                .isEqualTo(3 + 2);
        assertThat(archives()).as("nothing was compressed").isEmpty();
    }

    @Test
    void whatHasChangedAloneIsUploaded() throws Exception {
        build("linux/amd64", "linux/arm64");
        registry.forget();
        FileTime time = Files.getLastModifiedTime(context.resolve("arm64"));
        Files.writeString(context.resolve("arm64"), "LINUX/ARM64");
        Files.setLastModifiedTime(context.resolve("arm64"), time);

        build("linux/amd64", "linux/arm64");

        assertThat(uploads()).as("one layer, one configuration").isEqualTo(2);
    }

    @Test
    void anotherRegistryGetsTheArchivesOfTheCache() throws Exception {
        PushedImage first = build("linux/amd64").get(0);
        List<FileTime> made = times();
        startEmptyRegistry();

        assertThat(build("linux/amd64").get(0).descriptor()).isEqualTo(first.descriptor());
        assertThat(uploads()).isEqualTo(3);
        assertThat(archives()).hasSize(2);
        assertThat(times()).as("used, not written again").isNotEqualTo(made);
    }

    private List<FileTime> times() throws IOException {
        return archives().stream()
                .map(file -> {
                    try {
                        return Files.getLastModifiedTime(file);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
    }

    @Test
    void archivesThatAreBrokenOrGoneAreMadeAnew() throws Exception {
        PushedImage first = build("linux/amd64").get(0);
        List<Path> archives = archives();
        byte[] bytes = Files.readAllBytes(archives.get(0));
        bytes[bytes.length / 2] ^= 1;
        Files.write(archives.get(0), bytes);
        Files.delete(archives.get(1));
        startEmptyRegistry();

        assertThat(build("linux/amd64").get(0).descriptor()).isEqualTo(first.descriptor());
        assertThat(archives()).isEqualTo(archives);
        for (Path archive : archives) {
            byte[] content = Files.readAllBytes(archive);
            assertThat(io.jenkins.plugins.multiarch.engine.reference.Digest.ofSha256(content)
                            .hex())
                    .isEqualTo(archive.getFileName().toString());
        }
    }

    @Test
    void namesThatAreBrokenAreNotBelieved() throws Exception {
        PushedImage first = build("linux/amd64").get(0);
        List<Path> names;
        try (Stream<Path> files = Files.list(cache.resolve("made-layers/names"))) {
            names = files.toList();
        }
        assertThat(names).hasSize(2);
        String one = Files.readString(names.get(0));
        Files.writeString(names.get(0), Files.readString(names.get(1)));
        Files.writeString(names.get(1), one.substring(0, one.length() - 10));

        assertThat(build("linux/amd64").get(0).descriptor()).isEqualTo(first.descriptor());
    }

    @Test
    void theCacheKeepsToItsBound() throws Exception {
        mostBytes = 700;
        for (int i = 0; i < 10; i++) {
            byte[] noise = new byte[300];
            new java.util.Random(i).nextBytes(noise);
            Files.write(context.resolve("amd64"), noise);
            build("linux/amd64");
            assertThat(archives().stream()
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .isLessThanOrEqualTo(mostBytes);
        }
        assertThat(archives()).isNotEmpty();
        byte[] large = new byte[5000];
        new java.util.Random(42).nextBytes(large);
        Files.write(context.resolve("amd64"), large);
        registry.forget();

        PushedImage image = build("linux/amd64").get(0);

        assertThat(uploads()).as("larger than the cache, uploaded all the same").isEqualTo(2);
        assertThat(build("linux/amd64").get(0).descriptor()).isEqualTo(image.descriptor());
        assertThat(uploads()).isEqualTo(2);
    }

    @Test
    void buildersAtTheSameTimeMakeAndUploadOnceWhatTheyShare() throws Exception {
        registry.always("POST .*/blobs/uploads/", FaultyRegistry.Fault.slow(50));

        Workers.map(4, PLATFORMS, platform -> build(platform).get(0));

        assertThat(uploads())
                .as("a shared layer, and a layer and a configuration of each")
                .isEqualTo(1 + 4 + 4);
        assertThat(archives()).hasSize(1 + 4);
    }

    @Test
    void aCacheThatCannotBeWrittenFailsNothing() throws Exception {
        cache = Files.createFile(temp.resolve("file")).resolve("below");

        assertThat(build("linux/amd64").get(0).descriptor())
                .isEqualTo(build("linux/amd64").get(0).descriptor());
    }

    @Test
    void aFileThatChangesMeanwhileGetsIntoNoLayer() throws Exception {
        Path file = context.resolve("amd64");
        ContentHashes contents = new ContentHashes();
        contents.of(file, Files.size(file));
        Files.writeString(file, "linux/AMD64");

        assertThatThrownBy(() -> contents.copy(file, Files.size(file), java.io.OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("amd64' changed while it was read. Build again.");
    }
}
