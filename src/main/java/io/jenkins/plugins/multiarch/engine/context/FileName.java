package io.jenkins.plugins.multiarch.engine.context;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The name of a file in an archive or in an image, as this machine understands it. */
public final class FileName {

    private FileName() {}

    /**
     * A file in a directory.
     *
     * @param name what stands between two slashes of a path; neither empty nor {@code ..}
     * @throws IllegalArgumentException if this machine has no such names, or takes it for more than one, as Windows does where a name has a
     *     drive or a backslash in it; the message says so, without a full stop
     */
    public static Path in(Path directory, String name) {
        Path single;
        try {
            single = directory.getFileSystem().getPath(name);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "this machine has no such file names: " + e.getReason() + ". Its character encoding is "
                            + System.getProperty("sun.jnu.encoding")
                            + "; if that is not UTF-8, start Java with LC_ALL=C.UTF-8",
                    e);
        }
        if (single.getRoot() != null || single.getNameCount() != 1) {
            throw new IllegalArgumentException("this machine takes '" + name + "' for more than a name");
        }
        return directory.resolve(single);
    }
}
