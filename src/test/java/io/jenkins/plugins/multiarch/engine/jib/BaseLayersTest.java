package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.QuickRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of base images, how often, and what is made of several platforms together. */
@Timeout(120)
class BaseLayersTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");

    @TempDir
    private Path temp;

    private Path context;
    private FaultyRegistry registry;
    private final Registry reader = QuickRegistry.of(RegistryAccess.anonymous(), line -> {}, 1);
    private final List<String> log = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        context = Files.createDirectory(temp.resolve("context"));
        registry = new FaultyRegistry();
        Files.writeString(context.resolve("file"), "content");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private BuildRequest request(String image, Platform platform, Map<String, String> buildArgs) {
        return new BuildRequest(
                registry.image(image),
                platform,
                context.toString(),
                "Dockerfile",
                "",
                buildArgs,
                Map.of(),
                false,
                false,
                "",
                true,
                true,
                BuildFeatures.NONE);
    }

    private List<PushedImage> build(String image, String dockerfile, String... platforms) throws IOException {
        return build(image, dockerfile, Map.of(), platforms);
    }

    private List<PushedImage> build(String image, String dockerfile, Map<String, String> buildArgs, String... platforms)
            throws IOException {
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        try (ImageBuilder builder = ImageBuilder.create(
                Recipe.read(context, "Dockerfile"),
                reader,
                temp,
                new HashMap<>(buildArgs),
                Optional.of(UserCache.in(temp.resolve("cache"), LayerCache.MOST_BYTES)),
                log::add)) {
            return builder.build(Stream.of(platforms)
                    .map(platform -> request(image, Platform.parse(platform), buildArgs))
                    .toList());
        }
    }

    private PushedImage build(String image, String dockerfile) throws IOException {
        return build(image, dockerfile, "linux/amd64").get(0);
    }

    private JsonNode config(PushedImage image) throws IOException {
        Digest config = Digest.parse(
                reader.pull(image.reference()).json().at("/config/digest").asText());
        return Json.read(reader.blob(image.reference(), config, 1024 * 1024));
    }

    private FileTree files(PushedImage image) throws IOException {
        return new LayerReader(reader)
                .tree(BaseImage.read(reader, image.reference(), AMD64, null).layers());
    }

    private String layer(PushedImage image) throws IOException {
        return reader.pull(image.reference()).json().at("/layers/0/digest").asText();
    }

    @Test
    void aLayerIsReadOnceByAllBuildsOfAUser() throws Exception {
        PushedImage base = build("base:1", "FROM scratch\nCOPY file /base/\n");
        String layer = layer(base);
        registry.forget();
        String dockerfile = "FROM " + base.reference() + "\nCOPY file /base/more\n";

        PushedImage first = build("app:1", dockerfile);
        PushedImage again = build("app:1", dockerfile);

        assertThat(registry.count("GET .*/blobs/" + layer)).isEqualTo(1);
        assertThat(registry.count("POST .*mount=" + layer + "&from=base")).isPositive();
        assertThat(registry.count("PUT .*/blobs/.*" + layer)).isZero();
        assertThat(again.reference()).isEqualTo(first.reference());
        assertThat(files(first).names("base")).containsExactly("file", "more");
    }

    @Test
    void aLayerIsNotReadWhereNothingDependsOnItsFiles() throws Exception {
        PushedImage base = build("base:1", "FROM scratch\nCOPY file /base/\n");
        String layer = layer(base);
        registry.forget();

        build("app:1", "FROM " + base.reference() + "\nENV A=1\nCMD [\"x\"]\nUSER app\n");

        assertThat(registry.count("GET .*/blobs/" + layer)).isZero();
    }

    @Test
    void aLayerThatIsNotWhatItsDigestSaysIsRefused() throws Exception {
        PushedImage base = build("base:1", "FROM scratch\nCOPY file /base/\n");
        String layer = layer(base);
        registry.always("GET .*/blobs/" + layer, FaultyRegistry.Fault.otherBytes());
        registry.forget();

        assertThatThrownBy(() -> build("app:1", "FROM " + base.reference() + "\nCOPY file /\n"))
                .isInstanceOf(IOException.class);
        assertThat(registry.count("(PUT|POST) .*")).isZero();
        assertThat(temp.resolve("cache/layers"))
                .satisfiesAnyOf(
                        cache -> assertThat(cache).doesNotExist(),
                        cache -> assertThat(cache).isEmptyDirectory());
    }

    @Test
    void aLayerIsReadAgainIfTheConnectionIsLost() throws Exception {
        PushedImage base = build("base:1", "FROM scratch\nCOPY file /base/\n");
        registry.next("GET .*/blobs/" + layer(base), FaultyRegistry.Fault.truncated());

        PushedImage image = build("app:1", "FROM " + base.reference() + "\nCOPY file /base/more\n");

        assertThat(files(image).names("base")).containsExactly("file", "more");
    }

    @Test
    void bracketsMatchAsInGo() throws Exception {
        for (String name : List.of("a", "b", "&", "[", "z")) {
            Files.writeString(context.resolve("f" + name), name);
        }

        assertThat(files(build("app:1", "FROM scratch\nCOPY f[a&&b] /d/\nCOPY f[^a-z] /e/\nCOPY f[[] /f/\n"))
                        .below("")
                        .keySet())
                .containsExactly("d", "d/f&", "d/fa", "d/fb", "e", "e/f&", "e/f[", "f", "f/f[");
    }

    @Test
    void nothingIsPushedIfOnePlatformCannotBeBuilt() throws Exception {
        Files.writeString(context.resolve("app-amd64"), "program");

        assertThatThrownBy(() -> build(
                        "app:1",
                        "FROM scratch\nARG TARGETARCH\nCOPY app-$TARGETARCH /app\n",
                        "linux/amd64",
                        "linux/riscv64"))
                .hasMessageStartingWith("Dockerfile, line 3: COPY copies 'app-riscv64', which does not exist");
        assertThat(registry.count("(PUT|POST) .*")).isZero();
    }

    @Test
    void platformsAtTheSameTimePushWhatTheyShareOnce() throws Exception {
        build(
                "app:1",
                "FROM scratch\nCOPY file /\nCOPY <<x /y\ntext\nx\n",
                "linux/amd64",
                "linux/arm64",
                "linux/riscv64",
                "linux/s390x");

        assertThat(registry.count("PUT .*/blobs/.*"))
                .as("two layers, four configurations")
                .isEqualTo(2 + 4);
    }

    @Test
    void aLinkOfTheBaseIsNotReplacedByADirectory() throws Exception {
        Files.createDirectories(context.resolve("root/usr/bin"));
        Files.createSymbolicLink(context.resolve("root/bin"), Path.of("usr/bin"));
        Files.createDirectories(context.resolve("more/bin"));
        Files.writeString(context.resolve("more/bin/tool"), "tool");
        PushedImage base = build("base:1", "FROM scratch\nCOPY root /\n");

        assertThatThrownBy(() -> build("app:1", "FROM " + base.reference() + "\nCOPY more /\n"))
                .hasMessageStartingWith("Dockerfile, line 2: COPY would replace /bin, a file or link, by a directory");
        assertThat(files(build("app:1", "FROM " + base.reference() + "\nCOPY more/bin /bin\n"))
                        .names("usr/bin"))
                .containsExactly("tool");
        assertThatThrownBy(() -> build("app:1", "FROM " + base.reference() + "\nCOPY --link file /bin/tool\n"))
                .hasMessageContaining("has --link, but /bin/tool is reached through a link of the base image");
        assertThat(files(build("app:1", "FROM " + base.reference() + "\nCOPY --link file /opt/tool\n"))
                        .names("opt"))
                .containsExactly("tool");
    }

    @Test
    void anArchiveThatAPatternFindsIsUnpacked() throws Exception {
        try (OutputStream out = Files.newOutputStream(context.resolve("a.tar"));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            byte[] content = "packed".getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry("packed");
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }

        FileTree files = files(build("app:1", "FROM scratch\nADD *.tar fil* /d/\n"));

        assertThat(files.names("d")).containsExactly("file", "packed");
    }

    @Test
    void argumentsOfAStageAreKnownInOnesThatBeginWithIt() throws Exception {
        List<PushedImage> images = build(
                "app:1",
                "ARG OUTER=o\nFROM scratch AS one\nARG A=1 OUTER\nARG TARGETARCH\nFROM one\nENV E=$A-$OUTER-$TARGETARCH\n",
                Map.of("A", "2"),
                "linux/s390x");

        assertThat(config(images.get(0)).at("/config/Env").toString()).contains("\"E=2-o-s390x\"");
    }

    /** The configuration does not depend on who has compressed the layers. */
    @Test
    void theConfigurationIsTheSameInEveryJvm() throws Exception {
        PushedImage image = build("app:1", """
                FROM scratch
                COPY file /d/
                LABEL b=1 a=2
                HEALTHCHECK --retries=2 --start-interval=1s --timeout=2s --interval=3s --start-period=4s CMD x
                EXPOSE 80 53/udp
                """);

        assertThat(config(image).at("/config/Healthcheck"))
                .hasToString("{\"Test\":[\"CMD-SHELL\",\"x\"],\"Interval\":3000000000,\"Timeout\":2000000000,"
                        + "\"StartPeriod\":4000000000,\"StartInterval\":1000000000,\"Retries\":2}");
        assertThat(reader.pull(image.reference()).json().at("/config/digest").asText())
                .isEqualTo("sha256:b1d631eadb272a2bcbe01b101656b43a5e15ca6aa0de32ffc00a4875f9f910e9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# syntax=example.com/other;FROM scratch | linux/amd64 | Dockerfile is written in the syntax of"
                        + " example.com/other, which only BuildKit reads. Choose the builder buildx or docker.",
                "FROM --platform=linux/arm64 scratch | linux/amd64 | Dockerfile, line 1: FROM begins with an image for"
                        + " linux/arm64, but one for linux/amd64 was asked for. Leave --platform out.",
                "FROM scratch | windows/amd64 | The builder jib makes images of Linux, not of windows. Choose"
                        + " another builder.",
            })
    void whatWouldBeWrongIsRefused(String dockerfile, String platform, String message) {
        assertThatThrownBy(() -> build("app:1", dockerfile.replace(';', '\n') + "\n", platform))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
