package io.jenkins.plugins.multiarch.steps;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/** Reads the digest that a build tool has left in the build folder it is invoked on. */
final class ReadDigest extends MasterToSlaveFileCallable<String> {

    private static final long serialVersionUID = 1L;

    private final ImageReference image;

    ReadDigest(ImageReference image) {
        this.image = image;
    }

    @Override
    public String invoke(File folder, VirtualChannel channel) throws IOException {
        return BuildFolder.at(folder.toPath()).readDigest(image).toString();
    }
}
