package io.jenkins.plugins.multiarch.leftovers;

import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/**
 * Adds a branch's folders to the index of an agent, in whose root directory it is invoked, before they are made.
 * Returns whether an earlier try of the branch has left something there.
 */
public final class AddFolders extends MasterToSlaveFileCallable<Boolean> {

    private static final long serialVersionUID = 1L;

    private final FolderEntry entry;
    private final long keptMillis;

    /** @param keptMillis how long they are safe from the sweeper whatever becomes of the build */
    public AddFolders(FolderEntry entry, long keptMillis) {
        this.entry = entry;
        this.keptMillis = keptMillis;
    }

    @Override
    public Boolean invoke(File home, VirtualChannel channel) throws IOException {
        return new BuildFolderIndex(home.toPath()).add(entry.keptFor(keptMillis));
    }
}
