package io.jenkins.plugins.multiarch.dispatch;

import hudson.FilePath;
import hudson.model.Node;
import hudson.model.Run;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.leftovers.FolderEntry;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The folders that a platform's branch has on its agent, named after the order so that no other branch or build shares
 * them.
 *
 * @param build script, credentials and results; outside the workspace
 * @param arrival where the packed build contexts arrive; outside the workspace
 * @param contexts where further build contexts are unpacked, and images to build on arrive; outside the workspace
 * @param context where the build runs: the unpacked build context, or a directory of the checkout
 * @param unpacked whether the context was shipped here and is to be removed afterwards
 */
record BranchFolders(FilePath build, FilePath arrival, FilePath contexts, FilePath context, boolean unpacked) {

    static BranchFolders of(BuildOrder order, Platform platform, FilePath workspace, boolean shipped)
            throws IOException {
        FilePath temporary = temporary(workspace);
        FilePath build = temporary.child(order.folder(platform));
        FilePath arrival = temporary.child(order.folder(platform) + "-arrival");
        FilePath contexts = temporary.child(order.folder(platform) + "-contexts");
        if (order.hasRemoteContext()) {
            return new BranchFolders(build, arrival, contexts, build, false);
        }
        return shipped
                ? new BranchFolders(build, arrival, contexts, workspace.child(order.folder(platform)), true)
                : new BranchFolders(build, arrival, contexts, workspace.child(order.context()), false);
    }

    /** Where the author's steps test the image; never where the login is. */
    FilePath test() {
        return context.equals(build) ? contexts : context;
    }

    static FilePath temporary(FilePath workspace) throws IOException {
        FilePath temporary = WorkspaceList.tempDir(workspace);
        if (temporary == null) {
            throw new IOException("The workspace " + workspace.getRemote() + " has no parent directory, so there is no"
                    + " place outside of it for the registry credential. Use a workspace below a directory.");
        }
        return temporary;
    }

    /**
     * What the agent's index has of them.
     *
     * @param run the run that they serve
     */
    FolderEntry entry(BuildOrder order, Run<?, ?> run) throws IOException {
        List<String> folders = new ArrayList<>(List.of(build.getRemote()));
        if (unpacked) {
            folders.add(arrival.getRemote());
            folders.add(context.getRemote());
        }
        if (unpacked || order.isOnArchives()) {
            folders.add(contexts.getRemote());
        }
        if (order.hasTestBlock()) {
            folders.add(test().getRemote());
            folders.add(temporary(test()).getRemote());
        }
        return new FolderEntry(build.getName(), order.id(), run.getExternalizableId(), folders, 0);
    }

    /**
     * The directory that an agent has for itself, with the index in it.
     *
     * @throws IOException if the agent is gone
     */
    static FilePath home(Node node) throws IOException {
        FilePath home = node == null ? null : node.getRootPath();
        if (home == null) {
            throw AgentLoss.offline();
        }
        return home;
    }
}
