package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.ExportedFiles;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The directories of this machine that a build reads and writes, checked before anything is built. */
final class BuildDirectories {

    private BuildDirectories() {}

    /** @throws IllegalArgumentException if the build context is a directory that does not exist */
    static void requireContext(String context) {
        if (!BuildRequest.isRemote(context) && !Files.isDirectory(Path.of(context))) {
            throw new IllegalArgumentException("There is no directory '" + context + "' to build.");
        }
    }

    /** @throws IllegalArgumentException if the build context is a directory without this Dockerfile */
    static void requireDockerfile(String context, String file) {
        if (!BuildRequest.isRemote(context)
                && !Files.isRegularFile(Path.of(context).resolve(file))) {
            throw new IllegalArgumentException("There is no Dockerfile '" + file + "' in '" + context + "'.");
        }
    }

    /**
     * Further build contexts as a tool finds them that runs in another directory, the build context.
     *
     * @throws IllegalArgumentException if one is a directory that does not exist
     */
    static Map<String, String> absolute(Map<String, String> contexts) {
        Map<String, String> places = new LinkedHashMap<>();
        contexts.forEach((name, place) -> {
            boolean isDirectory = BuildFeatures.isDirectory(place);
            if (isDirectory && !Files.isDirectory(Path.of(place))) {
                throw new IllegalArgumentException(
                        "The build context '" + name + "' is the directory '" + place + "', which does not exist.");
            }
            places.put(name, isDirectory ? Path.of(place).toAbsolutePath().toString() : place);
        });
        return places;
    }

    /** Where the files of an image for this platform go. */
    static Path export(Path exportTo, Platform platform) {
        return exportTo.resolve(ExportedFiles.directory(platform));
    }

    /**
     * Sees to it that nothing of the user's is overwritten.
     *
     * @throws IllegalArgumentException if files of an image are there already
     */
    static void requireRoomForExport(Path exportTo, Platform platform) {
        Path directory = export(exportTo, platform);
        String[] files = directory.toFile().list();
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && (files == null || files.length > 0)) {
            throw new IllegalArgumentException(
                    "'" + directory + "' is there already. Remove it, or name another directory to export to.");
        }
    }
}
