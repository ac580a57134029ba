package io.jenkins.plugins.multiarch.steps;

import hudson.FilePath;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;

/**
 * The two folders that a platform's branch has on its agent, named after the order so that no other branch or build
 * shares them.
 *
 * @param build script, credentials and results; outside the workspace
 * @param context where the build runs: the unpacked build context, or a directory of the checkout
 * @param unpacked whether the context was shipped here and is to be removed afterwards
 */
record BranchFolders(FilePath build, FilePath context, boolean unpacked) {

    static BranchFolders of(BuildOrder order, Platform platform, FilePath workspace, boolean shipped)
            throws IOException {
        FilePath build = temporary(workspace).child(order.folder(platform));
        if (order.hasRemoteContext()) {
            return new BranchFolders(build, build, false);
        }
        return shipped
                ? new BranchFolders(build, workspace.child(order.folder(platform)), true)
                : new BranchFolders(build, workspace.child(order.context()), false);
    }

    static FilePath temporary(FilePath workspace) throws IOException {
        FilePath temporary = WorkspaceList.tempDir(workspace);
        if (temporary == null) {
            throw new IOException("The workspace " + workspace.getRemote() + " has no parent directory, so there is no"
                    + " place outside of it for the registry credential. Use a workspace below a directory.");
        }
        return temporary;
    }
}
