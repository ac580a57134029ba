package io.jenkins.plugins.multiarch.engine.bake;

import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the bake files of a directory: by buildx where the machine has it, else compose files and JSON by itself.
 *
 * @param directory where they are
 * @param machine runs commands in that directory, with the variables of the bake files in their environment
 * @param wanted which files and targets, with which overrides
 */
public record BakeReader(BakeDirectory directory, CommandRunner machine, BakePrint wanted) {

    /**
     * Bytes of the JSON that buildx prints which a machine must be able to keep; a target has one or two thousand.
     *
     * @see BakePrint#run
     */
    public static final int MOST_OUTPUT = 8 * 1024 * 1024;

    /**
     * What the files describe.
     *
     * @throws BakeFileException naming what cannot be read, and the remedy
     */
    public BakeFile read() throws IOException, InterruptedException {
        return BakePrint.isPossible(machine) ? BakeFile.read(wanted.run(machine)) : json().resolve();
    }

    /**
     * The wanted targets as JSON, with all that they inherit and those that they build on: what {@code docker buildx bake
     * --print} prints.
     *
     * @throws BakeFileException as {@link #read} does
     */
    public String print() throws IOException, InterruptedException {
        return BakePrint.isPossible(machine) ? wanted.run(machine) : json().print(wanted.targets());
    }

    private StaticBakeFiles json() throws IOException, InterruptedException {
        List<BakeOverride> overrides =
                wanted.set().stream().map(BakeOverride::parse).toList();
        List<String> names = wanted.files().isEmpty() ? present(StaticBakeFiles.DEFAULTS) : wanted.files();
        if (wanted.files().isEmpty()) {
            // buildx would read them together with the others.
            present(StaticBakeFiles.FOR_BUILDX).forEach(StaticBakeFiles::requireReadable);
        }
        if (names.isEmpty()) {
            throw new BakeFileException("There is no bake file in " + directory.path()
                    + ". Name the file, or check the source code out first.");
        }
        StaticBakeFiles files = new StaticBakeFiles();
        for (String name : names) {
            StaticBakeFiles.requireReadable(name);
            if (!directory.has(name)) {
                throw new BakeFileException("There is no bake file '" + name + "' in " + directory.path()
                        + ". Its path is relative to the current directory.");
            }
            files.add(name, directory.read(name));
        }
        files.override(overrides);
        return files;
    }

    private List<String> present(List<String> names) throws IOException, InterruptedException {
        List<String> present = new ArrayList<>();
        for (String name : names) {
            if (directory.has(name)) {
                present.add(name);
            }
        }
        return present;
    }
}
