package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.ReportedImage;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/** Reads what a build tool has left in the build folder it is invoked on. */
final class ReadDigest extends MasterToSlaveFileCallable<ReportedImage> {

    private static final long serialVersionUID = 1L;

    private final ImageReference image;

    ReadDigest(ImageReference image) {
        this.image = image;
    }

    @Override
    public ReportedImage invoke(File directory, VirtualChannel channel) throws IOException {
        return ReportedImage.read(BuildFolder.at(directory.toPath()), image);
    }
}
