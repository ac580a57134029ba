package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same files and configuration as Docker 26.1.5 makes of the stages of one Dockerfile, as {@code docker export} and
 * {@code docker inspect} have told them on 2026-11-29. Each line has path, type, mode, user, group, link or the beginning
 * of the content's SHA-1.
 */
@Timeout(120)
class LikeDockerTest {

    private static final Path RECORDED = Path.of("src/test/resources/io/jenkins/plugins/multiarch/engine/docker");
    private static final Platform PLATFORM = Platform.parse("linux/amd64");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temp;

    private Path context;
    private FaultyRegistry server;
    private final Registry registry = new Registry(RegistryAccess.anonymous());

    @BeforeEach
    void makeContext() throws IOException {
        server = new FaultyRegistry();
        context = Files.createDirectory(temp.resolve("context"));
        write("root/usr/bin/busybox", "busybox\n", "rwxr-xr-x");
        Files.createSymbolicLink(context.resolve("root/bin"), Path.of("usr/bin"));
        write("tree/a/one", "1\n", "rw-r-----");
        write("tree/a/b/two", "2\n", "rw-r--r--");
        mode("tree/a/b", "rwxr-x---");
        Files.createSymbolicLink(context.resolve("tree/a/lnk"), Path.of("one"));
        Files.createSymbolicLink(context.resolve("tree/abs"), Path.of("/etc/hosts"));
        write("dir/inner", "a\n", "rw-r--r--");
        Files.createDirectory(context.resolve("dir/sub"));
        mode("dir/sub", "rwxr-xr-x");
        write("more/bin/tool", "t\n", "rw-r--r--");
        write("hello.txt", "h\n", "rw-r--r--");
        write("secret/f", "s\n", "rw-r--r--");
        mode("secret", "rwx------");
        write(".dockerignore", "# comment\nDockerfile\narchive.tar.gz\ntree/a/b/*\n!tree/a/b/two\n", "rw-r--r--");
        Files.copy(RECORDED.resolve("Dockerfile"), context.resolve("Dockerfile"));
        try (OutputStream out = Files.newOutputStream(context.resolve("archive.tar"));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            add(tar, "deep/", 0755, "");
            add(tar, "deep/file", 0644, "x\n");
        }
        mode("archive.tar", "rw-r--r--");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void write(String path, String content, String mode) throws IOException {
        Path file = context.resolve(path);
        Files.createDirectories(file.getParent());
        for (Path parent = file.getParent(); !parent.equals(context); parent = parent.getParent()) {
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.writeString(file, content);
        mode(path, mode);
    }

    private void mode(String path, String mode) throws IOException {
        Files.setPosixFilePermissions(context.resolve(path), PosixFilePermissions.fromString(mode));
    }

    private static void add(TarArchiveOutputStream tar, String name, int mode, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setIds(5, 6);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private PushedImage build(String stage) throws IOException {
        BuildRequest request = new BuildRequest(
                server.image("app:1"),
                PLATFORM,
                context.toString(),
                "Dockerfile",
                stage,
                Map.of("A", "given"),
                Map.of(),
                false,
                false,
                "",
                true,
                true,
                BuildFeatures.NONE);
        try (ImageBuilder builder =
                ImageBuilder.create(Recipe.read(context, "Dockerfile"), registry, temp, new HashMap<>(), line -> {})) {
            return builder.build(request).orElseThrow();
        }
    }

    private static String hash(Path file) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(hash).substring(0, 8);
    }

    private List<String> files(BaseImage image) throws Exception {
        LayerReader reader = new LayerReader(registry);
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, Node> entry :
                reader.tree(image.layers()).below("").entrySet()) {
            Node node = entry.getValue();
            String type = node.isDirectory() ? "5" : node.isLink() ? "2" : "0";
            String content = node.content() instanceof Node.InLayer file
                    ? hash(reader.fetch(Set.of(file), temp).get(file))
                    : "";
            // The archive was packed by another program.
            String known = entry.getKey().endsWith("archive.tar") ? "" : content;
            lines.add((entry.getKey() + " " + type + " 0o" + Integer.toOctalString(node.mode()) + " " + node.uid() + " "
                            + node.gid() + " " + node.link() + " " + known)
                    .strip());
        }
        return lines.stream().sorted().toList();
    }

    private static JsonNode comparable(JsonNode config) {
        ObjectNode json = config.deepCopy();
        if (json.path("Healthcheck") instanceof ObjectNode check) {
            check.remove("Retries"); // Docker does not show a zero.
        }
        return json;
    }

    @ParameterizedTest
    @ValueSource(strings = {"documents", "copies", "stages", "paths", "settings", "inherited", "variables"})
    void makesWhatDockerMakes(String stage) throws Exception {
        List<String> recorded = Files.readAllLines(RECORDED.resolve(stage + ".txt"));
        int json = recorded.indexOf("{");
        List<String> files = recorded.subList(0, json).stream()
                .map(line ->
                        line.replaceFirst("(archive.tar .*) [0-9a-f]{8}$", "$1").strip())
                .sorted()
                .toList();

        BaseImage image = BaseImage.read(registry, build(stage).reference(), PLATFORM, null);

        assertThat(files(image)).isEqualTo(files);
        assertThat(comparable(image.config().path("config")))
                .isEqualTo(comparable(JSON.readTree(String.join("\n", recorded.subList(json, recorded.size())))));
    }
}
