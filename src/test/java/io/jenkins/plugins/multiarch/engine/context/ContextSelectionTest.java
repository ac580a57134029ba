package io.jenkins.plugins.multiarch.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What we pack is what the real tools copy: {@code FROM scratch}, {@code COPY . /} and a look at the result.
 *
 * <p>Debian 12's tools do not search ignored directories for exceptions with a wildcard ({@code !all/**}{@code /*.txt});
 * BuildKit does since 2022, and so do we. {@link IgnoreFileTest} has those.
 */
@Tag("integration")
class ContextSelectionTest {

    private static final String RULES = String.join(
            "\n",
            "# comment",
            "*.log",
            "!important.log",
            "**/*.tmp",
            "/build/",
            "!build/keep",
            "build/keep/no*",
            "docs/**",
            "!docs/README.md",
            "cache/*/[a-c]?",
            "**/node_modules",
            "\\[odd\\]",
            "Case",
            "./x/../y",
            "all",
            "!all/b/c",
            "tests/**/data",
            "Dockerfile",
            "");

    private static final List<String> FILES = List.of(
            "a.log",
            "important.log",
            "logs/a.log",
            "x.tmp",
            "deep/er/x.tmp",
            "deep/er/x.tmpl",
            "build/out",
            "build/keep/yes",
            "build/keep/no",
            "build/keep/nothing/here",
            "sub/build/out",
            "docs/README.md",
            "docs/other.md",
            "docs/a/README.md",
            "cache/1/ax",
            "cache/1/dx",
            "cache/1/bxx",
            "cache/ax",
            "web/node_modules/p/index.js",
            "node_modules/q",
            "web/node_modules.txt",
            "[odd]",
            "o",
            "case",
            "Case/file",
            "y",
            "x/z",
            "all/a.txt",
            "all/b/c/d.txt",
            "all/b/c/d.bin",
            "all/e/f.bin",
            "tests/one/data/x",
            "tests/data/y",
            "tests/one/two/data/z",
            "tests/one/database",
            "!bang");

    @TempDir
    Path temp;

    private Path context;

    @BeforeEach
    void makeContext() throws IOException {
        context = Files.createDirectory(temp.resolve("context"));
        for (String name : FILES) {
            Path file = context.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        Files.createDirectories(context.resolve("empty/inner"));
        Files.createSymbolicLink(context.resolve("link.txt"), Path.of("docs/README.md"));
        Files.createSymbolicLink(context.resolve("link.tmp"), Path.of("y"));
        Files.writeString(context.resolve(".dockerignore"), RULES);
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY . /\n");
    }

    @Test
    void isWhatBuildKitSends() throws Exception {
        // Debian's docker takes BuildKit from its engine; a newer one elsewhere on the PATH would ask for buildx.
        Path debian = Path.of("/usr/bin/docker");
        Path result = temp.resolve("result.tar");
        run(
                Map.of("DOCKER_BUILDKIT", "1"),
                Files.exists(debian) ? debian.toString() : "docker",
                "build",
                "--quiet",
                "--output",
                "type=tar,dest=" + result,
                context.toString());

        assertThat(ours()).isEqualTo(paths(Files.readAllBytes(result)));
    }

    @Test
    void isWhatBuildahSends() throws Exception {
        Path result = temp.resolve("result.tar");
        run(
                Map.of(),
                "buildah",
                "--storage-driver",
                "vfs",
                "--root",
                temp.resolve("root").toString(),
                "--runroot",
                temp.resolve("run").toString(),
                "bud",
                "--isolation",
                "chroot",
                "--output",
                "type=tar,dest=" + result,
                context.toString());

        assertThat(ours()).isEqualTo(paths(Files.readAllBytes(result)));
    }

    /** What is in our archive, without the Dockerfile, which we always send and the rules above ignore. */
    private SortedSet<String> ours() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ContextArchive.pack(context, "Dockerfile", out);
        SortedSet<String> paths = paths(out.toByteArray());
        assertThat(paths.remove("Dockerfile")).isTrue();
        return paths;
    }

    private static SortedSet<String> paths(byte[] archive) {
        SortedSet<String> paths = new TreeSet<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive), "UTF-8")) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                String name = entry.getName().replaceFirst("^(\\./|/)+", "");
                if (!name.isEmpty()) {
                    paths.add(entry.isSymbolicLink() ? name + " -> " + entry.getLinkName() : name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return paths;
    }

    private void run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes());
            assertThat(process.waitFor()).as(text).isZero();
        }
    }
}
