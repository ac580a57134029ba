package io.jenkins.plugins.multiarch.dispatch;

import hudson.FilePath;
import hudson.Functions;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.leftovers.AddFolders;
import io.jenkins.plugins.multiarch.leftovers.LeftoverSweep;
import io.jenkins.plugins.multiarch.steps.AbortExceptions;
import io.jenkins.plugins.multiarch.steps.BakeOrder;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import java.util.Objects;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The build contexts of a step, unpacked where a branch builds; {@link ContextShipment} has packed those that come by stash.
 *
 * @param context that of the step
 * @param folders those of the branch; what is in {@link BranchFolders#arrival} is for the caller to remove
 */
record ContextArrival(StepContext context, BuildOrder order, BranchFolders folders) {

    /** A copy of the context that the workspace of the same agent has. */
    void ofWorkspace(FilePath workspace) throws Exception {
        String directory = workspace.child(order.context()).getRemote();
        AbortExceptions.translate(() -> folders.arrival().act(new PackContext(directory, order.dockerfile())));
        unpack(folders.arrival());
    }

    /** @param stash what {@link ContextShipment#pack} has returned */
    void ofStash(String stash) throws Exception {
        boolean isOwn = stash.equals(order.stash());
        if (isOwn || order.hasDockerfileOutside()) {
            new Stash(context, order.stash()).fetch(folders.arrival());
        }
        FilePath archives = isOwn ? folders.arrival() : shared(stash);
        unpack(archives);
        for (int i = 0; i < order.directories().size(); i++) {
            UnpackContext unpacking =
                    new UnpackContext(archives.child(PackContext.archive(i)).getRemote());
            FilePath target = folders.contexts().child(Integer.toString(i));
            AbortExceptions.translate(() -> target.act(unpacking));
        }
        if (order.hasDockerfileOutside()) {
            folders.contexts().mkdirs();
            folders.arrival()
                    .child(CopyDockerfile.FOLDER)
                    .renameTo(folders.contexts().child(CopyDockerfile.FOLDER));
        }
    }

    private void unpack(FilePath archives) throws Exception {
        UnpackContext unpacking =
                new UnpackContext(archives.child(PackContext.ARCHIVE).getRemote());
        AbortExceptions.translate(() -> folders.context().act(unpacking));
    }

    /** Where the archives are that the targets of a bake share, which are sent to each agent once. */
    private FilePath shared(String stash) throws Exception {
        String bake = Objects.requireNonNull(context.get(BakeOrder.class)).id();
        SentContexts sent =
                SentContexts.on(Objects.requireNonNull(context.get(Node.class)), bake, context.get(Run.class));
        FilePath folder = sent.folder(stash);
        SharedContexts.of(bake).send(sent, stash, () -> {
            sent.home().act(new AddFolders(sent.entry(), LeftoverSweep.KEPT_MILLIS));
            // Complete under its own name, or not there at all.
            FilePath arriving = sent.folder(stash + "-arriving");
            new Stash(context, stash).fetch(arriving);
            arriving.renameTo(folder);
            long bytes = 0;
            for (FilePath archive : folder.list()) {
                bytes += archive.length();
            }
            context.get(TaskListener.class)
                    .getLogger()
                    .println("Sent the build context to " + sent.agent() + ": " + Functions.humanReadableByteSize(bytes)
                            + ", for all targets that are built from it there");
        });
        return folder;
    }
}
