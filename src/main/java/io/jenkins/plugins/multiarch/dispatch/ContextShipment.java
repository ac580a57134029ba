package io.jenkins.plugins.multiarch.dispatch;

import hudson.FilePath;
import hudson.Functions;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.engine.context.ContextSummary;
import io.jenkins.plugins.multiarch.leftovers.AddFolders;
import io.jenkins.plugins.multiarch.leftovers.FolderEntry;
import io.jenkins.plugins.multiarch.leftovers.LeftoverSweep;
import io.jenkins.plugins.multiarch.leftovers.RemoveFolders;
import io.jenkins.plugins.multiarch.steps.AbortExceptions;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The build contexts of a step, packed once for all agents and kept by the controller until the build is over.
 *
 * @param context that of the step
 */
record ContextShipment(StepContext context) {

    /** Packs them in the workspace, and leaves nothing there. */
    void pack(BuildOrder order, FilePath workspace, TaskListener listener) throws Exception {
        FilePath folder = BranchFolders.temporary(workspace).child(order.stash());
        FilePath home = BranchFolders.home(context.get(Node.class));
        FolderEntry entry = new FolderEntry(
                order.stash(),
                order.id(),
                context.get(Run.class).getExternalizableId(),
                List.of(folder.getRemote()),
                0);
        home.act(new AddFolders(entry, LeftoverSweep.KEPT_MILLIS));
        try {
            String directoryOfContext = workspace.child(order.context()).getRemote();
            ContextSummary packed = AbortExceptions.translate(
                    () -> folder.act(new PackContext(directoryOfContext, order.dockerfile())));
            if (order.hasDockerfileOutside()) {
                AbortExceptions.translate(() -> folder.act(new CopyDockerfile(directoryOfContext, order.dockerfile())));
            }
            int number = 0;
            for (String directory : order.directories().values()) {
                PackContext further =
                        PackContext.further(workspace.child(directory).getRemote(), number++);
                ContextSummary one = AbortExceptions.translate(() -> folder.act(further));
                packed = new ContextSummary(packed.files() + one.files(), packed.bytes() + one.bytes());
            }
            new Stash(context, order.stash()).keep(folder, PackContext.SHIPPED);
            listener.getLogger()
                    .println("Packed the build context: " + packed.files() + " files, "
                            + Functions.humanReadableByteSize(packed.bytes()));
        } finally {
            home.act(new RemoveFolders(entry));
        }
    }
}
