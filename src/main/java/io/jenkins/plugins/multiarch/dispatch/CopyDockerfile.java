package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.context.DockerfilePath;
import io.jenkins.plugins.multiarch.engine.context.IgnoreFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jenkins.MasterToSlaveFileCallable;

/** Copies a Dockerfile that is outside its context, and the ignore file beside it, into the folder it is invoked on. */
final class CopyDockerfile extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    /** Where it is in what is shipped. */
    static final String FOLDER = "dockerfile";

    private final String context;
    private final String dockerfile;

    CopyDockerfile(String context, String dockerfile) {
        this.context = context;
        this.dockerfile = dockerfile;
    }

    @Override
    public Void invoke(File folder, VirtualChannel channel) throws IOException {
        Path file = new DockerfilePath(dockerfile).read(Path.of(context));
        Path copy = Files.createDirectories(folder.toPath().resolve(FOLDER)).resolve(file.getFileName());
        Files.copy(file, copy);
        Path ignore = IgnoreFile.beside(file);
        if (Files.isRegularFile(ignore)) {
            Files.copy(ignore, IgnoreFile.beside(copy));
        }
        return null;
    }
}
