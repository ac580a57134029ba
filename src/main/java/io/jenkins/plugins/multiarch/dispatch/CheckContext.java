package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/** Checks a build context that is not packed, in the directory it is invoked on. */
final class CheckContext extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private final String dockerfile;

    CheckContext(String dockerfile) {
        this.dockerfile = dockerfile;
    }

    @Override
    public Void invoke(File context, VirtualChannel channel) throws IOException {
        ContextArchive.check(context.toPath(), dockerfile);
        return null;
    }
}
