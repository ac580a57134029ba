package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.ExportedFiles;
import io.jenkins.plugins.multiarch.engine.context.ContextSummary;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/** Packs the files of an image, on the agent that has built it, inside the build folder it is invoked on. */
final class PackExport extends MasterToSlaveFileCallable<ContextSummary> {

    private static final long serialVersionUID = 1L;

    /** Name of the archive. */
    static final String ARCHIVE = "export.tar";

    @Override
    public ContextSummary invoke(File folder, VirtualChannel channel) throws IOException {
        return ExportedFiles.pack(
                BuildFolder.at(folder.toPath()), folder.toPath().resolve(ARCHIVE));
    }
}
