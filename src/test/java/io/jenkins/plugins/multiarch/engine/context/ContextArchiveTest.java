package io.jenkins.plugins.multiarch.engine.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextArchiveTest {

    @TempDir
    Path temp;

    private Path context;
    private Path target;

    @BeforeEach
    void makeContext() throws IOException {
        context = Files.createDirectory(temp.resolve("context"));
        target = temp.resolve("target");
        write("Dockerfile", "FROM scratch\nCOPY . /\n");
    }

    private Path write(String path, String text) throws IOException {
        Path file = context.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private byte[] pack() throws IOException {
        return pack("Dockerfile");
    }

    private byte[] pack(String dockerfile) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ContextArchive.pack(context, dockerfile, out);
        return out.toByteArray();
    }

    private void unpack(byte[] archive) throws IOException {
        ContextArchive.unpack(new ByteArrayInputStream(archive), target);
    }

    private static List<String> names(byte[] archive) throws IOException {
        List<String> names = new java.util.ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive), "UTF-8")) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    /** Every path of a tree with what matters of it. */
    private static Map<String, String> describe(Path root) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.skip(1)::iterator) {
                String what;
                if (Files.isSymbolicLink(path)) {
                    what = "-> " + Files.readSymbolicLink(path);
                } else {
                    what = PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) + " "
                            + Files.getLastModifiedTime(path).toInstant().getEpochSecond();
                    if (Files.isRegularFile(path)) {
                        what += " " + Files.readString(path);
                    }
                }
                tree.put(root.relativize(path).toString(), what);
            }
        }
        return tree;
    }

    @Test
    void aTreeComesOutAsItWentIn() throws IOException {
        write("bin/run", "#!/bin/sh\n");
        Files.setPosixFilePermissions(context.resolve("bin/run"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setPosixFilePermissions(write("secret", "s"), PosixFilePermissions.fromString("r--------"));
        Files.createDirectories(context.resolve("empty/inner"));
        String deep = "d".repeat(120) + "/" + "e".repeat(130) + "/" + "f".repeat(200);
        write(deep, "long");
        Files.createSymbolicLink(context.resolve("link"), Path.of("bin/run"));
        Files.createSymbolicLink(context.resolve("dangling"), Path.of("no/such/" + "x".repeat(150)));
        Files.createSymbolicLink(context.resolve("outside"), Path.of("/etc"));
        Files.createSymbolicLink(context.resolve("loop"), Path.of("."));
        write("closed/file", "in a directory that may not be written");
        Files.setLastModifiedTime(write("old", ""), FileTime.from(Instant.parse("1969-07-20T20:17:40Z")));
        Files.setLastModifiedTime(write("new", "+"), FileTime.from(Instant.parse("2345-01-02T03:04:05Z")));
        Files.setPosixFilePermissions(context.resolve("closed"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setLastModifiedTime(context.resolve("empty"), FileTime.fromMillis(1_000_000_000_000L));

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ContextSummary summary = ContextArchive.pack(context, "Dockerfile", out);
        unpack(out.toByteArray());

        assertThat(describe(target)).isEqualTo(describe(context)).containsKey(deep);
        assertThat(summary.files()).isEqualTo(11);
        assertThat(summary.bytes()).isEqualTo(22 + 10 + 1 + 4 + 38 + 0 + 1);
    }

    /** Java holds such names only where its locale lets it; where not, packing must say so. */
    @Test
    void namesKeepEveryCharacterOrAreRefused() throws IOException {
        String name = "größe \u65e5\u672c \uD83D\uDC33";
        Path file;
        try {
            file = context.resolve(name);
        } catch (InvalidPathException e) {
            byte[] archive = archive(tar -> file(tar, name, "x"));
            assertThatThrownBy(() -> unpack(archive))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("LC_ALL=C.UTF-8");
            return;
        }
        Files.writeString(file, name);
        Files.createSymbolicLink(context.resolve("link"), Path.of(name));

        unpack(pack());

        assertThat(target.resolve(name)).hasContent(name);
        assertThat(describe(target)).isEqualTo(describe(context));
    }

    @Test
    void aNameThatIsNoTextIsRefused() throws IOException {
        // The only way from Java to a file name with a byte that no encoding here has: 0xFF.
        Files.createFile(Path.of(java.net.URI.create(context.toUri() + "bad-%FF")));

        assertThatThrownBy(this::pack)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bad-")
                .hasMessageContaining("LC_ALL=C.UTF-8");

        write(".dockerignore", "bad-*");
        assertThat(names(pack())).containsExactly(".dockerignore", "Dockerfile");
    }

    @Test
    void theSameTreeGivesTheSameBytesInSortedOrder() throws IOException {
        for (String path : List.of("b", "a/z", "a/y", "a.txt", "Z")) {
            write(path, path);
        }

        assertThat(pack()).isEqualTo(pack());
        assertThat(names(pack())).containsExactly("Dockerfile", "Z", "a/", "a/y", "a/z", "a.txt", "b");
    }

    @Test
    void packsWhatTheRulesLeaveAndTheDirectoriesItIsIn() throws IOException {
        write(".dockerignore", "**\n!src/**/*.c\n!keep\nDockerfile\n.dockerignore\n");
        write("src/a/b/main.c", "");
        write("src/a/b/main.o", "");
        write("src/other/x.o", "");
        write("keep/all", "");
        write("drop/all", "");
        Files.createDirectories(context.resolve("keep/empty"));

        assertThat(names(pack()))
                .containsExactly(
                        ".dockerignore",
                        "Dockerfile",
                        "keep/",
                        "keep/all",
                        "keep/empty/",
                        "src/",
                        "src/a/",
                        "src/a/b/",
                        "src/a/b/main.c");
    }

    @Test
    void anIgnoredDirectoryIsNotEvenRead() throws IOException {
        // A directory that changes while it is listed would show; so does one with a name that cannot be packed.
        Path secret = Files.createDirectory(context.resolve("secret"));
        Files.createFile(Path.of(java.net.URI.create(secret.toUri() + "bad-%FF")));
        write(".dockerignore", "*\n!src/*.c\n!other/secret");

        assertThat(names(pack())).containsExactly(".dockerignore", "Dockerfile");
    }

    @Test
    void dockerfileAndIgnoreFileAreInWhereverTheyAre() throws IOException {
        write("docker/web", "FROM scratch");
        write("docker/web.dockerignore", "*");
        write("docker/other", "");
        write("app", "");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        ContextArchive.pack(context, "./docker/web", out);

        assertThat(names(out.toByteArray())).containsExactly("docker/", "docker/web", "docker/web.dockerignore");
    }

    @Test
    void aLinkedDockerfileBringsWhatItLeadsTo() throws IOException {
        write("real/Dockerfile.base", "FROM scratch");
        write("real/other", "");
        Files.createSymbolicLink(context.resolve("docker"), Path.of("real"));
        Files.createSymbolicLink(context.resolve("real/web"), Path.of("Dockerfile.base"));
        write(".dockerignore", "*");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        ContextArchive.pack(context, "docker/web", out);
        unpack(out.toByteArray());

        assertThat(names(out.toByteArray()))
                .containsExactly(".dockerignore", "docker", "real/", "real/Dockerfile.base", "real/web");
        assertThat(target.resolve("docker/web")).hasContent("FROM scratch");
    }

    @Test
    void socketsAreLeftOut() throws IOException {
        write(".dockerignore", "");
        // Bound under a short path: the address of a socket has at most 108 bytes.
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "ctx");
        Path socket = directory.resolve("s");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            Files.writeString(directory.resolve("Dockerfile"), "FROM scratch");
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            ContextArchive.pack(directory, "Dockerfile", out);

            assertThat(names(out.toByteArray())).containsExactly("Dockerfile");
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory.resolve("Dockerfile"));
            Files.delete(directory);
        }
    }

    @Test
    void aContextThatIsNotThereIsNamed() throws IOException {
        Path missing = temp.resolve("missing");
        assertThatThrownBy(() -> ContextArchive.pack(missing, "Dockerfile", OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'" + missing + "' does not exist");
        Path file = context.resolve("Dockerfile");
        assertThatThrownBy(() -> ContextArchive.pack(file, "Dockerfile", OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'" + file + "' is not a directory");
        assertThatThrownBy(() -> ContextArchive.pack(context, "web/Dockerfile", OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no Dockerfile 'web/Dockerfile'")
                .hasMessageContaining(context.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\0b"})
    void whatIsNoPathOfADockerfileIsRefused(String dockerfile) {
        assertThatThrownBy(() -> ContextArchive.pack(context, dockerfile, OutputStream.nullOutputStream()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(dockerfile.trim());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../docker/release", "sub/../../docker/./release", "absolute"})
    void aDockerfileOutsideIsNotPackedButItsIgnoreFileHolds(String spelling) throws IOException {
        write("kept", "");
        write("secret", "");
        write(".dockerignore", "kept");
        Files.createDirectories(temp.resolve("docker"));
        Files.writeString(temp.resolve("docker/release"), "FROM scratch");
        Files.writeString(temp.resolve("docker/release.dockerignore"), "secret");
        String dockerfile =
                spelling.equals("absolute") ? temp.resolve("docker/release").toString() : spelling;

        assertThat(names(pack(dockerfile))).contains("kept", ".dockerignore").doesNotContain("secret", "release");
    }

    @Test
    void theIgnoreFileOfTheContextHoldsForADockerfileOutsideThatHasNone() throws IOException {
        write("kept", "");
        write("secret", "");
        write(".dockerignore", "secret");
        Files.writeString(temp.resolve("Dockerfile"), "FROM scratch");

        assertThat(names(pack("../Dockerfile")))
                .contains("kept", ".dockerignore")
                .doesNotContain("secret");
    }

    @Test
    void aDockerfileOutsideThatIsALinkIsRefused() throws IOException {
        Path secret = Files.createDirectories(temp.resolve("elsewhere")).resolve("secret");
        Files.writeString(secret, "FROM scratch");
        Files.createSymbolicLink(temp.resolve("linked"), secret);
        Files.createSymbolicLink(temp.resolve("directory"), secret.getParent());

        for (String dockerfile : List.of("../linked", "../directory/secret")) {
            assertThatThrownBy(() -> ContextArchive.check(context, dockerfile))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is a link, or in a directory that is one");
        }
        assertThatThrownBy(() -> ContextArchive.check(context, "../missing"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("There is no Dockerfile '../missing'");
    }

    @Test
    void aDockerfileThatLinksOutsideIsRefused() throws IOException {
        Path outside = Files.writeString(temp.resolve("Dockerfile"), "FROM scratch");
        Files.createSymbolicLink(context.resolve("linked"), outside);

        assertThatThrownBy(() -> ContextArchive.pack(context, "linked", OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("linked")
                .hasMessageContaining("link out of the build context");
    }

    @Test
    void aFileThatGrowsMeanwhileIsNamed() throws IOException {
        // The archive itself inside the context is the usual way to get there.
        write("big", "x".repeat(200_000));
        Path archive = context.resolve("zzz.tar");
        Files.createFile(archive);
        try (OutputStream out = Files.newOutputStream(archive)) {
            assertThatThrownBy(() -> ContextArchive.pack(context, "Dockerfile", out))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("zzz.tar");
        }
    }

    // ---- unpacking what is not ours

    private interface Entries {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] archive(Entries entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            entries.write(tar);
        }
        return out.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, String text) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        byte[] content = text.getBytes(UTF_8);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void special(TarArchiveOutputStream tar, String name, byte type, String link) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(link);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    @Test
    void readsGzipAndOtherPeoplesTars() throws IOException {
        byte[] plain = archive(tar -> {
            special(tar, "./", TarConstants.LF_DIR, "");
            file(tar, "./a/b", "in a directory without an entry");
        });
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(plain);
        }

        unpack(compressed.toByteArray());

        assertThat(target.resolve("a/b")).hasContent("in a directory without an entry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/evil", "a/..", "..", "./"})
    void aPathOutsideIsRefused(String name) throws IOException {
        byte[] archive = archive(tar -> special(tar, name, TarConstants.LF_NORMAL, ""));

        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Refusing to unpack '" + name + "'");
        assertThat(temp.resolve("evil")).doesNotExist();
        assertThat(Path.of("/evil")).doesNotExist();
    }

    @Test
    void nothingIsWrittenThroughALinkOfTheArchive() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        byte[] archive = archive(tar -> {
            special(tar, "link", TarConstants.LF_SYMLINK, outside.toString());
            file(tar, "link/evil", "x");
        });

        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("link")
                .hasMessageContaining("exists already");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void nothingIsWrittenThroughALinkThatWasThere() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Path victim = Files.writeString(outside.resolve("victim"), "safe");
        Files.createDirectory(target);
        Files.createSymbolicLink(target.resolve("dir"), outside);
        Files.createSymbolicLink(target.resolve("file"), victim);
        Files.createSymbolicLink(target.resolve("dangling"), outside.resolve("evil"));

        for (String name : List.of("dir/evil", "dir/victim", "file", "dangling")) {
            byte[] archive = archive(tar -> file(tar, name, "x"));
            assertThatThrownBy(() -> unpack(archive)).isInstanceOf(IOException.class);
        }
        byte[] directory = archive(tar -> special(tar, "dir/", TarConstants.LF_DIR, ""));
        assertThatThrownBy(() -> unpack(directory)).isInstanceOf(IOException.class);
        assertThat(victim).hasContent("safe");
        assertThat(outside.resolve("evil")).doesNotExist();
    }

    @Test
    void aPathTwiceIsRefused() throws IOException {
        byte[] files = archive(tar -> {
            file(tar, "a", "1");
            file(tar, "a", "2");
        });
        assertThatThrownBy(() -> unpack(files)).isInstanceOf(IOException.class).hasMessageContaining("'a'");

        byte[] links = archive(tar -> {
            special(tar, "l", TarConstants.LF_SYMLINK, "x");
            special(tar, "l", TarConstants.LF_SYMLINK, "y");
        });
        assertThatThrownBy(() -> unpack(links)).isInstanceOf(IOException.class).hasMessageContaining("'l'");
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_LINK,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK,
                TarConstants.LF_FIFO,
                TarConstants.LF_CONTIG,
                (byte) 'M',
            })
    void onlyFilesDirectoriesAndLinksAreUnpacked(byte type) throws IOException {
        byte[] archive = archive(tar -> special(tar, "odd", type, "/etc/passwd"));

        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Refusing to unpack 'odd'");
        assertThat(target.resolve("odd")).doesNotExist();
    }

    @Test
    void aDamagedArchiveIsAnIOException() throws IOException {
        write("big", "x".repeat(10_000));
        byte[] whole = pack();
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length / 2);
        assertThatThrownBy(() -> unpack(cut)).isInstanceOf(IOException.class);

        byte[] noise = new byte[2048];
        java.util.Arrays.fill(noise, (byte) 'x');
        assertThatThrownBy(() -> unpack(noise)).isInstanceOf(IOException.class);
    }

    @Test
    void theTargetKeepsItsOwnModeWhateverTheArchiveSays() throws IOException {
        Files.createDirectory(target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
        byte[] archive = archive(tar -> special(tar, "./", TarConstants.LF_DIR, ""));

        unpack(archive);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rwx------");
    }

    /** Whoever builds it takes out what its own file names: podman and buildah by the first, docker by the second. */
    @Test
    void onlyWhatEveryToolIgnoresStaysBehind() throws IOException {
        for (String file : List.of("a.txt", "b.txt", "both.txt", "dir/a.txt", "dir/c.txt", "other/b.txt")) {
            write(file, "");
        }
        write(".containerignore", "a.txt\nboth.txt\ndir\n");
        write(".dockerignore", "b.txt\nboth.txt\ndir\n!dir/a.txt\nother\n");
        assertThat(names(pack()))
                .containsExactlyInAnyOrder(
                        ".containerignore",
                        ".dockerignore",
                        "Dockerfile",
                        "a.txt",
                        "b.txt",
                        "dir/",
                        "dir/a.txt",
                        "other/",
                        "other/b.txt");

        Files.delete(context.resolve(".dockerignore"));
        assertThat(names(pack())).contains("a.txt", "both.txt", "dir/c.txt");
    }

    /** In the second case docker would take everything, and podman falls back to docker's file. */
    @Test
    void aFileForPodmanAloneKeepsNothingFromDocker() throws IOException {
        write("a.txt", "");
        write(".containerignore", "*.txt");
        assertThat(names(pack())).contains("a.txt", ".containerignore");
        Files.move(context.resolve(".containerignore"), context.resolve(".dockerignore"));
        assertThat(names(pack())).doesNotContain("a.txt");
    }

    @Test
    void aMalformedFileForPodmanIsNamed() throws IOException {
        write(".containerignore", "ok\n[");
        assertThatThrownBy(this::pack).hasMessageContaining(".containerignore, line 2");
    }
}
