package io.jenkins.plugins.multiarch.report;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What a run has planned, built and pushed; {@code pushManifestList} finds its sources here. */
@ExportedBean
public final class MultiArchBuildAction extends InvisibleAction {

    private final List<PlatformImage> images = new ArrayList<>();

    /** Null in records that an older version has saved. */
    private List<RecordedPlan> plans;

    /** Every platform image in the order recorded. */
    @Exported
    public synchronized List<PlatformImage> getImages() {
        return List.copyOf(images);
    }

    /** The plans of every {@code multiArchBuild}, line by line, in the order made. */
    @Exported
    public synchronized List<RecordedPlan> getPlans() {
        return plans == null ? List.of() : List.copyOf(plans);
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

    private synchronized void plan(List<RecordedPlan> more) {
        if (plans == null) {
            plans = new ArrayList<>();
        }
        plans.addAll(more);
    }

    /** The images recorded on a run for this repository; empty if there are none. */
    public static List<PlatformImage> recorded(Run<?, ?> run, ImageReference image) {
        MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);
        return action == null ? List.of() : action.of(image);
    }

    /** Adds images to the record of a run and saves it. */
    public static void record(Run<?, ?> run, List<PlatformImage> images) throws IOException {
        update(run, action -> action.add(images));
    }

    /** Adds a plan to the record of a run and saves it. */
    public static void recordPlan(Run<?, ?> run, ImageReference image, Plan plan) throws IOException {
        update(
                run,
                action -> action.plan(plan.platforms().stream()
                        .map(planned -> new RecordedPlan(image.toString(), planned))
                        .toList()));
    }

    private static void update(Run<?, ?> run, Consumer<MultiArchBuildAction> change) throws IOException {
        // Two multiArchBuild of one run may do so at the same time.
        synchronized (run) {
            MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);
            if (action == null) {
                action = new MultiArchBuildAction();
                run.addAction(action);
            }
            change.accept(action);
        }
        run.save();
    }
}
