package io.jenkins.plugins.multiarch.engine.agent;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where a build tool keeps images.
 *
 * @param path the directory, as the tool names it; empty if unknown. It is on another machine if the tool's engine is.
 * @param freeBytes bytes free in its file system; −1 if unknown
 * @param containerd whether docker keeps its images in the store of containerd, as from version 29 on
 */
public record Storage(String path, long freeBytes, boolean containerd) implements Serializable {

    /** Nothing is known. */
    public static final Storage UNKNOWN = new Storage("", -1);

    /** Of another tool than docker. */
    public Storage(String path, long freeBytes) {
        this(path, freeBytes, false);
    }

    /**
     * The storage with the bytes that are free for this user, as far as the directory can be seen from here; otherwise,
     * such as in a container with the host's Docker socket, it stays as the tool described it.
     *
     * @param root the root of the file system, {@code /} except in tests
     */
    Storage measured(Path root, ProbeCommands questions) throws InterruptedIOException {
        long free = questions.within(() -> usable(root)).orElse(-1L);
        return free < 0 ? this : new Storage(path, free, containerd);
    }

    private long usable(Path root) throws IOException {
        Path directory;
        try {
            directory = Path.of(path);
        } catch (InvalidPathException e) {
            return -1;
        }
        Path drive = directory.getRoot();
        if (drive == null || !directory.isAbsolute()) {
            return -1;
        }
        // On Windows the storage may be on another drive.
        Path seen = drive.equals(root.getRoot()) ? root.resolve(drive.relativize(directory)) : directory;
        // Not of its file store, which Java does not find in a chroot whose root is no mount point.
        long usable = seen.toFile().getUsableSpace();
        return usable > 0 || Files.isDirectory(seen) ? usable : -1;
    }
}
