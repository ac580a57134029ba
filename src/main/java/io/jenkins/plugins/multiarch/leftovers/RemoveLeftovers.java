package io.jenkins.plugins.multiarch.leftovers;

import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;

/**
 * Removes what branches that died without their end have left on an agent, in whose root directory it is invoked: images
 * and working containers of the build tools, and the folders.
 */
public final class RemoveLeftovers extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> names;

    /** @param names of entries in the agent's index */
    public RemoveLeftovers(List<String> names) {
        this.names = new ArrayList<>(names);
    }

    @Override
    public Void invoke(File home, VirtualChannel channel) throws IOException {
        BuildFolderIndex index = new BuildFolderIndex(home.toPath());
        for (String name : names) {
            FolderEntry entry = index.find(name);
            if (entry != null) {
                entry.removeLeftovers(System.getenv());
                index.remove(name);
            }
        }
        return null;
    }
}
