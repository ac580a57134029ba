package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images that are made from the file systems of Windows and macOS, which are in memory here. */
@Timeout(120)
class OtherSystemsTest {

    private static final String DOCKERFILE = """
            FROM scratch AS files
            COPY bin/ /usr/local/bin/
            COPY --chmod=0640 etc/app.conf etc/sub/other.* /etc/
            FROM scratch
            COPY --from=files / /
            COPY . /src
            ADD *.txt docs/ /docs/
            """;

    @TempDir
    private Path temp;

    private FaultyRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new FaultyRegistry();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    /** Everything may be run, which is what a file system says that has no permissions. */
    private static void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        write(directory, "Dockerfile", DOCKERFILE);
        write(directory, ".dockerignore", "**/*.tmp\nsecret/**\n!secret/public.txt\n");
        write(directory, "bin/app", "#!/bin/sh\n");
        write(directory, "etc/app.conf", "a=b\r\n");
        write(directory, "etc/sub/other.conf", "c=d\n");
        write(directory, "docs/deep/er/page.md", "# Page\n");
        write(directory, "docs/left-out.tmp", "");
        write(directory, "secret/key.pem", "key");
        write(directory, "secret/public.txt", "public");
        write(directory, "LIESMICH ä.txt", "Umlaute");
    }

    private static void write(Path directory, String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        for (Path path = file; !path.equals(directory); path = path.getParent()) {
            if (Files.getFileAttributeView(path, PosixFileAttributeView.class) != null) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private BuildRequest request(Path context) {
        return new BuildRequest(
                registry.image("app:1"),
                Platform.parse("linux/arm64"),
                context.toString(),
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                false,
                "",
                true,
                true,
                BuildFeatures.NONE);
    }

    private ImageBuilder builder(Path context) throws IOException {
        return ImageBuilder.create(
                Recipe.read(context, "Dockerfile"),
                new Registry(RegistryAccess.anonymous()),
                temp,
                Map.of(),
                line -> {});
    }

    private Digest build(Path context) throws IOException {
        try (ImageBuilder builder = builder(context)) {
            PushedImage image = builder.build(request(context)).orElseThrow();
            return image.descriptor().digest();
        }
    }

    @Test
    void theImageIsTheSameWhereverItIsMade() throws Exception {
        Path here = temp.resolve("context");
        write(here);
        Digest wanted = build(here);

        for (Configuration system : List.of(Configuration.windows(), Configuration.osX(), Configuration.unix())) {
            try (FileSystem files = Jimfs.newFileSystem(system.toBuilder()
                    .setAttributeViews(system.equals(Configuration.windows()) ? "basic" : "unix")
                    .build())) {
                Path context = files.getRootDirectories()
                        .iterator()
                        .next()
                        .resolve("agent")
                        .resolve("context");
                write(context);

                assertThat(build(context)).isEqualTo(wanted);
            }
        }
    }

    @Test
    void aContextFromWindowsIsUnpackedAsOneFromHere() throws Exception {
        Path here = temp.resolve("context");
        write(here);
        Digest wanted = build(here);

        try (FileSystem windows = Jimfs.newFileSystem(Configuration.windows())) {
            Path context = windows.getPath("C:\\agent\\context");
            write(context);
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            ContextArchive.pack(context, "Dockerfile", packed);
            Path arrived = Files.createDirectory(temp.resolve("arrived"));
            ContextArchive.unpack(new ByteArrayInputStream(packed.toByteArray()), arrived);

            assertThat(build(arrived)).isEqualTo(wanted);
        }
    }

    @Test
    void filesAreExportedToWindows() throws Exception {
        Path here = temp.resolve("context");
        write(here);
        try (FileSystem windows = Jimfs.newFileSystem(Configuration.windows());
                ImageBuilder builder = builder(here)) {
            Path directory = windows.getPath("C:\\agent\\export");

            builder.export(request(here), directory);

            assertThat(directory.resolve("etc\\app.conf")).hasContent("a=b\r\n");
            assertThat(directory.resolve("src\\docs\\deep\\er\\page.md")).exists();
        }
    }
}
