package io.jenkins.plugins.multiarch.engine.context;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The path of a Dockerfile. Most Dockerfiles are inside the build context. One outside, as in {@code docker build -f
 * docker/Dockerfile app}, is not part of the context, so {@code COPY} cannot copy it.
 *
 * @param text the path as given, relative to the context or absolute
 */
public record DockerfilePath(String text) {

    /** @throws IllegalArgumentException if it is empty or no path */
    public DockerfilePath {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("The Dockerfile's path is empty. The usual one is 'Dockerfile'.");
        }
        try {
            Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not a path: " + e.getReason() + ".", e);
        }
    }

    /** Whether its text leads out of the context. */
    public boolean isOutside() {
        // The root as well, because "\Dockerfile" on Windows has one without being absolute.
        return path().getRoot() != null || path().startsWith("..");
    }

    /** Its last part. */
    public String name() {
        return String.valueOf(path().getFileName());
    }

    private Path path() {
        return Path.of(text).normalize();
    }

    /** The shortest spelling, separated by slashes. */
    String slashes() {
        return path().toString().replace(path().getFileSystem().getSeparator(), "/");
    }

    /**
     * The file, which may be a link.
     *
     * @param context an existing directory
     * @throws FileNotFoundException if there is none
     */
    Path in(Path context) throws IOException {
        Path file = context.toRealPath().resolve(slashes()).normalize();
        if (!Files.isRegularFile(file)) {
            throw new FileNotFoundException("There is no Dockerfile '" + text + "' in the build context '" + context
                    + "'. Its path is relative to the context.");
        }
        return file;
    }

    /**
     * The file to read.
     *
     * @param context an existing directory
     * @throws IOException if there is none, or if it is a link to where its text does not lead
     */
    public Path read(Path context) throws IOException {
        Path file = in(context);
        if (!isOutside() && !file.toRealPath().startsWith(context.toRealPath())) {
            throw new IOException("'" + file + "' is a link out of the build context '" + context
                    + "'. Put the file itself into the context.");
        }
        // No author of a build gives an absolute path: it is where the build has put the author's file.
        if (path().startsWith("..") && !file.toRealPath().equals(file)) {
            throw new IOException("'" + file + "' is a link, or in a directory that is one. Name the file itself.");
        }
        return file;
    }
}
