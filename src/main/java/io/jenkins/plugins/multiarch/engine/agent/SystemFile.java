package io.jenkins.plugins.multiarch.engine.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A small text file of the system, such as those in {@code /proc}. */
final class SystemFile {

    /** Bytes read of a file; none that we want is nearly as large. */
    static final int MOST_BYTES = 64 * 1024;

    private SystemFile() {}

    /** The root of this machine's file system. */
    static Path root() {
        return FileSystems.getDefault().getRootDirectories().iterator().next();
    }

    /** The file's text up to the limit; empty if it does not exist, is no plain file or may not be read. */
    static Optional<String> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty(); // a pipe would make us wait for ever
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
