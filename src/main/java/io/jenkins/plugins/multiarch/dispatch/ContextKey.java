package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.context.ContextArchive;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;

/** What tells the build contexts of an order apart from those of others; invoked on the first of them. */
final class ContextKey extends MasterToSlaveFileCallable<String> {

    private static final long serialVersionUID = 1L;

    private final String dockerfile;
    private final ArrayList<String> further;

    /** @param further the other build contexts, which are directories of the agent */
    ContextKey(String dockerfile, List<String> further) {
        this.dockerfile = dockerfile;
        this.further = new ArrayList<>(further);
    }

    @Override
    public String invoke(File context, VirtualChannel channel) throws IOException {
        StringBuilder key = new StringBuilder(ContextArchive.key(context.toPath(), dockerfile));
        for (String directory : further) {
            key.append(' ').append(ContextArchive.key(Path.of(directory)));
        }
        return key.toString();
    }
}
