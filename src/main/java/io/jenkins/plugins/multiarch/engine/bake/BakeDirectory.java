package io.jenkins.plugins.multiarch.engine.bake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory in which bake files are looked for, on this machine or on another one. */
public interface BakeDirectory {

    /** Its path, for messages. */
    String path();

    /** @param file its path, relative to the directory or absolute */
    boolean has(String file) throws IOException, InterruptedException;

    /** @param file likewise; it is there */
    String read(String file) throws IOException, InterruptedException;

    /** A directory of this machine. */
    static BakeDirectory of(Path directory) {
        return new BakeDirectory() {
            @Override
            public String path() {
                return directory.toAbsolutePath().normalize().toString();
            }

            @Override
            public boolean has(String file) {
                return Files.isRegularFile(directory.resolve(file));
            }

            @Override
            public String read(String file) throws IOException {
                return Files.readString(directory.resolve(file));
            }
        };
    }
}
