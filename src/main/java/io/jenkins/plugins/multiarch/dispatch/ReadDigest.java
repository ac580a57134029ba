package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;

/** Reads the digest that a build tool has left in the build folder it is invoked on. */
final class ReadDigest extends MasterToSlaveFileCallable<List<String>> {

    private static final long serialVersionUID = 1L;

    private final ImageReference image;

    ReadDigest(ImageReference image) {
        this.image = image;
    }

    @Override
    public List<String> invoke(File directory, VirtualChannel channel) throws IOException {
        BuildFolder folder = BuildFolder.at(directory.toPath());
        List<String> digests = new ArrayList<>();
        digests.add(folder.readDigest(image).toString());
        folder.readTestedConfig().ifPresent(tested -> digests.add(tested.toString()));
        return digests;
    }
}
