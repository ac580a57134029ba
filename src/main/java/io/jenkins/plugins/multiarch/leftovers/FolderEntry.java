package io.jenkins.plugins.multiarch.leftovers;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The folders that one branch of a build has on a machine.
 *
 * @param name unique among all branches of all builds
 * @param order the {@code multiArchBuild} that they belong to
 * @param run the run that it is part of, as the controller finds it again
 * @param folders absolute paths; {@link BuildFolder}s come before all others, so that credentials go first
 * @param keepUntilMillis when they may be removed if nothing of the build runs any more, by this machine's clock, in
 *     milliseconds since the epoch
 */
public record FolderEntry(
        @JsonProperty("name") String name,
        @JsonProperty("order") String order,
        @JsonProperty("run") String run,
        @JsonProperty("folders") List<String> folders,
        @JsonProperty("keepUntilMillis") long keepUntilMillis)
        implements Serializable {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,199}");

    private static final int LONGEST = 4096;

    /** @throws IllegalArgumentException for what no build has entered; agents are not trusted */
    public FolderEntry {
        requireName(name);
        if (order == null || order.length() > LONGEST || run == null || run.length() > LONGEST) {
            throw new IllegalArgumentException("The entry '" + name + "' names no build, or one of a name too long.");
        }
        folders = folders == null ? List.of() : List.copyOf(folders);
    }

    static void requireName(String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a build's folder.");
        }
    }

    /** The same folders, kept for this long from now on. */
    public FolderEntry keptFor(long millis) {
        return new FolderEntry(name, order, run, folders, System.currentTimeMillis() + millis);
    }

    /** The same without one of the folders. */
    public FolderEntry without(String folder) {
        return with(folders.stream().filter(other -> !other.equals(folder)).toList());
    }

    /** The same with one of the folders alone. */
    public FolderEntry only(String folder) {
        return with(List.of(folder));
    }

    private FolderEntry with(List<String> others) {
        return new FolderEntry(name, order, run, others, keepUntilMillis);
    }

    /**
     * Removes the folders, as at the end of a build.
     *
     * @throws IOException if one cannot be removed; the others are gone nevertheless
     */
    public void removeFolders() throws IOException {
        IOException first = null;
        for (String folder : folders) {
            try {
                BuildFolder.at(Path.of(folder)).delete();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Removes what the build tools have kept of a build that could not clean up itself, then the folders. */
    public void removeLeftovers(Map<String, String> environment) throws IOException {
        for (String folder : folders) {
            BuildFolder.at(Path.of(folder)).runCleanUp(environment);
        }
        removeFolders();
    }
}
