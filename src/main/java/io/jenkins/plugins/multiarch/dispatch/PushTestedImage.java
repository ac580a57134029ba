package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.jib.TestedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;

/** Pushes what {@link MakeTestedImage} has kept, and leaves its digest in the build folder it is invoked on. */
final class PushTestedImage extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private final ImageReference image;
    private final Platform platform;
    private final AgentRegistries registries;
    private final AgentLog log;

    PushTestedImage(ImageReference image, Platform platform, AgentRegistries registries, PrintStream log) {
        this.image = image;
        this.platform = platform;
        this.registries = registries;
        this.log = new AgentLog(log);
    }

    @Override
    public Void invoke(File folder, VirtualChannel channel) throws IOException {
        BuildFolder build = BuildFolder.at(folder.toPath());
        PushedImage pushed = new TestedImage(build).push(registries.open(List.of(image), log.lines()), image, platform);
        build.writeDigest(pushed.descriptor().digest());
        return null;
    }
}
