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
import io.jenkins.plugins.multiarch.steps.BakeOrder;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The build contexts of a step, packed once for all agents and kept by the controller until the build is over.
 *
 * @param context that of the step
 */
record ContextShipment(StepContext context) {

    /**
     * Packs them in the workspace, and leaves nothing there.
     *
     * @return the name of the stash that has them; that of the order has the Dockerfile if it lies outside of its context
     */
    String pack(BuildOrder order, FilePath workspace, TaskListener listener) throws Exception {
        BakeOrder bake = context.get(BakeOrder.class);
        if (bake == null) {
            packTo(order.stash(), order, workspace, listener);
            return order.stash();
        }
        if (order.hasDockerfileOutside()) {
            stash(order, order.stash(), workspace, folder -> copyDockerfile(order, workspace, folder));
        }
        List<String> further = order.directories().values().stream()
                .map(directory -> workspace.child(directory).getRemote())
                .toList();
        String key = AbortExceptions.translate(
                () -> workspace.child(order.context()).act(new ContextKey(order.dockerfile(), further)));
        return SharedContexts.of(bake.id()).stash(key, name -> packTo(name, order, workspace, listener));
    }

    private void packTo(String name, BuildOrder order, FilePath workspace, TaskListener listener) throws Exception {
        stash(order, name, workspace, folder -> {
            String directoryOfContext = workspace.child(order.context()).getRemote();
            ContextSummary packed = AbortExceptions.translate(
                    () -> folder.act(new PackContext(directoryOfContext, order.dockerfile())));
            if (name.equals(order.stash()) && order.hasDockerfileOutside()) {
                copyDockerfile(order, workspace, folder);
            }
            int number = 0;
            for (String directory : order.directories().values()) {
                PackContext further =
                        PackContext.further(workspace.child(directory).getRemote(), number++);
                ContextSummary one = AbortExceptions.translate(() -> folder.act(further));
                packed = new ContextSummary(packed.files() + one.files(), packed.bytes() + one.bytes());
            }
            listener.getLogger()
                    .println("Packed the build context: " + packed.files() + " files, "
                            + Functions.humanReadableByteSize(packed.bytes()));
        });
    }

    private static void copyDockerfile(BuildOrder order, FilePath workspace, FilePath folder) throws Exception {
        String directory = workspace.child(order.context()).getRemote();
        AbortExceptions.translate(() -> folder.act(new CopyDockerfile(directory, order.dockerfile())));
    }

    private interface Filling {
        void fill(FilePath folder) throws Exception;
    }

    private void stash(BuildOrder order, String name, FilePath workspace, Filling filling) throws Exception {
        FilePath folder = BranchFolders.temporary(workspace).child(name);
        FilePath home = BranchFolders.home(context.get(Node.class));
        FolderEntry entry = new FolderEntry(
                name, order.id(), context.get(Run.class).getExternalizableId(), List.of(folder.getRemote()), 0);
        home.act(new AddFolders(entry, LeftoverSweep.KEPT_MILLIS));
        try {
            filling.fill(folder);
            new Stash(context, name).keep(folder, PackContext.SHIPPED);
        } finally {
            home.act(new RemoveFolders(entry));
        }
    }
}
