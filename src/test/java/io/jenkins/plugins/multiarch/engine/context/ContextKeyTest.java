package io.jenkins.plugins.multiarch.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of contexts with the same key the archives are the same. */
class ContextKeyTest {

    @TempDir
    private Path temp;

    private Path context;

    @BeforeEach
    void fill() throws IOException {
        context = Files.createDirectory(temp.resolve("context"));
        for (String name : new String[] {"Dockerfile", "a.Dockerfile", "b.Dockerfile", "file"}) {
            Files.writeString(context.resolve(name), name);
        }
    }

    private String key(String dockerfile) throws IOException {
        return ContextArchive.key(context, dockerfile);
    }

    private byte[] archive(String dockerfile) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ContextArchive.pack(context, dockerfile, bytes);
        return bytes.toByteArray();
    }

    private void assertShared(String one, String other, boolean shared) throws IOException {
        assertThat(key(one).equals(key(other))).isEqualTo(shared);
        assertThat(java.util.Arrays.equals(archive(one), archive(other))).isEqualTo(shared);
    }

    @Test
    void dockerfilesOfOneContextShareIt() throws IOException {
        assertShared("a.Dockerfile", "b.Dockerfile", true);
        Files.writeString(context.resolve(".dockerignore"), "file\n");
        assertShared("a.Dockerfile", "b.Dockerfile", true);
    }

    @Test
    void oneThatIsIgnoredIsInItsOwnContextAlone() throws IOException {
        Files.writeString(context.resolve(".dockerignore"), "*.Dockerfile\n");
        assertShared("a.Dockerfile", "b.Dockerfile", false);
    }

    @Test
    void anIgnoreFileOfItsOwnCounts() throws IOException {
        Files.writeString(context.resolve("a.Dockerfile.dockerignore"), "file\n");
        assertShared("a.Dockerfile", "b.Dockerfile", false);
    }

    @Test
    void oneFromOutsideSharesIt() throws IOException {
        Path outside = Files.writeString(temp.resolve("Outside"), "");
        assertShared(outside.toString(), "a.Dockerfile", true);
        Files.writeString(temp.resolve("Outside.dockerignore"), "file\n");
        assertShared(outside.toString(), "a.Dockerfile", false);
    }

    @Test
    void anotherDirectoryIsAnotherContext() throws IOException {
        Path other = Files.createDirectory(temp.resolve("other"));
        Files.writeString(other.resolve("Dockerfile"), "");
        assertThat(ContextArchive.key(other, "Dockerfile")).isNotEqualTo(key("Dockerfile"));
        assertThat(ContextArchive.key(context)).isEqualTo(ContextArchive.key(context));
    }
}
