package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import jenkins.MasterToSlaveFileCallable;

/** Unpacks a build context into the folder it is invoked on, on the agent that is to build it. */
final class UnpackContext extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private final String archive;

    UnpackContext(String archive) {
        this.archive = archive;
    }

    @Override
    public Void invoke(File folder, VirtualChannel channel) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(archive))) {
            ContextArchive.unpack(in, Files.createDirectories(folder.toPath()));
        }
        return null;
    }
}
