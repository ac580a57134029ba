package io.jenkins.plugins.multiarch.leftovers;

import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import jenkins.MasterToSlaveFileCallable;

/** Lists what is old enough to be removed from an agent, in whose root directory it is invoked. */
final class DueFolders extends MasterToSlaveFileCallable<ArrayList<FolderEntry>> {

    private static final long serialVersionUID = 1L;

    @Override
    public ArrayList<FolderEntry> invoke(File home, VirtualChannel channel) throws IOException {
        return new ArrayList<>(new BuildFolderIndex(home.toPath()).due(System.currentTimeMillis()));
    }
}
