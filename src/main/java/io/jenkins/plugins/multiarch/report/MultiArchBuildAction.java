package io.jenkins.plugins.multiarch.report;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The platform images that a run has built and pushed, so that {@code pushManifestList} finds them. */
@ExportedBean
public final class MultiArchBuildAction extends InvisibleAction {

    private final List<PlatformImage> images = new ArrayList<>();

    /** Every platform image in the order recorded. */
    @Exported
    public synchronized List<PlatformImage> getImages() {
        return List.copyOf(images);
    }

    /** The platform images of this repository, the latest of each platform. */
    public synchronized List<PlatformImage> of(ImageReference image) {
        Map<String, PlatformImage> latest = new LinkedHashMap<>();
        images.stream()
                .filter(built ->
                        ImageReference.parse(built.getReference()).name().equals(image.name()))
                .forEach(built -> latest.put(built.getPlatform(), built));
        return List.copyOf(latest.values());
    }

    private synchronized void add(List<PlatformImage> more) {
        images.addAll(more);
    }

    /** The images recorded on a run for this repository; empty if there are none. */
    public static List<PlatformImage> recorded(Run<?, ?> run, ImageReference image) {
        MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);
        return action == null ? List.of() : action.of(image);
    }

    /** Adds images to the record of a run and saves it. */
    public static void record(Run<?, ?> run, List<PlatformImage> images) throws IOException {
        // Two multiArchBuild of one run may finish at the same time.
        synchronized (run) {
            MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);
            if (action == null) {
                action = new MultiArchBuildAction();
                run.addAction(action);
            }
            action.add(images);
        }
        run.save();
    }
}
