package io.jenkins.plugins.multiarch.steps;

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

    static final String ARCHIVE = "context.tar";

    private final String context;
    private final String dockerfile;

    PackContext(String context, String dockerfile) {
        this.context = context;
        this.dockerfile = dockerfile;
    }

    @Override
    public ContextSummary invoke(File folder, VirtualChannel channel) throws IOException {
        Path archive = Files.createDirectories(folder.toPath()).resolve(ARCHIVE);
        try (OutputStream out = Files.newOutputStream(archive)) {
            return ContextArchive.pack(Path.of(context), dockerfile, out);
        }
    }
}
