package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeWriterTest {

    @TempDir
    private Path temp;

    private Path target;
    private final FileTree tree = new FileTree();

    @BeforeEach
    void nameTarget() {
        target = temp.resolve("out/linux_arm64");
    }

    private void write() throws IOException {
        new TreeWriter(new LayerReader(null), temp).write(tree, target);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void filesDirectoriesAndLinksAreThere() throws Exception {
        Path local = Files.writeString(temp.resolve("local"), "local");
        tree.put("bin", Node.directory(0755, 0, 0));
        tree.put("bin/program", Node.file(04755, 5, new Node.LocalFile(local)));
        tree.put("etc", Node.directory(0555, 0, 0));
        tree.put("etc/text", Node.text(0400, "text"));
        tree.put("etc/alias", Node.link("../bin/program"));
        tree.put("dangling", Node.link("/nowhere"));
        tree.put("dev", new Node(Node.Type.OTHER, 0600, 0, 0, 0, "", null));
        tree.put("deep/er/file", Node.text(0644, "its directory is in no layer"));
        write();

        assertThat(target.resolve("bin/program")).hasContent("local");
        assertThat(mode(target.resolve("bin/program"))).isEqualTo("rwxr-xr-x");
        assertThat(target.resolve("etc/text")).hasContent("text");
        assertThat(mode(target.resolve("etc/text"))).isEqualTo("r--------");
        assertThat(mode(target.resolve("etc"))).isEqualTo("rwxr-xr-x");
        assertThat(Files.readSymbolicLink(target.resolve("etc/alias"))).hasToString("../bin/program");
        assertThat(Files.readSymbolicLink(target.resolve("dangling"))).hasToString("/nowhere");
        assertThat(target.resolve("dev")).doesNotExist();
        assertThat(target.resolve("deep/er/file")).exists();
    }

    @Test
    void aFileBelowALinkIsWhereTheLinkLeads() throws Exception {
        tree.put("usr/bin", Node.directory(0755, 0, 0));
        tree.put("bin", Node.link("usr/bin"));
        tree.put("bin/tool", Node.text(0644, "tool"));
        write();

        assertThat(target.resolve("usr/bin/tool")).hasContent("tool");
        assertThat(target.resolve("bin")).isSymbolicLink();
    }

    @Test
    void nothingIsWrittenOutsideOfTheDirectory() throws Exception {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        tree.put("../../outside/up", Node.text(0644, "x"));
        tree.put("away", Node.link(outside.toString()));
        tree.put("away/through", Node.text(0644, "x"));
        tree.put("loop/../../../outside/other", Node.text(0644, "x"));
        write();

        assertThat(outside).isEmptyDirectory();
        assertThat(target.resolve("outside/up")).exists();
        assertThat(target.resolve(outside.toString().substring(1) + "/through")).exists();
    }

    /** A name that Windows takes for a path. */
    @ParameterizedTest
    @ValueSource(strings = {"..\\..\\up", "C:\\up", "C:up", "\\up", "sub\\up"})
    void nothingIsWrittenOutsideOfTheDirectoryOnWindows(String name) throws Exception {
        try (FileSystem windows = Jimfs.newFileSystem(Configuration.windows())) {
            target = windows.getPath("C:\\agent\\export");
            tree.put("etc/" + name, Node.text(0644, "x"));

            assertThatThrownBy(this::write)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("'/etc/" + name + "' of the image cannot be exported: this machine ");
            try (Stream<Path> files = Files.walk(windows.getPath("C:\\"))) {
                assertThat(files.filter(Files::isRegularFile)).isEmpty();
            }
        }
    }
}
