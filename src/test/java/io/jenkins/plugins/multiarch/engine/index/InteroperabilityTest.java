package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What we push others read, and what they push we read, amend and push again; all through Debian's docker-registry. */
@Tag("integration")
@Timeout(300)
@ParameterizedClass
@MethodSource("io.jenkins.plugins.multiarch.engine.ToolGeneration#present")
class InteroperabilityTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Platform ARM64 = Platform.parse("linux/arm64");
    private static final Platform S390X = Platform.parse("linux/s390x");

    @Parameter
    private ToolGeneration tools;

    @TempDir
    private Path directory;

    private RealRegistry real;
    private ImageReference image;
    private Registry registry;
    private IndexPublisher publisher;
    private int lists;

    @BeforeEach
    void start() throws IOException {
        real = RealRegistry.start();
        image = real.image("demo/hello:1");
        registry = new Registry(RegistryAccess.anonymous());
        publisher = new IndexPublisher(registry, line -> {});
        for (Platform platform : List.of(AMD64, ARM64, S390X)) {
            TestImages.anonymous()
                    .push(tag(platform), Manifest.DOCKER_MANIFEST, TestImages.config(platform.toString()));
        }
        Files.writeString(directory.resolve("config.json"), "{}");
        // podman's "manifest inspect" has no option for it.
        Files.writeString(
                directory.resolve("registries.conf"),
                "[[registry]]\nlocation = \"" + real.address() + "\"\ninsecure = true\n");
    }

    @AfterEach
    void stop() throws IOException {
        real.close();
    }

    private ImageReference tag(Platform platform) {
        return image.withTag(platform.architecture());
    }

    private byte[] run(String... command) throws Exception {
        File errors = directory.resolve("errors").toFile();
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
        builder.environment().put("DOCKER_CONFIG", directory.toString());
        builder.environment()
                .put("REGISTRY_AUTH_FILE", directory.resolve("config.json").toString());
        builder.environment()
                .put(
                        "CONTAINERS_REGISTRIES_CONF",
                        directory.resolve("registries.conf").toString());
        Process process = builder.start();
        byte[] out = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Arrays.toString(command) + ": " + Files.readString(errors.toPath()))
                .isZero();
        return out;
    }

    private byte[] buildah(String... arguments) throws Exception {
        return withStorage("buildah", arguments);
    }

    private byte[] podman(String... arguments) throws Exception {
        return withStorage("podman", arguments);
    }

    private byte[] withStorage(String tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                tool,
                "--storage-driver=vfs",
                "--root=" + directory.resolve(tool),
                "--runroot=" + directory.resolve(tool + "-run")));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Everyone reads exactly this, or the same members in it. */
    private void assertRead(ImageReference reference, Manifest manifest) throws Exception {
        String name = reference.toString();
        List<String> digests = ImageIndex.parse(manifest).members().stream()
                .map(member -> member.digest().toString())
                .toList();
        byte[] bytes = manifest.content();
        assertThat(run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + name))
                .isEqualTo(bytes);
        assertThat(run(tools.buildx(), "imagetools", "inspect", "--raw", name)).isEqualTo(bytes);
        assertThat(run(tools.oras(), "manifest", "fetch", "--plain-http", name)).isEqualTo(bytes);
        String list = "read-" + (lists += 1);
        buildah("manifest", "create", list);
        buildah("manifest", "add", "--all", "--tls-verify=false", list, "docker://" + name);
        for (byte[] read : List.of(
                run(tools.docker(), "manifest", "inspect", "--insecure", name),
                buildah("manifest", "inspect", list),
                podman("manifest", "inspect", name))) {
            assertThat(Json.read(read).path("manifests"))
                    .extracting(member -> member.path("digest").asText())
                    .containsExactlyElementsOf(digests);
        }
    }

    private PublishedIndex publish(Map<String, String> annotations) throws IOException {
        return publisher.publish(IndexRequest.builder(image)
                .source(IndexSource.of(tag(AMD64)))
                .source(IndexSource.of(tag(ARM64)))
                .annotations(annotations)
                .build());
    }

    @Test
    void othersReadOurIndexAndOurList() throws Exception {
        for (Map<String, String> annotations : List.of(Map.of("k", "v"), Map.<String, String>of())) {
            assertRead(image, publish(annotations).manifest());
            String name = image.toString();
            // A choice by platform, as every engine makes it.
            JsonNode skopeo = Json.read(run(
                    "skopeo",
                    "--override-os=linux",
                    "--override-arch=arm64",
                    "inspect",
                    "--config",
                    "--tls-verify=false",
                    "docker://" + name));
            assertThat(skopeo.path("architecture").asText()).isEqualTo("arm64");
        }
    }

    @Test
    void skopeoCopiesWhatWeBroughtFromAnotherRegistry() throws Exception {
        try (RealRegistry other = RealRegistry.start()) {
            publish(Map.of());
            ImageReference target = other.image("copy/hello:1");
            publisher.publish(IndexRequest.builder(target)
                    .source(IndexSource.of(image).only(Set.of(ARM64)))
                    .source(IndexSource.of(tag(S390X)))
                    .build());
            ImageReference near = other.image("mounted/hello:1");
            publisher.publish(
                    IndexRequest.builder(near).source(IndexSource.of(target)).build());
            for (ImageReference copied : List.of(target, near)) {
                run(
                        "skopeo",
                        "copy",
                        "--all",
                        "--preserve-digests",
                        "--src-tls-verify=false",
                        "docker://" + copied,
                        "dir:" + directory.resolve(copied.repository().replace('/', '-')));
            }
        }
    }

    /** Amends what somebody else has pushed; what was there stays byte for byte, and everyone reads the result. */
    private void amend(ImageReference theirs) throws Exception {
        Manifest before = registry.pull(theirs);
        List<Descriptor> members = ImageIndex.parse(before).members();
        assertThat(members)
                .extracting(member -> member.platform().orElseThrow())
                .containsExactly(AMD64, ARM64);
        PublishedIndex after = publisher.publish(IndexRequest.builder(theirs)
                .source(IndexSource.of(tag(S390X)))
                .amend(true)
                .build());
        assertThat(after.mediaType()).isEqualTo(before.mediaType());
        String old = new String(before.content(), StandardCharsets.UTF_8);
        String kept = old.substring(0, old.lastIndexOf('}', old.lastIndexOf(']')) + 1);
        assertThat(new String(after.manifest().content(), StandardCharsets.UTF_8))
                .startsWith(kept);
        assertThat(after.members()).hasSize(3);
        assertRead(theirs, after.manifest());
        PublishedIndex smaller = publisher.publish(
                IndexRequest.builder(theirs).remove(List.of(S390X)).build());
        assertThat(smaller.manifest()).isEqualTo(before);
    }

    @Test
    void amendsWhatDockerManifestPushes() throws Exception {
        ImageReference theirs = image.withTag("docker");
        run(
                tools.docker(),
                "manifest",
                "create",
                "--insecure",
                theirs.toString(),
                tag(AMD64).toString(),
                tag(ARM64).toString());
        run(tools.docker(), "manifest", "push", "--purge", "--insecure", theirs.toString());
        amend(theirs);
    }

    @Test
    void amendsWhatBuildxPushes() throws Exception {
        ImageReference theirs = image.withTag("buildx");
        run(
                tools.buildx(),
                "imagetools",
                "create",
                "-t",
                theirs.toString(),
                tag(AMD64).toString(),
                tag(ARM64).toString());
        amend(theirs);
    }

    @Test
    void amendsWhatBuildahPushes() throws Exception {
        amend(pushedBy("buildah"));
    }

    @Test
    void amendsWhatPodmanPushes() throws Exception {
        amend(pushedBy("podman"));
    }

    /** An index that one of the tools that take the same arguments has made and pushed. */
    private ImageReference pushedBy(String tool) throws Exception {
        ImageReference theirs = image.withTag(tool);
        withStorage(tool, "manifest", "create", "theirs");
        for (Platform platform : List.of(AMD64, ARM64)) {
            withStorage(tool, "manifest", "add", "--tls-verify=false", "theirs", "docker://" + tag(platform));
        }
        withStorage(tool, "manifest", "push", "--format=v2s2", "--tls-verify=false", "theirs", "docker://" + theirs);
        return theirs;
    }

    /** It writes index and manifests anew, because it converts them. */
    @Test
    void amendsWhatSkopeoPushes() throws Exception {
        Manifest ours = publish(Map.of()).manifest();
        ImageReference theirs = image.withTag("skopeo");
        run(
                "skopeo",
                "copy",
                "--all",
                "--format=oci",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                "docker://" + image,
                "docker://" + theirs);
        assertThat(registry.pull(theirs).digest()).isNotEqualTo(ours.digest());
        amend(theirs);
    }

    @Test
    void amendsWhatOrasPushes() throws Exception {
        ImageReference theirs = image.withTag("oras");
        Path file = directory.resolve("index.json");
        Files.write(
                file,
                ImageIndex.of(
                                IndexFormat.OCI,
                                List.of(descriptor(AMD64), descriptor(ARM64)),
                                Map.of("org.example.key", "value"))
                        .toManifest()
                        .content());
        run(tools.oras(), "manifest", "push", "--plain-http", theirs.toString(), file.toString());
        amend(theirs);
    }

    @Test
    void amendsWhatOrasMakesOfReferences() throws Exception {
        assumeTrue(tools == ToolGeneration.TODAY, "oras 1.2 cannot make an index");
        ImageReference theirs = image.withTag("oras-index");
        run(
                tools.oras(),
                "manifest",
                "index",
                "create",
                "--plain-http",
                theirs.toString(),
                tag(AMD64).tag(),
                tag(ARM64).tag());
        amend(theirs);
    }

    @Test
    void amendsWhatCranePushesAndCraneReadsOurs() throws Exception {
        assumeTrue(tools == ToolGeneration.TODAY, "crane comes with today's tools");
        ImageReference theirs = image.withTag("crane");
        String crane = ToolGeneration.crane();
        run(
                crane,
                "index",
                "append",
                "--insecure",
                "-t",
                theirs.toString(),
                "-m",
                tag(AMD64).toString(),
                "-m",
                tag(ARM64).toString());
        amend(theirs);
        Manifest ours = publish(Map.of("k", "v")).manifest();
        assertThat(run(crane, "manifest", "--insecure", image.toString())).isEqualTo(ours.content());
    }

    /** Debian's registry has no list of what is about an image, so ours must be where oras looks for it. */
    @Test
    void orasFindsWhatIsAboutAnImage() throws Exception {
        ImageReference subject = tag(AMD64);
        PublishedIndex published = publisher.publish(IndexRequest.builder(image.withTag("about"))
                .source(IndexSource.of(subject))
                .artifactType("application/vnd.example.app.v1")
                .subject(subject)
                .build());

        byte[] found = run(tools.oras(), "discover", "--plain-http", "--format=json", subject.toString());
        assertThat(found)
                .asString(StandardCharsets.UTF_8)
                .contains(published.digest().toString())
                .contains("application/vnd.example.app.v1");
    }

    private Descriptor descriptor(Platform platform) throws IOException {
        Manifest manifest = registry.pull(tag(platform));
        Digest digest = manifest.digest();
        return Descriptor.of(manifest.mediaType(), digest, manifest.size(), platform);
    }
}
