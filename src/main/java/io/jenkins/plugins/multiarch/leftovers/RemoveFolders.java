package io.jenkins.plugins.multiarch.leftovers;

import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/** Removes the folders of a branch that is at its end from an agent, in whose root directory it is invoked. */
public final class RemoveFolders extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private final FolderEntry entry;
    private final String kept;
    private final long keptMillis;

    public RemoveFolders(FolderEntry entry) {
        this(entry, null, 0);
    }

    /**
     * @param kept one of its folders, which the sweeper removes later; null for none
     * @param keptMillis how much later
     */
    public RemoveFolders(FolderEntry entry, String kept, long keptMillis) {
        this.entry = entry;
        this.kept = kept;
        this.keptMillis = keptMillis;
    }

    @Override
    public Void invoke(File home, VirtualChannel channel) throws IOException {
        BuildFolderIndex index = new BuildFolderIndex(home.toPath());
        if (kept == null) {
            entry.removeFolders();
            index.remove(entry.name());
        } else {
            entry.without(kept).removeFolders();
            index.add(entry.only(kept).keptFor(keptMillis));
        }
        return null;
    }
}
