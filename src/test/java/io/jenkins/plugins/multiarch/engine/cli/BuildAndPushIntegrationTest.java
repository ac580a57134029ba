package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.build.OwnEngine;
import io.jenkins.plugins.multiarch.engine.build.OwnStorage;
import io.jenkins.plugins.multiarch.engine.build.SbomScanner;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line in a process of its own, as its users run it: build, then push, then other people's tools. */
@Tag("integration")
class BuildAndPushIntegrationTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LOADED = Pattern.compile("localhost/multiarch-build/[0-9a-f-]+");

    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>();
    private Path context;

    @BeforeEach
    void createContext() throws IOException {
        assertThat(Path.of("target/docker-cli/docker")).as("Run .ci/prepare").isExecutable();
        context = BusyboxContext.create(temp.resolve("context"));
        Path home = Files.createDirectory(temp.resolve("home"));
        environment.put("HOME", home.toString());
        environment.put("DOCKER_CONFIG", null);
        environment.put("REGISTRY_AUTH_FILE", null);
        environment.put("XDG_RUNTIME_DIR", home.toString());
        // Containers cannot be nested everywhere; changing the root directory is enough to build.
        environment.put("BUILDAH_ISOLATION", "chroot");
    }

    private CommandResult multiarch(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + Files.createDirectories(temp.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new LocalCommandRunner(environment).run(command, LONG);
    }

    private String succeed(CommandResult result) {
        assertThat(result.exitCode()).as(result.stderr()).isZero();
        return result.stdout();
    }

    private String run(String... command) throws IOException {
        return succeed(new LocalCommandRunner(environment).run(List.of(command), LONG));
    }

    private static void assertIndexOfBoth(JsonNode index) {
        assertThat(index.at("/manifests")).hasSize(2);
        assertThat(index.at("/manifests/0/platform/architecture").asText()).isEqualTo("amd64");
        assertThat(index.at("/manifests/1/platform/architecture").asText()).isEqualTo("arm64");
    }

    @Test
    void buildThenPushYieldsAnAnnotatedIndexThatOtherToolsRead() throws Exception {
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("x:1");
            Path images = temp.resolve("images.json");
            Path digests = temp.resolve("digests");

            String built = succeed(multiarch(
                    "build",
                    "--platform=linux/amd64",
                    "--platform=linux/arm64",
                    "--image=" + image,
                    "--insecure=" + image.registry(),
                    "--tool=buildah",
                    "--build-arg=GREETING=hi there",
                    "--digest-file=" + digests,
                    context.toString()));
            Files.writeString(images, built);
            String digest = succeed(multiarch(
                            "push",
                            "--image=" + image,
                            "--insecure=" + image.registry(),
                            "--source-file=" + images,
                            "--tag=latest",
                            "--annotation=org.opencontainers.image.title=hello",
                            "--platform-annotation=linux/arm64:k=v"))
                    .strip();

            List<JsonNode> lines = new ArrayList<>();
            for (String line : built.lines().toList()) {
                lines.add(JSON.readTree(line));
            }
            assertThat(lines)
                    .extracting(line -> line.path("platform").asText())
                    .containsExactly("linux/amd64", "linux/arm64");
            assertThat(lines)
                    .extracting(line -> line.path("platformTag").asText())
                    .containsExactly("1-linux-amd64", "1-linux-arm64");
            assertThat(Files.readAllLines(digests))
                    .isEqualTo(lines.stream()
                            .map(line -> line.path("digest").asText())
                            .toList());

            String raw = run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + image);
            assertThat(Digest.ofSha256(raw.getBytes(StandardCharsets.UTF_8))).hasToString(digest);
            JsonNode index = JSON.readTree(raw);
            assertIndexOfBoth(index);
            assertThat(index.at("/annotations/org.opencontainers.image.title").asText())
                    .isEqualTo("hello");
            assertThat(index.at("/manifests/1/annotations/k").asText()).isEqualTo("v");
            assertThat(index.at("/manifests/0/digest").asText())
                    .isEqualTo(lines.get(0).path("digest").asText());
            assertThat(run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + image.withTag("latest")))
                    .isEqualTo(raw);
            // Debian 12's docker 20.10 takes an OCI index for no manifest at all.
            assertIndexOfBoth(dockerManifest(Path.of("target/docker-cli/docker").toAbsolutePath(), image));

            assertPushedBySourcesIsTheSame(image, digest);
            assertNothingIsLeft();
        }
    }

    private JsonNode dockerManifest(Path docker, ImageReference image) throws IOException {
        environment.put("DOCKER_CLI_EXPERIMENTAL", "enabled");
        return JSON.readTree(run(docker.toString(), "manifest", "inspect", "--insecure", image.toString()));
    }

    @Test
    void whatDockerBuildsBecomesAListThatEveryDockerReads() throws Exception {
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("x:1");
            Path images = temp.resolve("images.json");

            Files.writeString(
                    images,
                    succeed(multiarch(
                            "build",
                            "--platform=linux/amd64,linux/arm64",
                            "--image=" + image,
                            "--builder=docker",
                            context.toString())));
            succeed(multiarch("push", "--image=" + image, "--source-file=" + images));

            JsonNode list = dockerManifest(Path.of("docker"), image);
            assertThat(list.path("mediaType").asText())
                    .isEqualTo("application/vnd.docker.distribution.manifest.list.v2+json");
            assertIndexOfBoth(list);
            assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"podman", "jib"})
    void theIndexIsPublishedInTheSameCall(String builder) throws Exception {
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("team/x:1");
            if (builder.equals("jib")) {
                Files.writeString(
                        context.resolve("Dockerfile"),
                        "FROM scratch\nARG TARGETARCH\nCOPY root/busybox-$TARGETARCH /\n");
            }
            Path digests = temp.resolve("digests");

            List<JsonNode> printed = new ArrayList<>();
            for (String line : succeed(multiarch(
                            "build",
                            "--builder=" + builder,
                            "--platform=linux/amd64,linux/arm64",
                            "--image=" + image,
                            "--publish",
                            "--tag=latest",
                            "--annotation=org.opencontainers.image.title=x",
                            "--digest-file=" + digests,
                            context.toString()))
                    .lines()
                    .toList()) {
                printed.add(JSON.readTree(line));
            }

            assertThat(printed).hasSize(3);
            JsonNode index = JSON.readTree(
                    run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + image.withTag("latest")));
            assertThat(index.path("manifests"))
                    .extracting(member -> member.path("digest"))
                    .containsExactly(
                            printed.get(0).path("digest"), printed.get(1).path("digest"));
            assertThat(index.at("/annotations/org.opencontainers.image.title").asText())
                    .isEqualTo("x");
            assertThat(printed.get(2).path("tags")).extracting(JsonNode::asText).containsExactly("1", "latest");
            assertThat(Files.readAllLines(digests))
                    .hasSize(3)
                    .last()
                    .isEqualTo(printed.get(2).path("digest").asText());
            assertNothingIsLeft();
        }
    }

    @Test
    void theBillOfMaterialsOfAnOwnScannerIsPublishedWithTheImages() throws Exception {
        try (RealRegistry real = RealRegistry.start();
                OwnEngine engine =
                        OwnEngine.start(ToolGeneration.TODAY, Files.createDirectory(temp.resolve("e")), true)) {
            environment.put("DOCKER_HOST", engine.host());
            environment.put("PATH", Path.of(ToolGeneration.TODAY.docker()).getParent() + ":" + System.getenv("PATH"));
            Path docker = Files.createDirectory(temp.resolve("docker"));
            Files.writeString(
                    docker.resolve("config.json"),
                    "{\"cliPluginsExtraDirs\":[\""
                            + Path.of(ToolGeneration.TODAY.buildx()).getParent() + "\"]}");
            environment.put("DOCKER_CONFIG", docker.toString());
            ImageReference scanner = real.image("tools/scanner:1");
            SbomScanner.push(scanner, temp);
            ImageReference image = real.image("x:1");

            Path images = Files.writeString(
                    temp.resolve("images.json"),
                    succeed(multiarch(
                            "build",
                            "--builder=buildx",
                            "--platform=linux/amd64,linux/arm64",
                            "--provenance=false",
                            "--sbom=" + scanner,
                            "--image=" + image,
                            context.toString())));
            succeed(multiarch("push", "--image=" + image, "--source-file=" + images));

            String shown = succeed(multiarch("inspect", image.toString()));
            assertThat(shown.lines().filter(line -> line.contains("(attestation)")))
                    .as(shown)
                    .hasSize(2);
            JsonNode index =
                    JSON.readTree(run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + image));
            for (JsonNode member : index.path("manifests")) {
                if (member.at("/annotations/vnd.docker.reference.type").asText().equals("attestation-manifest")) {
                    ImageReference attestation =
                            image.withDigest(Digest.parse(member.path("digest").asText()));
                    JsonNode layers = JSON.readTree(
                                    run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + attestation))
                            .path("layers");
                    assertThat(layers).hasSize(1);
                    String blob = real.image("x").name() + "@"
                            + layers.at("/0/digest").asText();
                    assertThat(run(ToolGeneration.TODAY.oras(), "blob", "fetch", "--plain-http", "--output=-", blob))
                            .contains(SbomScanner.CREATOR, "\"fileName\":\"./greeting\"");
                }
            }
        }
    }

    private void assertPushedBySourcesIsTheSame(ImageReference image, String digest) throws IOException {
        String again = succeed(multiarch(
                "push",
                "--image=" + image.withTag("again"),
                "--source=" + image.withTag("1-linux-amd64"),
                "--source=" + image.withTag("1-linux-arm64"),
                "--annotation=org.opencontainers.image.title=hello",
                "--platform-annotation=linux/arm64:k=v"));
        assertThat(again.strip()).isEqualTo(digest);
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(temp.resolve("tmp"))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("multiarch-")))
                    .isEmpty();
        }
    }

    @Test
    void usesTheLoginThatTheBuildToolHas() throws Exception {
        try (RealRegistry real = RealRegistry.start("bob", "s3cret")) {
            ImageReference image = real.image("x:1");
            String auths = "{\"auths\":{\"" + real.address() + "\":{\"auth\":\""
                    + Base64.getEncoder().encodeToString("bob:s3cret".getBytes(StandardCharsets.UTF_8)) + "\"}}}";
            String[] build = {"build", "--image=" + image, "--tool=buildah", context.toString()};

            assertThat(multiarch(build).exitCode()).isEqualTo(1);

            Path login =
                    Files.createDirectories(temp.resolve("home/containers")).resolve("auth.json");
            Files.writeString(login, auths);
            assertThat(succeed(multiarch(build))).contains("\"reference\":\"" + image.name() + "@sha256:");

            Files.delete(login);
            Path config = Files.createDirectory(temp.resolve("elsewhere"));
            Files.writeString(config.resolve("config.json"), auths);
            for (String tool : List.of("buildah", "docker")) {
                assertThat(succeed(multiarch(
                                "build",
                                "--image=" + image,
                                "--tool=" + tool,
                                "--config=" + config,
                                context.toString())))
                        .contains("\"reference\":\"" + image.name() + "@sha256:");
            }
            assertNothingIsLeft();
        }
    }

    @Test
    void aFailingTestPublishesNothingAndIsAnError() throws Exception {
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("x:1");

            CommandResult result =
                    multiarch("build", "--image=" + image, "--tool=buildah", "--test=exit 3", context.toString());

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.stdout()).isEmpty();
            assertThat(result.stderr().strip().lines())
                    .as(result.stderr())
                    .last()
                    .asString()
                    .contains("has failed with exit code 3", "Nothing of it was published");
            assertThat(new LocalCommandRunner(environment)
                            .run(List.of("skopeo", "list-tags", "--tls-verify=false", "docker://" + image.name()), LONG)
                            .succeeded())
                    .isFalse();
            assertNothingIsLeft();
        }
    }

    /** A context that runs nothing, for the builder that needs nothing. */
    private Path plainContext(String dockerfile) throws IOException {
        Path plain = Files.createDirectories(temp.resolve("plain"));
        Files.writeString(plain.resolve("program"), "#!/bin/sh\n");
        assertThat(plain.resolve("program").toFile().setExecutable(true)).isTrue();
        Files.writeString(plain.resolve("Dockerfile"), dockerfile);
        return plain;
    }

    /** Each test waits for the other. */
    @Test
    void buildsPlatformsAtTheSameTime() throws Exception {
        Path here = Files.createDirectory(temp.resolve("here"));
        CommandResult built = multiarch(
                "build",
                "--platform=linux/amd64,linux/arm64",
                "--image=localhost/atonce:1",
                "--no-push",
                "--builder=buildah",
                "--max-parallel=2",
                "--test=touch " + here + "/$TARGETARCH; i=0; until [ -e " + here + "/amd64 ] && [ -e " + here
                        + "/arm64 ]; do i=$((i+1)); [ $i -lt 60 ] || exit 1; sleep 1; done",
                context.toString());
        assertThat(built.exitCode()).as(built.stderr()).isZero();
        assertThat(built.stderr()).contains("[linux/amd64] Build linux/amd64", "[linux/arm64] Build linux/arm64");
        assertThat(multiarch("build", "--max-parallel=-1", "--image=localhost/atonce:1", context.toString())
                        .stderr())
                .contains("--max-parallel is -1. Give the number of platform images");
    }

    private void logIn(RealRegistry real, String user, String password) throws IOException {
        String auth = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        Path config = Files.createDirectories(temp.resolve("login"));
        Files.writeString(
                config.resolve("config.json"), "{\"auths\":{\"" + real.address() + "\":{\"auth\":\"" + auth + "\"}}}");
        environment.put("DOCKER_CONFIG", config.toString());
    }

    @Test
    void buildsWithoutAToolAndPushesToARegistryWithAPassword() throws Exception {
        try (RealRegistry real = RealRegistry.start("bob", "s3cret")) {
            ImageReference image = real.image("x:1");
            Path plain = plainContext("FROM scratch\nARG TARGETARCH\nCOPY program /\nENV ARCH=$TARGETARCH\n");
            List<String> build = List.of(
                    "build",
                    "--builder=jib",
                    "--platform=linux/amd64,linux/riscv64",
                    "--image=" + image,
                    plain.toString());

            CommandResult refused = multiarch(build.toArray(String[]::new));
            logIn(real, "bob", "s3cret");
            CommandResult built = multiarch(build.toArray(String[]::new));

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.stderr()).contains(real.address()).doesNotContain("s3cret");
            assertThat(built.stderr())
                    .contains("linux/riscv64: no machine needed: the Dockerfile runs nothing")
                    .doesNotContain("s3cret");
            Path images = Files.writeString(temp.resolve("images.json"), succeed(built));
            succeed(multiarch("push", "--image=" + image, "--source-file=" + images));
            JsonNode index = JSON.readTree(
                    run("skopeo", "inspect", "--raw", "--creds=bob:s3cret", "--tls-verify=false", "docker://" + image));
            assertThat(index.at("/manifests/1/platform/architecture").asText()).isEqualTo("riscv64");
            assertThat(run(
                            "skopeo",
                            "--override-arch=riscv64",
                            "inspect",
                            "--config",
                            "--creds=bob:s3cret",
                            "--tls-verify=false",
                            "docker://" + image))
                    .contains("ARCH=riscv64");
            assertThat(run(
                            "skopeo",
                            "list-tags",
                            "--creds=bob:s3cret",
                            "--tls-verify=false",
                            "docker://" + image.name()))
                    .as("no platform tag is left")
                    .contains("\"1\"")
                    .doesNotContain("1-linux");
        }
    }

    @Test
    void anUnknownMachineIsNotNeededUnlessSomethingRuns() throws Exception {
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("x:1");
            String platform = "--platform=linux/loong64";

            CommandResult built = multiarch(
                    "build",
                    platform,
                    "--image=" + image,
                    plainContext("FROM scratch\nCOPY program /\n").toString());
            CommandResult runs = multiarch(
                    "build",
                    platform,
                    "--image=" + image,
                    plainContext("FROM scratch\nCOPY program /\nRUN /program\n").toString());

            assertThat(succeed(built)).contains("\"platform\":\"linux/loong64\"");
            assertThat(built.stderr()).contains("linux/loong64: no machine needed: the Dockerfile runs nothing");
            assertThat(runs.exitCode()).isEqualTo(1);
            assertThat(runs.stderr())
                    .contains("not without a machine: Dockerfile, line 3: RUN '/program' runs a program");
        }
    }

    /** Hides the build tools that come before this one: they are there, and none of them works. */
    private void leaveOnly(String tool) throws IOException {
        Path broken = Files.createDirectories(temp.resolve("broken"));
        for (String other : List.of("docker", "podman", "buildah")) {
            Path program = Files.writeString(broken.resolve(other), "#!/bin/sh\nexit 1\n");
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
        Files.deleteIfExists(broken.resolve(tool));
        environment.put("PATH", broken + ":" + System.getenv("PATH"));
        environment.put(OwnStorage.VARIABLE, OwnStorage.in(temp.resolve("storage")));
    }

    private Path runnableContext() throws IOException {
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nARG TARGETARCH\nCOPY root/busybox-$TARGETARCH /bin/sh\n"
                        + "CMD [\"/bin/sh\", \"-c\", \"uname -m\"]\n");
        return context;
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "buildah"})
    void testsWhatItHasMadeWithoutABuildToolAndPushesThat(String tool) throws Exception {
        leaveOnly(tool);
        String run = tool.equals("docker")
                ? "docker run --rm --network=none \"$IMAGE\"\ndocker image inspect --format 'config {{.Id}}' \"$IMAGE\"\n"
                : "container=$(buildah from \"$IMAGE\")\ntrap 'buildah rm \"$container\" > /dev/null' EXIT\n"
                        + "buildah run \"$container\" /bin/sh -c 'uname -m'\n"
                        + "buildah inspect --format 'config sha256:{{.FromImageID}}' \"$container\"\n";
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("x:1");
            List<String> build = List.of(
                    "build",
                    "--builder=jib",
                    "--platform=linux/amd64,linux/arm64",
                    "--image=" + image,
                    runnableContext().toString());
            List<String> test = new ArrayList<>(build);
            test.add("--test=" + run + "echo changed > root/busybox-$TARGETARCH");
            test.add("--export-to=" + temp.resolve("exported"));

            String expected = succeed(multiarch(build.toArray(String[]::new)));
            CommandResult tested = multiarch(test.toArray(String[]::new));

            assertThat(succeed(tested)).isEqualTo(expected);
            assertThat(tested.stderr())
                    .contains("linux/amd64: made without a build tool, tested in " + tool + ", native")
                    .contains(
                            "linux/arm64: made without a build tool, tested in " + tool + ", emulated by qemu-aarch64")
                    .containsSubsequence("[linux/amd64] x86_64\n", "[linux/amd64] Pushed linux/amd64")
                    .containsSubsequence("[linux/arm64] aarch64\n", "[linux/arm64] Pushed linux/arm64");
            for (String line : expected.lines().toList()) {
                String reference = JSON.readTree(line).path("reference").asText();
                JsonNode manifest =
                        JSON.readTree(run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + reference));
                assertThat(tested.stderr())
                        .contains("config " + manifest.at("/config/digest").asText());
            }
            assertThat(temp.resolve("exported/linux_arm64/bin/sh")).isExecutable();
            // Others build on this machine too, or have built and were killed.
            List<String> loaded = LOADED.matcher(tested.stderr())
                    .results()
                    .map(MatchResult::group)
                    .toList();
            assertThat(loaded).isNotEmpty();
            assertThat(run(tool, "images")).doesNotContain(loaded);
            assertNothingIsLeft();
        }
    }

    @Test
    void publishesNothingOfAPlatformWhoseTestFailsWithoutABuildTool() throws Exception {
        leaveOnly("buildah");
        try (RealRegistry real = RealRegistry.start()) {
            ImageReference image = real.image("x:1");
            List<String> build = new ArrayList<>(List.of(
                    "build",
                    "--builder=jib",
                    "--platform=linux/arm64",
                    "--image=" + image,
                    "--test=exit 3",
                    runnableContext().toString()));

            CommandResult failed = multiarch(build.toArray(String[]::new));
            build.set(4, "--test=test \"$BUILD_TOOL\" = buildah");
            build.add("--no-push");
            CommandResult passed = multiarch(build.toArray(String[]::new));

            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.stdout()).isEmpty();
            assertThat(failed.stderr().strip().lines())
                    .as(failed.stderr())
                    .last()
                    .asString()
                    .contains("The build of linux/arm64 has failed with exit code 3", "Nothing of it was published");
            assertThat(succeed(passed)).isEmpty();
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create("http://" + real.address() + "/v2/_catalog"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body()
                            .strip())
                    .isEqualTo("{\"repositories\":[]}");
            assertThat(run("buildah", "images")).doesNotContain("localhost/multiarch-build");
            assertNothingIsLeft();
        }
    }

    @Test
    void aTestWithoutABuildToolNeedsOneThatRunsTheImage() throws Exception {
        List<String> build = new ArrayList<>(List.of(
                "build",
                "--builder=jib",
                "--platform=linux/amd64,linux/loong64",
                "--image=localhost:1/x:1",
                "--test=true",
                runnableContext().toString()));
        leaveOnly("none");
        CommandResult none = multiarch(build.toArray(String[]::new));
        leaveOnly("buildah");
        CommandResult foreign = multiarch(build.toArray(String[]::new));

        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.stderr().strip().lines().toList())
                .as(none.stderr())
                .last()
                .asString()
                .contains("This machine cannot test the image for linux/amd64: ")
                .contains("docker, podman or buildah", "leave test out");
        assertThat(foreign.exitCode()).isEqualTo(1);
        assertThat(foreign.stderr())
                .contains("This machine cannot test the image for linux/loong64: ", "Remedy: ")
                .doesNotContain("Made linux/amd64");
    }
}
