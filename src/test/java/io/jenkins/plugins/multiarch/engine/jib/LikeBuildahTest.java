package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same files and the same configuration as buildah makes of the same Dockerfile. */
@Tag("integration")
@Timeout(300)
class LikeBuildahTest {

    private static final Platform PLATFORM = Platform.parse("linux/amd64");
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    private static Path temp;

    private static Path context;
    private static RealRegistry real;
    private static final Registry REGISTRY = new Registry(RegistryAccess.anonymous());

    @BeforeAll
    static void makeContextAndBases() throws Exception {
        real = RealRegistry.start();
        context = Files.createDirectory(temp.resolve("context"));
        write("hello.txt", "hello\n", "rw-r--r--");
        write("other.txt", "other\n", "rw-rw-r--");
        write("with space.txt", "space\n", "rw-r--r--");
        write("program", "#!/bin/sh\n", "rwxr-xr-x");
        write("dir/inner", "inner\n", "rw-------");
        write("dir/sub/alpha", "alpha\n", "rw-r--r--");
        write("dir/sub/zeta", "zeta\n", "r--r--r--");
        Files.createDirectories(context.resolve("dir/empty"));
        Files.createSymbolicLink(context.resolve("dir/relative"), Path.of("sub/alpha"));
        Files.createSymbolicLink(context.resolve("dir/dangling"), Path.of("/nowhere"));
        Files.createSymbolicLink(context.resolve("link"), Path.of("dir/inner"));
        write("ignored", "x", "rw-r--r--");
        write("dir/ignored.log", "x", "rw-r--r--");
        Files.writeString(context.resolve(".dockerignore"), "ignored\n**/*.log\n*.Dockerfile\n");
        try (OutputStream plain = Files.newOutputStream(context.resolve("archive.tar"));
                OutputStream zipped = new GZIPOutputStream(Files.newOutputStream(context.resolve("archive.tar.gz")))) {
            archive(plain);
            archive(zipped);
        }
        Path base = Files.createDirectory(temp.resolve("base"));
        Files.copy(Path.of("target/busybox/amd64/busybox"), base.resolve("busybox"));
        assertThat(base.resolve("busybox").toFile().setExecutable(true)).isTrue();
        Files.writeString(base.resolve("passwd"), "root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n");
        Files.writeString(base.resolve("group"), "root:x:0:\napp:x:1001:\nstaff:x:50:app\n");
        Files.writeString(base.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /usr/bin/sh
                COPY busybox /usr/bin/busybox
                RUN ["/usr/bin/busybox", "ln", "-s", "usr/bin", "/bin"]
                RUN /bin/busybox mkdir -m 1777 /tmp && /bin/busybox mkdir -p /etc /srv && /bin/busybox mkdir -m 700 /etc/private
                COPY passwd group /etc/
                RUN /bin/busybox rm /usr/bin/busybox
                ENV FROM_BASE="of the base"
                LABEL base=yes
                CMD ["base command"]
                """);
        Files.writeString(base.resolve("trigger.Dockerfile"), """
                FROM localhost/base
                ONBUILD COPY hello.txt /triggered/
                ONBUILD ENV TRIGGERED=yes
                """);
        buildah(base, "base", "Dockerfile", real.image("base:1"));
        buildah(base, "trigger", "trigger.Dockerfile", real.image("trigger:1"));
    }

    @AfterAll
    static void stop() throws IOException {
        real.close();
    }

    private static void write(String path, String content, String mode) throws IOException {
        Path file = context.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static void archive(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
        byte[] content = "in the archive\n".getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry directory = new TarArchiveEntry("deep/", TarConstants.LF_DIR);
        directory.setMode(0750);
        directory.setIds(5, 6);
        tar.putArchiveEntry(directory);
        tar.closeArchiveEntry();
        TarArchiveEntry file = new TarArchiveEntry("deep/file", TarConstants.LF_NORMAL);
        file.setMode(0640);
        file.setIds(5, 6);
        file.setSize(content.length);
        tar.putArchiveEntry(file);
        tar.write(content);
        tar.closeArchiveEntry();
        TarArchiveEntry link = new TarArchiveEntry("deep/link", TarConstants.LF_SYMLINK);
        link.setLinkName("file");
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
        tar.finish();
    }

    private static void buildah(Path directory, String name, String dockerfile, ImageReference target)
            throws IOException {
        List<String> store = List.of(
                "buildah", "--storage-driver=vfs", "--root=" + temp.resolve("b"), "--runroot=" + temp.resolve("r"));
        run(
                directory,
                store,
                "build",
                "--isolation=chroot",
                "--layers=false",
                "--format=docker",
                "--platform=" + PLATFORM,
                "--build-arg=BASE=localhost/base",
                "--file=" + dockerfile,
                "--tag=localhost/" + name,
                ".");
        run(directory, store, "push", "--tls-verify=false", "localhost/" + name, "docker://" + target);
    }

    private static void run(Path directory, List<String> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", directory.toString()));
        command.addAll(program);
        command.addAll(List.of(arguments));
        CommandResult result = new LocalCommandRunner(System.getenv()).run(command, LONG);
        assertThat(result.succeeded()).as(result.stdout() + result.stderr()).isTrue();
    }

    static Stream<String> corpus() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/io/jenkins/plugins/multiarch/engine/jib"))) {
            return files
                    .map(file -> file.getFileName().toString().replace(".Dockerfile", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private record Found(Map<String, String> files, JsonNode config) {}

    private static Found found(ImageReference reference, Platform platform) throws IOException {
        Manifest manifest = REGISTRY.pull(reference);
        assertThat(manifest.isImage()).isTrue();
        BaseImage image = BaseImage.read(REGISTRY, reference, platform, null);
        LayerReader reader = new LayerReader(REGISTRY);
        FileTree tree = reader.tree(image.layers());
        Set<Node.InLayer> wanted = new HashSet<>();
        tree.below("").values().forEach(node -> {
            if (node.content() instanceof Node.InLayer content) {
                wanted.add(content);
            }
        });
        Map<Node.InLayer, Path> contents = reader.fetch(wanted, Files.createTempDirectory(temp, "files"));
        Map<String, String> files = new TreeMap<>();
        for (Map.Entry<String, Node> entry : tree.below("").entrySet()) {
            Node node = entry.getValue();
            String content = node.isFile()
                    ? String.valueOf(java.util.Arrays.hashCode(Files.readAllBytes(contents.get(node.content()))))
                    : node.link();
            files.put(
                    entry.getKey(),
                    node.type() + " " + (node.isLink() ? "" : Integer.toOctalString(node.mode())) + " " + node.uid()
                            + ":" + node.gid() + " " + content);
        }
        return new Found(files, image.config());
    }

    /** What a container of it is like; not who has made it, or when. */
    private static JsonNode comparable(JsonNode config) {
        ObjectNode json = config.path("config").deepCopy();
        json.put("architecture", config.path("architecture").asText());
        json.put("os", config.path("os").asText());
        json.put("author", config.path("author").asText());
        if (json.path("WorkingDir").asText().isEmpty()) {
            json.put("WorkingDir", "/");
        }
        if (json.path("Labels") instanceof ObjectNode labels) {
            labels.remove("io.buildah.version");
            if (labels.isEmpty()) {
                json.remove("Labels");
            }
        }
        // buildah moves a variable that is set anew to the end, and forgets a check that is switched off; docker does
        // not.
        List<String> environment = new ArrayList<>();
        json.path("Env").forEach(variable -> environment.add(variable.asText()));
        environment.sort(null);
        json.putPOJO("Env", environment.toString());
        if (json.at("/Healthcheck/Test/0").asText().equals("NONE")) {
            json.remove("Healthcheck");
        }
        json.remove(List.of("OnBuild", "ArgsEscaped", "Hostname", "Domainname"));
        // Nothing may be left out or be empty.
        List.copyOf(json.properties()).forEach(field -> {
            if (field.getValue().asText().isEmpty() && field.getValue().isEmpty()
                    || field.getValue().isBoolean() && !field.getValue().asBoolean()) {
                json.remove(field.getKey());
            }
        });
        return json;
    }

    private static PushedImage ours(String dockerfile, ImageReference target) throws IOException {
        return ours(dockerfile, target, null);
    }

    /** @param exported gets the files of the image; null if they are not wanted */
    private static PushedImage ours(String dockerfile, ImageReference target, Path exported) throws IOException {
        String text = Files.readString(Path.of(
                        "src/test/resources/io/jenkins/plugins/multiarch/engine/jib", dockerfile + ".Dockerfile"))
                .replace("FROM base", "FROM " + real.image("base:1"))
                .replace("FROM trigger", "FROM " + real.image("trigger:1"))
                .replace("--from=base", "--from=" + real.image("base:1"));
        Files.writeString(context.resolve("ours.Dockerfile"), text);
        BuildRequest request = new BuildRequest(
                target,
                PLATFORM,
                context.toString(),
                "ours.Dockerfile",
                "",
                Map.of("BASE", real.image("base:1").toString()),
                Map.of(),
                false,
                false,
                "",
                true,
                true,
                BuildFeatures.NONE);
        List<String> log = new ArrayList<>();
        try (ImageBuilder builder = ImageBuilder.create(
                Recipe.read(context, "ours.Dockerfile"), REGISTRY, temp, new HashMap<>(), log::add)) {
            PushedImage pushed = builder.build(request).orElseThrow();
            if (exported != null) {
                builder.export(request, exported);
            }
            return pushed;
        } finally {
            Files.delete(context.resolve("ours.Dockerfile"));
        }
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void makesWhatBuildahMakes(String dockerfile) throws Exception {
        ImageReference target = real.image("like/" + dockerfile + ":1");
        PushedImage ours = ours(dockerfile, target);
        String text = Files.readString(Path.of(
                        "src/test/resources/io/jenkins/plugins/multiarch/engine/jib", dockerfile + ".Dockerfile"))
                .replace("FROM base", "FROM localhost/base")
                .replace("FROM trigger", "FROM localhost/trigger")
                .replace("--from=base", "--from=localhost/base");
        Files.writeString(context.resolve("theirs.Dockerfile"), text);
        buildah(context, dockerfile, "theirs.Dockerfile", target.withTag("theirs"));
        Files.delete(context.resolve("theirs.Dockerfile"));

        Found mine = found(ours.reference(), PLATFORM);
        Found theirs = found(target.withTag("theirs"), PLATFORM);
        assertThat(mine.files()).isEqualTo(theirs.files());
        assertThat(comparable(mine.config())).isEqualTo(comparable(theirs.config()));
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void makesTheSameEveryTime(String dockerfile) throws Exception {
        ImageReference target = real.image("twice/" + dockerfile + ":1");
        PushedImage first = ours(dockerfile, target);
        assertThat(ours(dockerfile, target).descriptor()).isEqualTo(first.descriptor());
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void exportsWhatIsInTheImage(String dockerfile) throws Exception {
        Path exported = temp.resolve("exported-" + dockerfile);
        Found image = found(
                ours(dockerfile, real.image("exported/" + dockerfile + ":1"), exported)
                        .reference(),
                PLATFORM);
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(exported)) {
            for (Path path : paths.filter(path -> !path.equals(exported)).toList()) {
                String content = Files.isSymbolicLink(path)
                        ? "LINK " + Files.readSymbolicLink(path)
                        : Files.isDirectory(path) ? "DIRECTORY" : "FILE " + hash(path);
                files.put(exported.relativize(path).toString(), content);
            }
        }
        // Whose they are and which modes they have is TreeWriterTest's.
        Map<String, String> expected = new TreeMap<>();
        image.files()
                .forEach((path, node) -> expected.put(
                        path, node.replaceFirst(" [0-7]* \\d+:\\d+", "").strip()));
        assertThat(files).containsAllEntriesOf(expected);
        files.keySet().removeAll(expected.keySet());
        // A layer need not have the directories of its files.
        assertThat(files.values()).allMatch("DIRECTORY"::equals);
    }

    private static String hash(Path file) throws IOException {
        return String.valueOf(java.util.Arrays.hashCode(Files.readAllBytes(file)));
    }
}
