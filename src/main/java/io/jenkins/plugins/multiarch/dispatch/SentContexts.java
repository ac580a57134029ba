package io.jenkins.plugins.multiarch.dispatch;

import hudson.FilePath;
import hudson.model.Node;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.leftovers.FolderEntry;
import java.io.IOException;
import java.util.List;

/**
 * The build contexts that targets of a {@code multiArchBake} share, as an agent has them.
 *
 * @param agent its name
 * @param home its root directory
 * @param entry what its index has of them
 */
record SentContexts(String agent, FilePath home, FolderEntry entry) {

    /** @param bake identifier of the order */
    static SentContexts on(Node node, String bake, Run<?, ?> run) throws IOException {
        FilePath home = BranchFolders.home(node);
        FilePath all = home.child("multiarch-contexts-" + bake);
        return new SentContexts(
                node.getNodeName(),
                home,
                new FolderEntry(all.getName(), bake, run.getExternalizableId(), List.of(all.getRemote()), 0));
    }

    /** Where the archives of a stash are. */
    FilePath folder(String stash) {
        return home.child(entry.name()).child(stash);
    }
}
