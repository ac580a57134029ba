package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedFolderTest {

    @TempDir
    private Path temp;

    private BoundedFolder folder;

    @BeforeEach
    void make() {
        folder = new BoundedFolder(temp.resolve("not/there"), 10);
    }

    private Path put(String name, int size, Duration age) throws IOException {
        folder.put(name, file -> Files.write(file, new byte[size]));
        return aged(folder.directory().resolve(name), age);
    }

    private static Path aged(Path file, Duration age) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    void whatWasUsedLastStays() throws IOException {
        put("one", 4, Duration.ofMinutes(3));
        put("two", 4, Duration.ofMinutes(2));
        put("three", 4, Duration.ofMinutes(1));
        assertThat(folder.use("one")).isPresent();

        folder.sweep();

        assertThat(folder.use("one")).isPresent();
        assertThat(folder.use("two")).isEmpty();
        assertThat(folder.use("three")).isPresent();
    }

    @Test
    void whatNobodyHasUsedForLongGoes() throws IOException {
        put("old", 1, Duration.ofDays(40));
        put("new", 1, Duration.ofDays(20));

        folder.sweep();

        assertThat(folder.directory()).isDirectoryContaining("glob:**new").isDirectoryNotContaining("glob:**old");
    }

    @Test
    void whatIsBeingWrittenStaysUnlessNobodyFinishesIt() throws IOException {
        folder.create();
        Path now = Files.write(folder.directory().resolve("new-1"), new byte[50]);
        Path crashed = aged(Files.write(folder.directory().resolve("new-2"), new byte[50]), Duration.ofDays(2));

        folder.sweep();

        assertThat(now).exists();
        assertThat(crashed).doesNotExist();
    }

    @Test
    void nobodyElseCanLookIntoIt() throws IOException {
        Files.createDirectories(folder.directory());
        Files.setPosixFilePermissions(folder.directory(), PosixFilePermissions.fromString("rwxrwxrwx"));

        put("file", 1, Duration.ZERO);

        assertThat(Files.getPosixFilePermissions(folder.directory()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void nothingIsSweptWhereThereIsNothing() throws IOException {
        folder.sweep();
        assertThat(folder.directory()).doesNotExist();
    }
}
