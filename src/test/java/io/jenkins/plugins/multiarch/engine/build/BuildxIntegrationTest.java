package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a build can have besides its Dockerfile, with each kind of builder that buildx knows and that can be had here. */
@Tag("integration")
@ParameterizedClass
@EnumSource(names = {"ENGINE", "CONTAINERD", "REMOTE"})
class BuildxIntegrationTest {

    private static final byte[] SECRET = "t0p $(id) \"s3cret\"\n,src=/etc/passwd\n".getBytes(StandardCharsets.UTF_8);

    private static Builder builder;

    @TempDir
    private static Path directory;

    @Parameter
    private Builder.Kind kind;

    @TempDir
    private Path temp;

    private Path context;
    private RealRegistry registry;
    private ImageReference image;

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
        image = registry.image("team/app:1.0");
        context = BusyboxContext.create(temp.resolve("con text"));
    }

    @AfterEach
    void stop() throws IOException {
        registry.close();
    }

    private void toDockerfile(String lines) throws IOException {
        Path file = context.resolve("Dockerfile");
        Files.writeString(file, Files.readString(file) + lines);
    }

    private BuildRequest request(String platform, String test, boolean push, BuildFeatures features) {
        return new BuildRequest(
                image,
                Platform.parse(platform),
                context.toString(),
                "Dockerfile",
                "",
                Map.of("GREETING", "it's \"$(id)\""),
                Map.of("team", "a=b"),
                false,
                false,
                test,
                push,
                true,
                features);
    }

    private static Registry reader() {
        return new Registry(RegistryAccess.anonymous());
    }

    private JsonNode published(Builder.Outcome outcome) throws IOException {
        return reader().pull(image.withDigest(outcome.digest().orElseThrow()), ReadOption.FRESH, ReadOption.ANY_KIND)
                .json();
    }

    /** Only a BuildKit of its own can push by digest. */
    @Test
    void publishesForAForeignPlatformWithATagOnlyWhereItMust() throws Exception {
        Builder.Outcome outcome =
                builder.build(request("linux/arm64", "", true, BuildFeatures.NONE), BuildCredentials.NONE);

        outcome.requireSuccess();
        assertThat(reader().tags(image))
                .isEqualTo(kind == Builder.Kind.REMOTE ? List.of() : List.of("1.0-linux-arm64"));
        assertThat(published(outcome).path("schemaVersion").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsTestedIsWhatIsPushedAndAFailingTestPublishesNothing() throws Exception {
        String test = "docker image inspect --format '{{index .Config.Labels \"team\"}} {{.Architecture}}' \"$IMAGE\"";

        Builder.Outcome failed = builder.build(
                request("linux/amd64", test + "; exit 3", true, BuildFeatures.NONE), BuildCredentials.NONE);
        List<String> afterwards = reader().tags(image);
        Builder.Outcome passed =
                builder.build(request("linux/amd64", test, true, BuildFeatures.NONE), BuildCredentials.NONE);

        assertThat(failed.status()).as(failed.log()).isEqualTo(3);
        assertThat(afterwards).isEmpty();
        passed.requireSuccess();
        assertThat(passed.log()).contains("a=b amd64");
        assertThat(passed.digest()).isPresent();
    }

    @Test
    void aSecretIsThereForOneStepAndNowhereElse() throws Exception {
        toDockerfile("RUN --mount=type=secret,id=token [ $(wc -c < /run/secrets/token) = " + SECRET.length + " ]\n");
        BuildFeatures features =
                new BuildFeatures(Map.of("token", ""), "", List.of(), List.of(), Map.of(), "", false, List.of());

        Builder.Outcome outcome = builder.build(
                request("linux/amd64", "", true, features),
                new BuildCredentials(Map.of(), Map.of("token", SECRET), new byte[0]));

        outcome.requireSuccess();
        assertThat(outcome.log()).doesNotContain("t0p");
    }

    @Test
    void aFurtherContextAndAnOptionReachTheBuild() throws Exception {
        Path shared = Files.createDirectories(temp.resolve("sha red"));
        Files.writeString(shared.resolve("note"), "from elsewhere\n");
        toDockerfile("COPY --from=shared note /note\nRUN cat /note && grep proxy.example /etc/hosts\n");
        BuildFeatures features = new BuildFeatures(
                Map.of(),
                "",
                List.of(),
                List.of(),
                Map.of("shared", shared.toString()),
                "",
                false,
                List.of("--add-host=proxy.example:10.1.2.3"));

        Builder.Outcome outcome = builder.build(request("linux/amd64", "", false, features), BuildCredentials.NONE);

        outcome.requireSuccess();
        assertThat(outcome.log()).contains("from elsewhere").contains("10.1.2.3");
    }

    @Test
    void theFilesOfTheImageAreExported() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /out/recipe\n");
        Path exported = Files.createDirectories(temp.resolve("exported"));

        Builder.Outcome outcome = builder.build(
                request("linux/amd64", "", false, BuildFeatures.NONE.withExport(true)),
                BuildCredentials.NONE,
                exported);

        outcome.requireSuccess();
        assertThat(exported.resolve("out/recipe")).hasSameTextualContentAs(context.resolve("Dockerfile"));
    }

    /** The image store of docker itself holds no attestations. */
    @Test
    void provenanceComesWithTheImageWhereTheBuilderCanAttest() throws Exception {
        BuildFeatures features =
                new BuildFeatures(Map.of(), "", List.of(), List.of(), Map.of(), "max", false, List.of());

        Builder.Outcome outcome = builder.build(request("linux/amd64", "", true, features), BuildCredentials.NONE);

        if (kind == Builder.Kind.ENGINE) {
            assertThat(outcome.status()).as(outcome.log()).isNotZero();
            assertThat(outcome.log()).contains("attest");
        } else {
            outcome.requireSuccess();
            assertThat(attestation(published(outcome)).findValuesAsText("in-toto.io/predicate-type"))
                    .anyMatch(type -> type.startsWith("https://slsa.dev/provenance/"));
        }
    }

    private JsonNode attestation(JsonNode index) throws IOException {
        for (JsonNode member : index.path("manifests")) {
            if (member.at("/annotations/vnd.docker.reference.type").asText().equals("attestation-manifest")) {
                return reader().pull(
                                image.withDigest(
                                        Digest.parse(member.path("digest").asText())),
                                ReadOption.ANY_KIND)
                        .json();
            }
        }
        throw new AssertionError("no attestation in " + index);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux/amd64", "linux/arm64"})
    void aScannerOfOnesOwnListsWhatIsInTheImage(String platform) throws Exception {
        ImageReference scanner = registry.image("tools/scanner:1");
        SbomScanner.push(scanner, temp);
        String test = platform.equals("linux/amd64") ? "" : "docker image inspect \"$IMAGE\"";

        Builder.Outcome outcome = builder.build(
                request(platform, test, true, BuildFeatures.NONE.withSbom(scanner.toString())), BuildCredentials.NONE);

        if (kind == Builder.Kind.ENGINE) {
            assertThat(outcome.status()).as(outcome.log()).isNotZero();
            assertThat(outcome.log()).contains("attest");
        } else {
            outcome.requireSuccess();
            JsonNode layer = attestation(published(outcome)).at("/layers/0");
            assertThat(layer.at("/annotations/in-toto.io~1predicate-type").asText())
                    .isEqualTo("https://spdx.dev/Document");
            JsonNode statement;
            try (InputStream blob = reader().open(
                            image,
                            Digest.parse(layer.path("digest").asText()),
                            layer.path("size").asLong())) {
                statement = new ObjectMapper().readTree(blob);
            }
            assertThat(statement.at("/predicate/creationInfo/creators/0").asText())
                    .isEqualTo(SbomScanner.CREATOR);
            assertThat(statement.at("/predicate/files").findValuesAsText("fileName"))
                    .containsExactly("./bin/sh", "./greeting", "./hello");
        }
    }
}
