package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The secrets of a build as files that its tool can name, readable by their owner alone: in memory where the machine has a
 * file system for that and the tool sees it, else in the build folder. {@link BuildFolder#delete} removes them.
 */
final class SecretFiles {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "multiarch-";
    private static final Duration LOOK = Duration.ofSeconds(8);

    /** In the build folder: names the directory that the secrets are in. */
    private static final String PLACE = "secrets-directory";

    private SecretFiles() {}

    /**
     * Writes the secrets.
     *
     * @param runner runs commands where the build tool will run, which may be another container than this process is in
     * @return the same features with the files to which the build tool is pointed
     */
    static BuildFeatures write(
            BuildFeatures features, BuildCredentials credentials, Path buildFolder, CommandRunner runner)
            throws IOException {
        if (credentials.secrets().isEmpty() && credentials.sshKey().length == 0) {
            return features;
        }
        Path directory = directory(buildFolder, runner);
        Map<String, String> files = new LinkedHashMap<>(features.secrets());
        int number = 0;
        for (Map.Entry<String, byte[]> secret : credentials.secrets().entrySet()) {
            files.put(
                    secret.getKey(),
                    write(directory.resolve("secret-" + number++), secret.getValue())
                            .toString());
        }
        byte[] key = credentials.sshKey();
        String ssh = key.length == 0
                ? features.ssh()
                : write(directory.resolve("ssh-key"), key).toString();
        return features.withFiles(files, ssh);
    }

    private static Path directory(Path buildFolder, CommandRunner runner) throws IOException {
        if (Files.isDirectory(MEMORY) && Files.isWritable(MEMORY)) {
            Path inMemory = Files.createTempDirectory(MEMORY, PREFIX);
            Files.writeString(buildFolder.resolve(PLACE), inMemory + "\n");
            if (isSeen(inMemory, runner)) {
                return inMemory;
            }
            delete(buildFolder);
        }
        if (buildFolder.toString().matches(".*[,\"].*")) {
            throw new IOException("No build tool takes secrets from " + buildFolder
                    + ": the path has a comma or a quotation mark. Use a workspace without, or mount /dev/shm.");
        }
        Path onDisk = Files.createDirectory(buildFolder.resolve("secrets"));
        BuildFolder.restrict(onDisk, "rwx------");
        return onDisk;
    }

    private static boolean isSeen(Path directory, CommandRunner runner) throws InterruptedIOException {
        try {
            // The path is /dev/shm/multiarch- and a number, so it needs no quotes. A "$1" would fail in Kubernetes: its
            // container step passes the command to another shell, which expands it.
            return runner.run(List.of("sh", "-c", "test -x " + directory), LOOK).succeeded();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return false;
        }
    }

    /** Creates the file empty and closed to others before the secret goes in. */
    private static Path write(Path file, byte[] value) throws IOException {
        Files.createFile(file);
        BuildFolder.restrict(file, "rw-------");
        return Files.write(file, value, StandardOpenOption.WRITE);
    }

    /** Removes what is in memory for this build folder; what is in the folder goes with it. */
    static void delete(Path buildFolder) throws IOException {
        Path place = buildFolder.resolve(PLACE);
        if (!Files.isRegularFile(place)) {
            return;
        }
        Path directory = Path.of(Files.readString(place).strip());
        // The folder is where an agent's processes may write.
        boolean isOurs = MEMORY.equals(directory.getParent())
                && directory.toString().startsWith(MEMORY.resolve(PREFIX).toString());
        if (isOurs && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(directory);
        }
        Files.deleteIfExists(place);
    }
}
