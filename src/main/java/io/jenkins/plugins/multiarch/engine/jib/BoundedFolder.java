package io.jenkins.plugins.multiarch.engine.jib;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of one user's files that can be made again. Its size is limited: the files that were used last stay. Several
 * processes may use it at the same time, because a file gets its name only when it is complete.
 *
 * @param directory need not exist
 * @param mostBytes that all files have together once it is swept
 */
record BoundedFolder(Path directory, long mostBytes) {

    private static final Duration LONGEST_UNUSED = Duration.ofDays(30);

    /** The beginning of the name of a file that is being written. */
    private static final String UNFINISHED = "new-";

    /** Nobody still writes a file that is older. */
    private static final Duration LONGEST_UNFINISHED = Duration.ofDays(1);

    /** Writes the content of a file, or puts another file in its place. */
    interface Content {
        void writeTo(Path file) throws IOException;
    }

    /** The file of that name, from now on the one used last; empty if there is none. */
    Optional<Path> use(String name) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            return Optional.empty(); // Swept in this moment, or not ours.
        }
        return Optional.of(file);
    }

    /** Writes a file, over one of that name if there is one. */
    void put(String name, Content content) throws IOException {
        create();
        Path temporary = Files.createTempFile(directory, UNFINISHED, "");
        try {
            content.writeTo(temporary);
            Files.move(
                    temporary,
                    directory.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Makes the folder, which nobody but its owner can look into. */
    void create() throws IOException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(directory);
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // Fails where it is somebody else's, who must not decide what is in our images.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Removes what was used least recently until the rest is within the limit, and what nobody has used for long. */
    void sweep() throws IOException {
        record Kept(Path file, Instant used, long size) {}
        List<Kept> kept = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    kept.add(new Kept(file, Files.getLastModifiedTime(file).toInstant(), Files.size(file)));
                }
            }
        } catch (NoSuchFileException e) {
            return; // Nothing is there yet, or another process sweeps.
        }
        kept.sort(Comparator.comparing(Kept::used).reversed());
        Instant now = Instant.now();
        long sum = 0;
        for (Kept one : kept) {
            if (directory.relativize(one.file()).toString().startsWith(UNFINISHED)
                    && one.used().isAfter(now.minus(LONGEST_UNFINISHED))) {
                continue;
            }
            sum += one.size();
            if (sum > mostBytes || one.used().isBefore(now.minus(LONGEST_UNUSED))) {
                Files.deleteIfExists(one.file());
            }
        }
    }
}
