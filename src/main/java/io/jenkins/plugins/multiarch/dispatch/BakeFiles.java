package io.jenkins.plugins.multiarch.dispatch;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import io.jenkins.plugins.multiarch.engine.bake.BakeDirectory;
import io.jenkins.plugins.multiarch.engine.bake.BakeFile;
import io.jenkins.plugins.multiarch.engine.bake.BakeReader;
import io.jenkins.plugins.multiarch.steps.BakeOrder;
import java.io.IOException;

/** The bake files of an order, in the directory that it stands in, read where {@code sh} would run. */
record BakeFiles(BakeOrder order, FilePath directory, Launcher launcher, EnvVars environment) implements BakeDirectory {

    BakeFile read() throws IOException, InterruptedException {
        return new BakeReader(
                        this,
                        new LauncherCommandRunner(
                                launcher, order.environment(environment), directory, BakeReader.MOST_OUTPUT),
                        order.print())
                .read();
    }

    @Override
    public String path() {
        return directory.getRemote();
    }

    @Override
    public boolean has(String file) throws IOException, InterruptedException {
        return directory.child(file).exists();
    }

    @Override
    public String read(String file) throws IOException, InterruptedException {
        return directory.child(file).readToString();
    }
}
