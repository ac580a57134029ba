package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import io.jenkins.plugins.multiarch.engine.context.ContextSummary;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of a platform image, on their way from the build folder to where they are wanted: {@code
 * <directory>/linux_arm64/…}, as buildx names the directories of several platforms.
 */
public final class ExportedFiles {

    private ExportedFiles() {}

    /** Name of the directory for the files of a platform, e.g. {@code linux_arm_v7}. */
    public static String directory(Platform platform) {
        return platform.toString().replace('/', '_');
    }

    /**
     * Packs what the build tool has left, for {@link ContextArchive#unpack}.
     *
     * @throws FileNotFoundException if it has left nothing
     */
    public static ContextSummary pack(BuildFolder build, Path archive) throws IOException {
        if (!Files.isDirectory(build.export())) {
            throw new FileNotFoundException("The build tool has exported no files to " + build.export() + ".");
        }
        try (OutputStream out = Files.newOutputStream(archive)) {
            return ContextArchive.packAll(build.export(), out);
        }
    }
}
