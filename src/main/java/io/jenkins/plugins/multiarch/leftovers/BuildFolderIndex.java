package io.jenkins.plugins.multiarch.leftovers;

import io.jenkins.plugins.multiarch.engine.json.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Which folders builds have on this machine, one small file each, so that what a dead build has left is found wherever
 * its workspace is. An entry is written before its folders are made, and removed after them.
 */
public final class BuildFolderIndex {

    /** Where it is, in the directory that the machine's agent has for itself. */
    public static final String DIRECTORY = ".multiarch-build";

    /** Of more entries than this the rest waits for the next look. */
    public static final int MOST_ENTRIES = 200;

    private static final int MOST_BYTES = 16 * 1024;

    private static final String SUFFIX = ".json";

    private final Path directory;

    /** @param home the directory that the agent has for itself; the index is a directory in there */
    public BuildFolderIndex(Path home) {
        this.directory = home.resolve(DIRECTORY);
    }

    /**
     * Writes an entry.
     *
     * @return whether there was one of that name already: an earlier try of the same branch on this machine, which may
     *     have left folders and even processes
     */
    public boolean add(FolderEntry entry) throws IOException {
        Files.createDirectories(directory);
        Path file = file(entry.name());
        boolean existed = Files.exists(file);
        Path written = Files.createTempFile(directory, "entry", ".tmp");
        try {
            Files.write(written, Json.write(Json.of(entry), ""));
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
        return existed;
    }

    /** Removes an entry, once its folders are gone. Does nothing where there is none. */
    public void remove(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    /** The entries whose time is over. */
    public List<FolderEntry> due(long nowMillis) throws IOException {
        List<FolderEntry> due = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return due;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                if (due.size() == MOST_ENTRIES) {
                    break;
                }
                FolderEntry entry = read(file);
                if (entry != null && entry.keepUntilMillis() <= nowMillis) {
                    due.add(entry);
                }
            }
        }
        return due;
    }

    /** The entry of that name; null if there is none or it makes no sense. */
    public FolderEntry find(String name) throws IOException {
        return read(file(name));
    }

    private static FolderEntry read(Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                return null;
            }
            FolderEntry entry = Json.as(FolderEntry.class, Json.readLeniently(Files.readString(file)));
            return entry != null && file.endsWith(entry.name() + SUFFIX) ? entry : null;
        } catch (NoSuchFileException | CharacterCodingException | IllegalArgumentException e) {
            // Struck meanwhile, or cut short by a full disk.
            return null;
        }
    }

    private Path file(String name) {
        FolderEntry.requireName(name);
        return directory.resolve(name + SUFFIX);
    }
}
