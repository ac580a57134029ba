package io.jenkins.plugins.multiarch.engine.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The key for {@code RUN --mount=type=ssh} as it is written on the command line: {@code default} or {@code default=KEY}. */
final class SshOption {

    private SshOption() {}

    /**
     * Reads it.
     *
     * @return absolute path of the file with the key; {@code default} for the user's SSH agent; empty for none
     * @throws IllegalArgumentException if the file cannot be read
     */
    static String parse(String text) {
        String key = text.replaceFirst("^default(=|$)", "");
        if (!key.isEmpty() && !Files.isReadable(Path.of(key))) {
            throw new IllegalArgumentException(
                    "The SSH key '" + key + "' cannot be read. Check its name and permissions.");
        }
        return key.isEmpty() ? text : Path.of(key).toAbsolutePath().toString();
    }
}
