package io.jenkins.plugins.multiarch.engine.build;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.provenance.ResolvedBaseImage;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The private folder of one platform's build, on the machine that builds: the fixed script {@value #SCRIPT} with its
 * arguments as data beside it, the short-lived credentials, and what the tool leaves to be read. Only the owner can
 * enter it.
 */
public final class BuildFolder {

    /** The script to run with {@code sh}; its text is the same for every build. */
    public static final String SCRIPT = "run.sh";

    /** The environment variable by which the processes of a build are known. */
    public static final String VARIABLE = "MULTIARCH_FOLDER";

    static final String TEST = "test.sh";
    static final String BASE = "base.sh";
    static final String BASE_NAME = "base-name";
    static final String PUSH = "push.sh";
    static final String PUSH_CACHE = "push-cache.sh";
    static final String BUILD = "build.sh";
    static final String FORGET = "forget.sh";
    static final String SAVE_IMAGE = "save-image.sh";
    static final String LAYERS = "layers";

    /** Says that its layers are not those of another platform. */
    static final String OWN_LAYERS = "own-layers";

    static final String METADATA = "metadata.json";
    static final String TESTED = "tested.json";
    static final String DIGEST = "digest";
    static final String EXPORT = "export";

    /** Name of {@link #image}. */
    public static final String IMAGE = "image.tar";

    static final String BASES = "bases";
    static final String REPO_DIGESTS = "repo-digests.json";

    /** The tools write a digest, a line of JSON, or a small object; more than this is something else. */
    private static final long MAX_RESULT_BYTES = 256 * 1024;

    /** For each of the commands that clean up after a dead build. */
    private static final Duration CLEAN_UP_TIME = Duration.ofMinutes(2);

    private final Path folder;

    private BuildFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Creates the folder, with its parents, readable by its owner alone.
     *
     * @throws IOException if it exists or cannot be created
     */
    public static BuildFolder create(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.createDirectory(folder);
        restrict(folder, "rwx------");
        return new BuildFolder(folder.toRealPath());
    }

    /** A folder made earlier. */
    public static BuildFolder at(Path folder) {
        return new BuildFolder(folder);
    }

    /**
     * The text of a shell script that runs {@value #SCRIPT} in a folder, and has every process of it know that folder by
     * the variable {@value #VARIABLE}.
     *
     * @param folder its path on the machine that builds
     */
    public static String command(String folder) {
        return command(folder, Part.ALL);
    }

    /** The same for a part of the build. */
    public static String command(String folder, Part part) {
        // With an interpreter named, Jenkins does not print what it runs.
        return "#!/bin/sh\nexport " + VARIABLE + "='" + folder.replace("'", "'\\''") + "'\nexec sh \"$" + VARIABLE + "/"
                + SCRIPT + "\"" + part.argument() + "\n";
    }

    /** What {@value #SCRIPT} may be asked to do. */
    public enum Part {
        /** All of it, the cleanup included. */
        ALL(""),
        /** Builds and tests; cleans up only if that fails. */
        BUILD(" build"),
        /** Publishes what was built, and cleans up. */
        PUSH(" push"),
        /** Cleans up alone. */
        CLEAN_UP(" cleanup");

        private final String argument;

        Part(String argument) {
            this.argument = argument;
        }

        String argument() {
            return argument;
        }
    }

    /** Leaves the digest of what was pushed, as build tools do, for {@link #readDigest}. */
    public void writeDigest(Digest digest) throws IOException {
        Files.writeString(folder.resolve(DIGEST), digest.toString());
    }

    /** Where the tool leaves the files of the image, if they are wanted. */
    public Path export() {
        return folder.resolve(EXPORT);
    }

    /** Where the tool leaves the image as an archive, if one is wanted; see {@link ImageArchive}. */
    public Path image() {
        return folder.resolve(IMAGE);
    }

    /** Where it is. */
    public Path path() {
        return folder;
    }

    /**
     * Writes the script's commands as argument files.
     *
     * @param script what to run
     * @param test the author's test script; empty for none
     * @param directory working directory of the commands
     * @param environment further variables of every command, such as those of {@link AuthFolder}
     */
    public void write(BuildScript script, String test, Path directory, Map<String, String> environment)
            throws IOException {
        for (String fixed : List.of(SCRIPT, BASE, PUSH, PUSH_CACHE, BUILD, FORGET, SAVE_IMAGE)) {
            try (InputStream text = BuildFolder.class.getResourceAsStream(fixed)) {
                Files.copy(text, folder.resolve(fixed));
            }
        }
        Files.writeString(folder.resolve("directory"), folder.relativize(directory.toRealPath()) + "\n");
        writeLines(
                folder.resolve("environment"),
                Stream.of(script.environment(), environment)
                        .flatMap(map -> map.entrySet().stream())
                        .map(variable -> variable.getKey() + "=" + variable.getValue()));
        writeCommands(folder.resolve("commands"), script.commands());
        writeCommands(folder.resolve("push"), script.push());
        writeCommands(folder.resolve("cleanup"), script.cleanup());
        if (!test.isBlank()) {
            Path file = folder.resolve(TEST);
            Files.writeString(file, test.endsWith("\n") ? test : test + "\n");
            restrict(file, "rwx------");
        }
    }

    private static void writeCommands(Path directory, List<Command> commands) throws IOException {
        Files.createDirectory(directory);
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            Path home = Files.createDirectories(directory.resolve(String.format("%02d", i)));
            writeLines(home.resolve("arguments"), command.arguments().stream());
            if (!command.announcement().isEmpty()) {
                Files.writeString(home.resolve("announcement"), command.announcement() + "\n");
            }
        }
    }

    /** One value a line, in the escapes that {@code printf %b} undoes. */
    private static void writeLines(Path file, Stream<String> values) throws IOException {
        Files.writeString(
                file,
                values.map(value -> value.replace("\\", "\\\\").replace("\n", "\\n") + "\n")
                        .collect(Collectors.joining()));
    }

    /**
     * The digest under which the tool pushed the platform image.
     *
     * @param image the image that was pushed; its repository is looked for where a tool knows several
     * @throws IOException if the tool has left none, or something that is no digest; the message says what was found
     */
    public Digest readDigest(ImageReference image) throws IOException {
        if (Files.exists(folder.resolve(METADATA))) {
            return parse(readJson(METADATA).path("containerimage.digest").asText(""), METADATA);
        }
        if (Files.exists(folder.resolve(DIGEST))) {
            return parse(readResult(DIGEST).trim(), DIGEST);
        }
        if (Files.exists(folder.resolve(REPO_DIGESTS))) {
            for (JsonNode entry : readJson(REPO_DIGESTS)) {
                int at = entry.asText().lastIndexOf('@');
                if (at > 0 && ImageReference.parse(entry.asText()).name().equals(image.name())) {
                    return parse(entry.asText().substring(at + 1), REPO_DIGESTS);
                }
            }
            throw new IOException("docker knows no digest of " + image.name() + " for the image it has just built: "
                    + readResult(REPO_DIGESTS).trim()
                    + ". Another build may have pushed the same platform tag at the same"
                    + " moment; build again, or use buildx with a container driver, which needs no platform tag.");
        }
        throw new IOException(
                "The build tool has left no digest in " + folder + ", so it cannot have pushed anything.");
    }

    /**
     * The digest of the configuration that the tested image has, where it is pushed from a cache and not as it was tested.
     * The configuration names every layer by its digest, so the pushed image must have the same.
     *
     * @throws IOException if the tool has left something that is no digest
     */
    public Optional<Digest> readTestedConfig() throws IOException {
        return Files.exists(folder.resolve(TESTED))
                ? Optional.of(parse(
                        readJson(TESTED).path("containerimage.config.digest").asText(""), TESTED))
                : Optional.empty();
    }

    /** The images that the tool says it has built on, where it leaves that beside the digest; else none. */
    public List<ResolvedBaseImage> readBaseImages() throws IOException {
        return Files.exists(folder.resolve(METADATA))
                ? ResolvedBaseImage.ofProvenance(readJson(METADATA).path("buildx.build.provenance"))
                : List.of();
    }

    private JsonNode readJson(String name) throws IOException {
        try {
            return Json.readLeniently(readResult(name));
        } catch (IllegalArgumentException e) {
            throw new IOException(name + " of the build tool cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private String readResult(String name) throws IOException {
        Path file = folder.resolve(name);
        if (Files.size(file) > MAX_RESULT_BYTES) {
            throw new IOException(file + " is larger than " + MAX_RESULT_BYTES + " bytes; no build tool writes that.");
        }
        return Files.readString(file);
    }

    private static Digest parse(String text, String file) throws IOException {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("The build tool left no digest in " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs the commands that {@value #SCRIPT} would have run at its end, of a build that died before it: they remove its
     * images and working containers. Their failures do not matter. Does nothing where no build was prepared.
     *
     * @param environment variables of the commands, which those of the build win over
     */
    public void runCleanUp(Map<String, String> environment) throws IOException {
        Path commands = folder.resolve("cleanup");
        if (!Files.isDirectory(commands) || !Files.isRegularFile(folder.resolve("environment"))) {
            return;
        }
        Map<String, String> variables = new HashMap<>(environment);
        for (String variable : readLines(folder.resolve("environment"))) {
            int equals = variable.indexOf('=');
            variables.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        LocalCommandRunner runner = new LocalCommandRunner(variables);
        try (Stream<Path> homes = Files.list(commands)) {
            for (Path home : homes.sorted().toList()) {
                try {
                    runner.run(readLines(home.resolve("arguments")), CLEAN_UP_TIME);
                } catch (InterruptedIOException e) {
                    throw e;
                } catch (IOException e) {
                    // The tool is not there any more, and what it kept is out of reach.
                    continue;
                }
            }
        }
    }

    private static List<String> readLines(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(BuildFolder::decode).toList();
    }

    /** Undoes the escapes of {@link #writeLines}. */
    private static String decode(String line) {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                i++;
                value.append(line.charAt(i) == 'n' ? '\n' : line.charAt(i));
            } else {
                value.append(c);
            }
        }
        return value.toString();
    }

    /** Removes the folder and all in it; links are removed, not followed. Does nothing where there is none. */
    public void delete() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        SecretFiles.delete(folder);
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (!Files.isWritable(directory)) {
                    // A build context may have read-only directories.
                    restrict(directory, "rwx------");
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Does nothing on file systems without POSIX permissions. */
    static void restrict(Path path, String permissions) throws IOException {
        // The file store is not asked: in a chroot whose root is no mount point, Java does not find it.
        if (Files.getFileAttributeView(path, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }
}
