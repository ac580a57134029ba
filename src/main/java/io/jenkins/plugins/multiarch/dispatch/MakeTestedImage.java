package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.ImageTest;
import io.jenkins.plugins.multiarch.engine.build.PreparedBuild;
import io.jenkins.plugins.multiarch.engine.jib.ImageBuilder;
import io.jenkins.plugins.multiarch.engine.jib.TestedImage;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/**
 * Makes a platform image, keeps it in the build folder it is invoked on, and writes the commands that test it in a tool of the
 * agent. {@link PushTestedImage} pushes it.
 */
final class MakeTestedImage extends MasterToSlaveFileCallable<PreparedBuild> {

    private static final long serialVersionUID = 1L;

    private final ImageMaker maker;

    @SuppressFBWarnings(value = "SE_BAD_FIELD", justification = "what goes to another machine is a proxy")
    private final CommandRunner runner;

    /** @param runner asks the tools */
    MakeTestedImage(ImageMaker maker, CommandRunner runner) {
        this.maker = maker;
        this.runner = runner;
    }

    @Override
    public PreparedBuild invoke(File folder, VirtualChannel channel) throws IOException {
        ImageTest test = ImageTest.on(BuildTools.detect(runner), maker.request());
        BuildFolder build = BuildFolder.create(folder.toPath());
        TestedImage image = new TestedImage(build);
        try (ImageBuilder builder = maker.open(build.path())) {
            image.make(builder, maker.request(), test);
        }
        return image.prepare(maker.request(), test, maker.directory());
    }
}
