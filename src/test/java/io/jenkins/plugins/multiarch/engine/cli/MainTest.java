package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {

    private final TestImages images = TestImages.anonymous();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private DemoRegistry demo;
    private ImageReference image;

    @BeforeEach
    void start() throws IOException {
        demo = DemoRegistry.start();
        image = ImageReference.parse(demo.address() + "/demo/hello:1");
    }

    @AfterEach
    void stop() throws IOException {
        demo.close();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "'', Name a command",
        "nonsense, Unmatched argument",
        "push, --image",
        "inspect, REFERENCE",
        "push --image localhost/x:1, --source",
        "push --image localhost/X:1 --source localhost/x:2, lower case",
        "push --image localhost/x@sha256:0000000000000000000000000000000000000000000000000000000000000000 --source localhost/x:2, without a digest",
        "push --image localhost/x:1 --source localhost/x:2=linux/sparc, Unknown architecture 'sparc'",
        "push --image localhost/x:1 --source localhost/x:2 --format tar, Unknown index format 'tar'",
        "push --image localhost/x:1 --source localhost/x:2 --tag a/b, '''a/b'' is not a tag'",
        "push --image localhost/x:1 --source localhost/x:2 --annotation novalue, novalue",
        "push --image localhost/x:1 --source localhost/x:2 --platform-annotation k=v, is not an annotation of a platform",
        "inspect localhost/x --raw --json, mutually exclusive",
        "'push --image localhost/x:1 --source localhost/x:2,colour=red', colour=red",
        "push --image localhost/x:1 --remove sparc, Unknown architecture 'sparc'",
        "push --image localhost/x:1 --source localhost/x:2 --time-limit 10, is not a time",
        "push --insecure --image localhost/x:1 --source localhost/x:2, --insecure",
        "inspect --insecure http://lab:5000 localhost/x:1, is not a registry",
        "push --image localhost/x:1 --source localhost/x:2 --subject localhost/y:1, its own repository",
        "sign localhost/x:1, --key",
        "sign localhost/x:1 --key a --key-env B, mutually exclusive",
        "sign localhost/x:1 --key a --passphrase secret, --passphrase",
        "sign --key a, REFERENCE",
        "verify localhost/x:1, --key",
        "copy localhost/x:1, TARGET",
        "copy localhost/x:1 localhost/y@sha256:0000000000000000000000000000000000000000000000000000000000000000, without a digest",
        "copy localhost/x:1 localhost/y:1 --tag a/b, '''a/b'' is not a tag'",
        "copy localhost/x:1 localhost/y:1 --platform sparc, Unknown architecture 'sparc'",
    })
    void wrongUsageIsOneLineAndTwo(String arguments, String message) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString().strip()).contains(message).contains("--help").doesNotContain("\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFailureIsOneLineAndOne() {
        assertThat(run("inspect", image.toString())).isEqualTo(1);
        assertThat(err.toString().strip())
                .startsWith("multiarch inspect: Could not pull the manifest of " + image)
                .doesNotContain("\n");
        assertThat(run("inspect", "--verbose", image.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("\tat io.jenkins.plugins.multiarch");
    }

    @Test
    void aRegistryThatWantsALoginIsToldOfWithTheRemedy() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        server.start();
        try {
            String address = "127.0.0.1:" + server.getAddress().getPort();
            assertThat(run(
                            "push",
                            "--image=" + address + "/x:1",
                            "--source=" + address + "/x:a",
                            "--config=" + directory))
                    .isEqualTo(1);
            assertThat(err.toString().strip())
                    .contains("the registry answered 401. No credential was given for " + address
                            + ". Log in with 'docker login " + address + "'")
                    .contains("--config")
                    .doesNotContain("\n");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void helpAndVersionAreNoFailures() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("push")
                .contains("inspect")
                .contains("sign")
                .contains("demo");
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("multiarch ");
    }

    @Test
    void pushesAndPrintsOnlyTheDigest() throws IOException {
        images.push(image.withTag("a"), "linux/amd64");
        images.push(image.withTag("b"), "linux/amd64");
        assertThat(run(
                        "push",
                        "--image=" + image,
                        "--source=" + image.withTag("a"),
                        "--source=" + image.withTag("b") + "=linux/arm64",
                        "--tag=latest",
                        "--tag=2",
                        "--annotation=a=b=c",
                        "--platform-annotation=arm64:k=v"))
                .isZero();
        String digest = out.toString().strip();
        assertThat(digest).matches("sha256:[0-9a-f]{64}");
        assertThat(err.toString()).contains("Pushed " + image.withTag("latest")).contains("WARNING");

        assertThat(run("inspect", "--raw", image.withTag("2").toString())).isZero();
        byte[] raw = out.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(Manifest.of(Manifest.OCI_INDEX, raw).digest()).hasToString(digest);

        assertThat(run("inspect", "--json", image.toString())).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/digest").asText()).isEqualTo(digest);
        assertThat(json.at("/annotations/a").asText()).isEqualTo("b=c");
        assertThat(json.at("/platforms/1/platform").asText()).isEqualTo("linux/arm64");
        assertThat(json.at("/platforms/1/annotations/k").asText()).isEqualTo("v");
        assertThat(json.at("/platforms/1/layers").asInt()).isEqualTo(1);

        assertThat(run("inspect", image.toString())).isZero();
        assertThat(out.toString())
                .contains("Digest     " + digest)
                .contains("linux/arm64")
                .contains("k=v");
    }

    @Test
    void pushesWhatBuildPrinted() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String platform : new String[] {"linux/amd64", "linux/arm64"}) {
            Manifest manifest = images.push(image.withTag(platform.replace('/', '-')), platform);
            lines.append("""
                    {"platform":"%s","reference":"%s","digest":"%s","size":%d,"mediaType":"%s"}
                    """.formatted(
                            platform,
                            image.withDigest(manifest.digest()),
                            manifest.digest(),
                            manifest.size(),
                            manifest.mediaType()));
        }
        Path file = Files.writeString(directory.resolve("images.json"), lines);
        int before = demo.requests();
        assertThat(run("push", "--image=" + image, "--source-file=" + file)).isZero();
        assertThat(demo.requests() - before).isEqualTo(2);
        assertThat(run("push", "--image=" + image, "--source-file=" + directory.resolve("none")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("There is no file");
    }

    @Test
    void removesTheTagsThatServedToPush() throws IOException {
        Manifest manifest = images.push(image.withTag("1-linux-amd64"), "linux/amd64");
        images.push(image.withTag("1-linux-arm64"), "linux/arm64");
        String line = """
                {"platform":"linux/amd64","reference":"%s","digest":"%s","size":%d,"mediaType":"%s","platformTag":"%s"}
                """;
        Path file = Files.writeString(
                directory.resolve("images.json"),
                line.formatted(
                        image.withDigest(manifest.digest()),
                        manifest.digest(),
                        manifest.size(),
                        manifest.mediaType(),
                        "1-linux-amd64"));
        String[] push = {"push", "--image=" + image, "--source-file=" + file, "--remove-platform-tags"};

        assertThat(run(push[0], push[1], push[2], push[3], "--dry-run")).isZero();
        assertThat(run("inspect", image.withTag("1-linux-amd64").toString())).isZero();
        assertThat(run(push)).isZero();
        assertThat(err.toString()).contains("Removed the tag " + image.withTag("1-linux-amd64"));
        assertThat(run("inspect", image.withTag("1-linux-amd64").toString())).isEqualTo(1);
        assertThat(run("inspect", image.withTag("1-linux-arm64").toString())).isZero();
        assertThat(run("inspect", image.toString())).isZero();

        assertThat(run("push", push[1], "--source=" + image, "--remove-platform-tags"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("needs a --source-file");
    }

    @Test
    void aDryRunPrintsTheExactBytesButPushesNothing() throws IOException {
        images.push(image.withTag("a"), "linux/amd64");
        String[] push = {"push", "--image=" + image, "--source=" + image.withTag("a")};
        assertThat(run(push[0], push[1], push[2], "--dry-run")).isZero();
        String digest =
                Digest.ofSha256(out.toString().getBytes(StandardCharsets.UTF_8)).toString();
        assertThat(err.toString()).contains(digest).contains("Dry run: " + image + " is not pushed");
        assertThat(run("inspect", image.toString())).isEqualTo(1);
        assertThat(run(push)).isZero();
        assertThat(out.toString().strip()).isEqualTo(digest);
    }

    @Test
    void overridesPicksAmendsAndRemovesMembers() throws IOException {
        images.push(image.withTag("a"), "linux/amd64");
        images.push(image.withTag("b"), "linux/arm64");
        images.push(image.withTag("w"), "windows/amd64");
        String target = "--image=" + image;
        assertThat(run("push", target, "--source=" + image.withTag("a"), "--source=" + image.withTag("b")))
                .isZero();
        assertThat(run(
                        "push",
                        "--image=" + image.withTag("2"),
                        "--source=" + image + ",only=linux/arm64,annotation.k=v",
                        "--source=" + image.withTag("w") + ",os.version=10.0.1,os.feature=f",
                        "--artifact-type=application/vnd.example",
                        "--subject=" + image,
                        "--time-limit=5m"))
                .isZero();
        assertThat(run("inspect", "--json", image.withTag("2").toString())).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/artifactType").asText()).isEqualTo("application/vnd.example");
        assertThat(json.at("/subject").asText()).startsWith("sha256:");
        assertThat(json.at("/platforms")).hasSize(2);
        assertThat(json.at("/platforms/0/annotations/k").asText()).isEqualTo("v");
        assertThat(json.at("/platforms/0/compressedSize").asLong()).isPositive();
        assertThat(json.at("/platforms/1/osVersion").asText()).isEqualTo("10.0.1");
        assertThat(run("inspect", image.withTag("2").toString())).isZero();
        assertThat(out.toString())
                .contains("Artifact   application/vnd.example")
                .contains("Subject    sha256:")
                .contains("windows/amd64 10.0.1")
                .containsPattern("Size       [0-9]+ bytes")
                .containsPattern("Images     [0-9.]+ [kM]?B compressed")
                .contains("COMPRESSED");

        assertThat(run("push", target, "--remove=linux/arm64")).isZero();
        assertThat(run("inspect", "--json", image.toString())).isZero();
        assertThat(new ObjectMapper().readTree(out.toString()).at("/platforms")).hasSize(1);
        assertThat(run("push", target, "--source=" + image.withTag("b"), "--amend"))
                .isZero();
        assertThat(run("inspect", "--json", image.toString())).isZero();
        assertThat(new ObjectMapper()
                        .readTree(out.toString())
                        .at("/platforms/1/platform")
                        .asText())
                .isEqualTo("linux/arm64");
    }

    @Test
    void namesDockerSchema1() throws IOException {
        images.pushManifest(
                image,
                Manifest.DOCKER_SCHEMA_1_SIGNED,
                "{\"schemaVersion\":1,\"architecture\":\"arm\",\"fsLayers\":[{},{}],\"signatures\":[]}");
        assertThat(run("inspect", image.toString())).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("Docker schema 1: obsolete, cannot be in an index", "linux/arm/v7", "unknown");
        assertThat(run("push", "--image=" + image.withTag("2"), "--source=" + image))
                .isEqualTo(1);
        assertThat(err.toString()).contains("schema 1").contains("Build and push the image anew");
    }

    @Test
    void bringsAMemberFromAnotherRepository() throws IOException {
        ImageReference other = ImageReference.parse(demo.address() + "/other/app:1");
        images.push(other, "linux/arm64");
        assertThat(run("push", "--image=" + image, "--source=" + other))
                .as(err.toString())
                .isZero();
        assertThat(err.toString()).contains("Copied " + other.name());
    }

    @Test
    void theHelpHasALineForEveryThingThatItDoes() {
        assertThat(run("push", "--help")).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains(
                        "--source",
                        "only=PLATFORM",
                        "os.version",
                        "feature=FEATURE",
                        "annotation.KEY",
                        "mounted",
                        "copied",
                        "how far it has come")
                .contains("attestations come along", "--no-attestations", "Two members for one platform are an error")
                .contains("--annotation", "is refused", "--platform-annotation", "--format", "Docker and OCI members")
                .contains("--amend", "byte for byte", "--remove", "--tag", "once the first is accepted")
                .contains("--dry-run", "exact bytes", "--ignore-missing", "If none is left, that is an error")
                .contains("4 MiB", "--subject", "--artifact-type", "--time-limit")
                .contains("--ca", "--mirror", "--request-retries", "Retry-After", "--insecure", "--config");
        assertThat(run("inspect", "--help")).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("--raw", "--json", "platform, digest, size, compressed size, layers and annotations")
                .contains("artifact type, subject and annotations of its own", "schema 1");
    }

    @Test
    void demonstratesItselfWithoutAnything() throws IOException {
        assertThat(run("demo")).as(err.toString()).isZero();
        String printed = out.toString();
        assertThat(printed)
                .contains("$ multiarch build --builder=jib ", "$ multiarch push --image=", "$ multiarch inspect ");
        JsonNode index = new ObjectMapper().readTree(printed.substring(printed.indexOf("\n{\n") + 1));
        assertThat(index.at("/manifests/0/platform/architecture").asText()).isEqualTo("amd64");
        assertThat(index.at("/manifests/1/platform/architecture").asText()).isEqualTo("arm64");
        assertThat(index.at("/manifests/2/platform/architecture").asText()).isEqualTo("riscv64");
        assertThat(index.at("/annotations/org.opencontainers.image.title").asText())
                .isEqualTo("hello");
        for (Platform platform : DemoProgram.PLATFORMS) {
            boolean runs = EmulationCheck.of(platform, BuildTools.NONE).possible();
            assertThat(printed)
                    .contains("The program in the image for " + platform + ": "
                            + (runs ? "hello from " + platform : "not run: "));
        }
    }
}
