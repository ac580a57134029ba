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
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made, asked for and refused, with a registry that counts. */
@Timeout(120)
class ImageBuilderTest {

    @TempDir
    private Path temp;

    private Path context;
    private FaultyRegistry registry;
    private final List<String> log = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();

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

    private BuildRequest request(String image, String platform) {
        return new BuildRequest(
                registry.image(image),
                Platform.parse(platform),
                context.toString(),
                "Dockerfile",
                "",
                Map.of(),
                Map.of("asked", "for"),
                false,
                false,
                "",
                true,
                true,
                BuildFeatures.NONE);
    }

    private List<PushedImage> build(String dockerfile, BuildRequest... requests) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        List<PushedImage> pushed = new ArrayList<>();
        Path parent = Files.createDirectories(temp.resolve("tmp"));
        try (ImageBuilder builder = ImageBuilder.create(
                Recipe.read(context, "Dockerfile"),
                new Registry(RegistryAccess.anonymous()),
                parent,
                settings,
                log::add)) {
            for (BuildRequest request : requests) {
                builder.build(request).ifPresent(pushed::add);
            }
        } finally {
            assertThat(parent).isEmptyDirectory();
        }
        return pushed;
    }

    private JsonNode config(PushedImage image) throws IOException {
        Registry reader = new Registry(RegistryAccess.anonymous());
        JsonNode manifest = reader.pull(image.reference()).json();
        return Json.read(reader.blob(
                image.reference(), Digest.parse(manifest.at("/config/digest").asText()), 1024 * 1024));
    }

    private FileTree files(PushedImage image) throws IOException {
        Registry reader = new Registry(RegistryAccess.anonymous());
        return new LayerReader(reader)
                .tree(BaseImage.read(
                                reader,
                                image.reference(),
                                image.descriptor().platform().orElseThrow(),
                                null)
                        .layers());
    }

    @Test
    void theDockerfileMayBeOutsideTheContext() throws Exception {
        Files.writeString(context.resolve("secret"), "");
        Path docker = Files.createDirectories(temp.resolve("docker"));
        Files.writeString(docker.resolve("release"), "FROM scratch\nCOPY . /\n");
        Files.writeString(docker.resolve("release.dockerignore"), "secret\n");

        for (String path :
                List.of("../docker/release", docker.resolve("release").toString())) {
            try (ImageBuilder builder = ImageBuilder.create(
                    Recipe.read(context, path), new Registry(RegistryAccess.anonymous()), temp, settings, log::add)) {
                PushedImage image = builder.build(
                                request("app:1", "linux/amd64").withDockerfile(path))
                        .orElseThrow();
                assertThat(files(image).get("file")).isPresent();
                assertThat(files(image).get("secret")).isEmpty();
            }
        }
    }

    @Test
    void layersThatPlatformsShareArePushedOnce() throws Exception {
        List<PushedImage> pushed = build(
                "FROM scratch\nARG TARGETARCH\nCOPY file /\nENV ARCH=$TARGETARCH\n",
                request("app:1", "linux/amd64"),
                request("app:1", "linux/riscv64"),
                request("app:1", "linux/arm/v7"));

        assertThat(pushed).extracting(PushedImage::reference).doesNotHaveDuplicates();
        assertThat(registry.count("PUT .*/blobs/.*")).isEqualTo(1 + 3);
        assertThat(registry.count("PUT .*/manifests/sha256:.*")).isEqualTo(3);
        assertThat(registry.count("PUT .*/manifests/[^s].*")).isZero();
        assertThat(config(pushed.get(2)).path("variant").asText()).isEqualTo("v7");
        assertThat(config(pushed.get(1)).at("/config/Env").toString()).contains("ARCH=riscv64");
        assertThat(config(pushed.get(0)).at("/config/Labels/asked").asText()).isEqualTo("for");
    }

    @Test
    void layersOfTheBaseAreMounted() throws Exception {
        PushedImage base = build("FROM scratch\nCOPY file /base/\n", request("base:1", "linux/amd64"))
                .get(0);
        registry.forget();
        PushedImage top = build("FROM " + base.reference() + "\nENV A=1\n", request("app:1", "linux/amd64"))
                .get(0);

        assertThat(registry.count("POST .*mount=sha256:.*&from=base")).isEqualTo(1);
        assertThat(registry.count("GET .*/blobs/.*"))
                .as("the configuration alone")
                .isEqualTo(1);
        assertThat(files(top).get("base/file")).isPresent();
    }

    @Test
    void theTimeIsTheOneThatWasAskedFor() throws Exception {
        PushedImage usual = build("FROM scratch\nCOPY file /\n", request("app:1", "linux/amd64"))
                .get(0);
        assertThat(config(usual).path("created").asText()).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(Files.setLastModifiedTime(
                        context.resolve("file"), java.nio.file.attribute.FileTime.fromMillis(1_000_000)))
                .isNotNull();
        assertThat(build("FROM scratch\nCOPY file /\n", request("app:1", "linux/amd64"))
                        .get(0)
                        .reference())
                .isEqualTo(usual.reference());
        settings.put("SOURCE_DATE_EPOCH", "1700000000");
        PushedImage dated = build("FROM scratch\nCOPY file /\n", request("app:1", "linux/amd64"))
                .get(0);
        assertThat(config(dated).path("created").asText()).isEqualTo("2023-11-14T22:13:20Z");
        settings.put("SOURCE_DATE_EPOCH", "yesterday");
        assertThatThrownBy(() -> build("FROM scratch\n", request("app:1", "linux/amd64")))
                .hasMessageContaining("SOURCE_DATE_EPOCH is 'yesterday'");
        settings.put("SOURCE_DATE_EPOCH", "99999999999999999");
        assertThatThrownBy(() -> build("FROM scratch\n", request("app:1", "linux/amd64")))
                .hasMessageContaining("SOURCE_DATE_EPOCH is '99999999999999999', which is no time from 1970 to 9999");
    }

    @Test
    void numbersOfUsersAreAsLargeAsLinuxHasThem() throws Exception {
        PushedImage base = build(
                        "FROM scratch\nCOPY --chown=4294967294:3000000000 file /d/\n", request("base:1", "linux/amd64"))
                .get(0);
        PushedImage top = build(
                        "FROM " + base.reference() + "\nCOPY --chmod=7 file /d/other\n",
                        request("app:1", "linux/amd64"))
                .get(0);

        Node file = files(top).get("d/file").orElseThrow();
        assertThat(file.uid()).isEqualTo(4_294_967_294L);
        assertThat(file.gid()).isEqualTo(3_000_000_000L);
        assertThat(files(top).get("d").orElseThrow().uid()).isEqualTo(4_294_967_294L);
        assertThat(files(top).get("d/other").orElseThrow().mode()).isEqualTo(7);
    }

    @Test
    void nothingOutsideOfTheContextIsRead() throws Exception {
        Files.writeString(temp.resolve("secret"), "secret");
        Files.createSymbolicLink(context.resolve("out"), temp.resolve("secret"));
        Files.createSymbolicLink(context.resolve("up"), Path.of("../secret"));
        for (String source : List.of("out", "up", "up/", "../secret", "/../secret")) {
            assertThatThrownBy(() -> build("FROM scratch\nCOPY " + source + " /x\n", request("app:1", "linux/amd64")))
                    .as(source)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "Dockerfile, line 2: COPY copies '" + source.replaceFirst("/$", "") + "', which ");
        }
        PushedImage linked = build("FROM scratch\nCOPY . /\n", request("app:1", "linux/amd64"))
                .get(0);
        assertThat(files(linked).get("out").orElseThrow().isLink()).isTrue();
        Files.delete(context.resolve("Dockerfile"));
        Files.writeString(temp.resolve("Dockerfile"), "FROM scratch\n");
        Files.createSymbolicLink(context.resolve("Dockerfile"), temp.resolve("Dockerfile"));
        assertThatThrownBy(() -> Recipe.read(context, "Dockerfile"))
                .hasMessageContaining("link out of the build context");
    }

    @Test
    void hereDocumentsBecomeFiles() throws Exception {
        PushedImage image = build("""
                        FROM scratch
                        ENV NAME=world
                        COPY <<EOF /greeting.txt
                        hello $NAME
                        EOF
                        COPY <<-one.txt <<"two.txt" /several/
                        \tfirst
                        one.txt
                        $NAME
                        two.txt
                        """, request("app:1", "linux/amd64")).get(0);
        FileTree files = files(image);
        assertThat(files.names("several")).containsExactly("one.txt", "two.txt");
        assertThat(text(files, "greeting.txt")).isEqualTo("hello world\n");
        assertThat(text(files, "several/one.txt")).isEqualTo("first\n");
        assertThat(text(files, "several/two.txt")).isEqualTo("$NAME\n");
        assertThat(files.get("greeting.txt").orElseThrow().mode()).isEqualTo(0644);
    }

    private String text(FileTree files, String path) throws IOException {
        Node.InLayer content = (Node.InLayer) files.get(path).orElseThrow().content();
        return new String(
                Files.readAllBytes(new LayerReader(new Registry(RegistryAccess.anonymous()))
                        .fetch(java.util.Set.of(content), temp)
                        .get(content)),
                StandardCharsets.UTF_8);
    }

    @Test
    void portsMayBeRanges() throws Exception {
        PushedImage image = build("FROM scratch\nEXPOSE 80 8000-8002/udp\n", request("app:1", "linux/amd64"))
                .get(0);
        assertThat(config(image).at("/config/ExposedPorts").fieldNames())
                .toIterable()
                .containsExactly("80/tcp", "8000/udp", "8001/udp", "8002/udp");
    }

    @Test
    void aBaseImageForAnotherPlatformIsRefused() throws Exception {
        PushedImage base =
                build("FROM scratch\n", request("base:1", "linux/amd64")).get(0);
        assertThatThrownBy(() -> build("FROM " + base.reference() + "\n", request("app:1", "linux/arm64")))
                .hasMessageStartingWith("Dockerfile, line 1: FROM needs ")
                .hasMessageContaining(" for linux/arm64, but that is for linux/amd64");
    }

    @Test
    void aProgramThatOnlyAnotherStageRunsDoesNotMatter() throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch AS unused\nRUN make\nFROM scratch\nCOPY file /\n");
        Recipe recipe = Recipe.read(context, "Dockerfile");
        assertThat(recipe.run(request("app:1", "linux/amd64"))).isEmpty();
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch AS used\nRUN make\nFROM scratch\nCOPY --from=used /x /\n");
        assertThat(Recipe.read(context, "Dockerfile").run(request("app:1", "linux/amd64")))
                .get()
                .hasToString("RUN make");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "RUN make all | Dockerfile, line 2: RUN 'make all' runs a program",
                "COPY missing / | Dockerfile, line 2: COPY copies 'missing', which does not exist in the build context",
                "COPY *.none / | copies '*.none', which does not exist",
                "COPY file file /both | copies 2 files to '/both'. End the destination with '/'",
                "COPY --parents file / | --parents is not known to the builder jib",
                "COPY --chmod=u+x file / | --chmod=u+x is not an octal mode",
                "COPY --chown=nobody file / | names the user 'nobody', which the image does not have",
                "ADD https://example.com/x / | fetches from elsewhere",
                "ADD git@example.com:x.git / | fetches from elsewhere",
                "COPY file | needs a source and a destination",
                "EXPOSE http | 'http' is not a port",
                "ENV A | has no value",
                "SHELL /bin/bash | is not a list in JSON",
                "HEALTHCHECK --interval=often CMD x | has the time 'often'",
                "HEALTHCHECK --interval=-5s CMD x | has the time '-5s'",
                "HEALTHCHECK --interval=3000000h CMD x | has the time '3000000h', but times are from 1ms to 2562047h",
                "HEALTHCHECK --timeout=1us CMD x | has the time '1us', but times are from 1ms to 2562047h",
                "HEALTHCHECK --retries=9999999999 CMD x | has --retries=9999999999, which is no whole number from 0 to",
                "HEALTHCHECK --retries=-1 CMD x | has --retries=-1, which is no whole number from 0 to 2147483647",
                "COPY --chown=4294967295 file / | COPY has the user 4294967295, but Linux knows numbers from 0 to"
                        + " 4294967294. Choose one of them.",
                "COPY --chown=1:99999999999999999999 file / | COPY has the group 99999999999999999999, but Linux knows",
                "COPY --chown=-1 file / | COPY has the user -1, but Linux knows numbers from 0 to 4294967294",
                "COPY --chmod=77777 file / | COPY --chmod=77777 is not an octal mode from 0 to 7777. Write it like 755.",
                "COPY --chmod=-1 file / | --chmod=-1 is not an octal mode",
                "EXPOSE 65536 | EXPOSE '65536' is not a port, which is a number from 0 to 65535. Correct it.",
                "EXPOSE 80-99999999999 | '80-99999999999' is not a port, which is a number from 0 to 65535",
                "EXPOSE -1 | '-1' is not a port",
                "EXPOSE 90-80 | '90-80' ends before it begins. Write it like 8000-8010",
                "LABEL a=\"b | the quote in '\"b' is not closed"
            })
    void whatCannotBeDoneIsRefusedWithItsLine(String instruction, String message) {
        assertThatThrownBy(() -> build("FROM scratch\n" + instruction + "\n", request("app:1", "linux/amd64")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Dockerfile, line 2: ")
                .hasMessageContaining(message);
        assertThat(registry.count("P[A-Z]* .*")).isZero();
    }
}
