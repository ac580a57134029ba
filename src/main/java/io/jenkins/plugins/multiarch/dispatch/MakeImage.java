package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.jib.ImageBuilder;
import java.io.File;
import java.io.IOException;
import java.util.Optional;
import jenkins.MasterToSlaveFileCallable;

/** Makes and pushes a platform image, and leaves its digest in the build folder it is invoked on. */
final class MakeImage extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private final ImageMaker maker;

    MakeImage(ImageMaker maker) {
        this.maker = maker;
    }

    @Override
    public Void invoke(File folder, VirtualChannel channel) throws IOException {
        BuildFolder build = BuildFolder.create(folder.toPath());
        try (ImageBuilder builder = maker.open(build.path())) {
            Optional<PushedImage> pushed = builder.build(maker.request());
            if (pushed.isPresent()) {
                build.writeDigest(pushed.get().descriptor().digest());
            }
            if (maker.request().features().archive()) {
                builder.archive(maker.request(), build.image());
            }
            if (maker.request().features().export()) {
                builder.export(maker.request(), build.export());
            }
        }
        return null;
    }
}
