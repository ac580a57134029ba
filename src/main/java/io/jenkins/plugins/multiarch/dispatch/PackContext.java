package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import io.jenkins.plugins.multiarch.engine.context.ContextSummary;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import jenkins.MasterToSlaveFileCallable;

/** Packs a build context, on the agent that has it, into an archive inside the folder it is invoked on. */
final class PackContext extends MasterToSlaveFileCallable<ContextSummary> {

    private static final long serialVersionUID = 1L;

    /** The build context itself. */
    static final String ARCHIVE = "context.tar";

    /** What an order ships: all archives, and what {@link CopyDockerfile} has copied. */
    static final String SHIPPED = "context*.tar," + CopyDockerfile.FOLDER + "/*";

    private final String context;
    private final String dockerfile;
    private final String archive;

    PackContext(String context, String dockerfile) {
        this(context, dockerfile, ARCHIVE);
    }

    private PackContext(String context, @Nullable String dockerfile, String archive) {
        this.context = context;
        this.dockerfile = dockerfile;
        this.archive = archive;
    }

    /** @param number of a further build context, which has no Dockerfile of its own */
    static PackContext further(String directory, int number) {
        return new PackContext(directory, null, archive(number));
    }

    /** Name of the archive of a further build context. */
    static String archive(int number) {
        return "context-" + number + ".tar";
    }

    @Override
    public ContextSummary invoke(File folder, VirtualChannel channel) throws IOException {
        Path file = Files.createDirectories(folder.toPath()).resolve(archive);
        try (OutputStream out = Files.newOutputStream(file)) {
            return dockerfile == null
                    ? ContextArchive.pack(Path.of(context), out)
                    : ContextArchive.pack(Path.of(context), dockerfile, out);
        }
    }
}
