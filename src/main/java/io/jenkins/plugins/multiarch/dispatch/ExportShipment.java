package io.jenkins.plugins.multiarch.dispatch;

import hudson.FilePath;
import hudson.Functions;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.engine.build.ExportedFiles;
import io.jenkins.plugins.multiarch.engine.context.ContextSummary;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.steps.AbortExceptions;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The files of the platform images, on their way from the agents that built them to the workspace of the author. The
 * controller keeps them until the build is over.
 *
 * @param context that of the step
 */
record ExportShipment(StepContext context) {

    /** Sends those of a platform, from the agent that has built it. */
    void send(BuildOrder order, Platform platform, FilePath buildFolder) throws Exception {
        ContextSummary packed = AbortExceptions.translate(() -> buildFolder.act(new PackExport()));
        new Stash(context, order.exportStash(platform)).keep(buildFolder, PackExport.ARCHIVE);
        context.get(TaskListener.class)
                .getLogger()
                .println("Exported the files of " + platform + ": " + packed.files() + " files, "
                        + Functions.humanReadableByteSize(packed.bytes()));
    }

    /** Puts those of all platforms in place of what a build before has left there. */
    void receive(BuildOrder order, FilePath workspace) throws Exception {
        FilePath directory = workspace.child(order.exportTo());
        FilePath arrival = BranchFolders.temporary(workspace).child(order.stash() + "-export");
        try {
            for (Platform platform : order.platforms()) {
                new Stash(context, order.exportStash(platform)).fetch(arrival);
                FilePath target = directory.child(ExportedFiles.directory(platform));
                target.deleteRecursive();
                UnpackContext unpacking =
                        new UnpackContext(arrival.child(PackExport.ARCHIVE).getRemote());
                AbortExceptions.translate(() -> target.act(unpacking));
            }
        } finally {
            arrival.deleteRecursive();
        }
        context.get(TaskListener.class)
                .getLogger()
                .println("The files of the images are in " + order.exportTo() + ", in a directory for each platform");
    }
}
