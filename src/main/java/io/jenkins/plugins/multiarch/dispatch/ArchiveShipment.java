package io.jenkins.plugins.multiarch.dispatch;

import hudson.FilePath;
import hudson.Functions;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.ImageArchive;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.steps.BakeOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The platform images of a target that is not pushed, on their way to agents that build on them. The controller keeps them until the
 * build is over.
 *
 * @param context that of the step
 */
record ArchiveShipment(StepContext context) {

    /** Sends that of a platform, from the agent that has built it. */
    void send(String target, Platform platform, FilePath buildFolder) throws Exception {
        BakeOrder bake = Objects.requireNonNull(context.get(BakeOrder.class));
        long bytes = buildFolder.child(BuildFolder.IMAGE).length();
        new Stash(context, bake.archive(target, platform).place()).keep(buildFolder, BuildFolder.IMAGE);
        context.get(TaskListener.class)
                .getLogger()
                .println("Kept the image of " + platform + " for the targets that are built on it: "
                        + Functions.humanReadableByteSize(bytes));
    }

    /**
     * Fetches those that a request is built on.
     *
     * @param folder is created if there are any
     * @return the request with the archives as they are on this agent
     */
    BuildRequest receive(BuildRequest request, FilePath folder) throws Exception {
        Map<String, String> places = new LinkedHashMap<>(request.features().contexts());
        int number = 0;
        for (Map.Entry<String, String> place : places.entrySet()) {
            if (ImageArchive.isOne(place.getValue())) {
                FilePath arrival = folder.child("base-" + number++);
                new Stash(context, ImageArchive.of(place.getValue()).place()).fetch(arrival);
                place.setValue(new ImageArchive(arrival.child(BuildFolder.IMAGE).getRemote()).context());
            }
        }
        return request.with(request.features().withContexts(places));
    }
}
