package io.jenkins.plugins.multiarch.dispatch;

import hudson.FilePath;
import hudson.model.Node;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.leftovers.AddFolders;
import io.jenkins.plugins.multiarch.leftovers.FolderEntry;
import io.jenkins.plugins.multiarch.leftovers.LeftoverSweep;
import io.jenkins.plugins.multiarch.leftovers.RemoveFolders;
import io.jenkins.plugins.multiarch.steps.BakeOrder;
import java.io.IOException;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The Dockerfiles whose text stands in a bake file, as files of the agent around {@code multiArchBake}: outside of the
 * workspace, so that none of them is part of a build context.
 *
 * @param context that of a step of its script
 * @param folder where they are
 */
record InlineDockerfiles(StepContext context, FilePath folder) {

    static InlineDockerfiles of(StepContext context) throws IOException, InterruptedException {
        return new InlineDockerfiles(
                context,
                BranchFolders.temporary(context.get(FilePath.class))
                        .child("multiarch-bake-" + context.get(BakeOrder.class).id()));
    }

    /**
     * Writes one.
     *
     * @param target unique in the bake file, but not a file name
     * @param number unique likewise
     * @return its absolute path
     */
    String write(String target, int number, String text) throws IOException, InterruptedException {
        home().act(new AddFolders(entry(), LeftoverSweep.KEPT_MILLIS));
        FilePath directory = folder.child(Integer.toString(number));
        directory.mkdirs();
        FilePath file = directory.child(target.replaceAll("[^A-Za-z0-9_-]", "_") + ".Dockerfile");
        file.write(text, "UTF-8");
        return file.getRemote();
    }

    void remove() throws IOException, InterruptedException {
        home().act(new RemoveFolders(entry()));
    }

    private FilePath home() throws IOException, InterruptedException {
        return BranchFolders.home(context.get(Node.class));
    }

    private FolderEntry entry() throws IOException, InterruptedException {
        return new FolderEntry(
                folder.getName(),
                context.get(BakeOrder.class).id(),
                context.get(Run.class).getExternalizableId(),
                List.of(folder.getRemote()),
                0);
    }
}
