package io.jenkins.plugins.multiarch.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.BulkChange;
import hudson.console.HyperlinkNote;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.engine.copy.CopyResult;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The record of a run, as steps read and write it: each addition is saved with the run at once. What shows it is a {@link
 * MultiArchBuildAction}, which the first addition makes.
 *
 * @param run whose record it is
 */
public record RunRecord(Run<?, ?> run) {

    /** The platform images of this repository, the latest of each platform; empty if there are none. */
    public List<PlatformImage> images(ImageReference image) {
        MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);
        return action == null ? List.of() : action.of(image);
    }

    /** The same, or else those of the run that this one continues; empty if there is nothing. */
    public List<PlatformImage> imagesOrOriginal(ImageReference image) {
        List<PlatformImage> own = images(image);
        Optional<Run<?, ?>> original = own.isEmpty() ? OriginalRun.find(run) : Optional.empty();
        return original.isEmpty() ? own : new RunRecord(original.get()).imagesOrOriginal(image);
    }

    /** Adds the images of a {@code multiArchBuild} to what can be put into an index. */
    public void addImages(List<PlatformImage> images) throws IOException {
        update(action -> action.addImages(images));
    }

    /** Adds the targets of a {@code multiArchBake}, each after those that it builds on. */
    public void addTargets(List<RecordedTarget> targets) throws IOException {
        update(action -> action.addTargets(targets));
    }

    /** Adds what is asked for, and the plan for it. */
    public void addPlan(RecordedRequest request, Plan plan) throws IOException {
        List<RecordedPlan> lines = plan.platforms().stream()
                .map(planned -> new RecordedPlan(request.getImage(), request.getBakeTarget(), planned))
                .toList();
        update(action -> {
            action.addRequest(request);
            action.addPlan(lines);
        });
    }

    /** Adds what has become of a platform; its digest leads back to the run. */
    public void addBuild(PlatformBuild build) throws IOException {
        update(action -> action.addBuild(build), build.getDigest());
    }

    /** Adds an index that was pushed; its digest leads back to the run. */
    public void addIndex(PublishedIndex index) throws IOException {
        addIndex(index, null);
    }

    /** @param signature null if it was not signed */
    public void addIndex(PublishedIndex index, @CheckForNull RecordedSignature signature) throws IOException {
        update(
                action -> action.addIndex(
                        new RecordedIndex(index, action.targetOf(index.image().name(), index.tags()), signature)),
                index.digest().toString());
    }

    /** Has the digest of a copied image lead to the run, too. */
    public void addPromotion(CopyResult copied) throws IOException {
        try (BulkChange both = new BulkChange(run)) {
            ImageFingerprints.add(run, copied.image().digest());
            both.commit();
        }
    }

    /** Adds an index that could not be pushed. */
    public void addFailedPush(ImageReference image, String error) throws IOException {
        update(action -> action.addFailedPush(
                new FailedPush(image.toString(), action.targetOf(image.name(), List.of(image.tag())), error)));
    }

    /** A link to the report, for the log of the run. */
    public String link() {
        return HyperlinkNote.encodeTo(
                "/" + run.getUrl() + MultiArchBuildAction.URL + "/", Messages.MultiArchBuildAction_displayName());
    }

    private void update(Consumer<MultiArchBuildAction> change, String digest) throws IOException {
        // A fingerprint is noted with the run as well; it is saved once for both.
        try (BulkChange both = new BulkChange(run)) {
            update(change);
            ImageFingerprints.add(run, digest);
            both.commit();
        }
    }

    private void update(Consumer<MultiArchBuildAction> change) throws IOException {
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
        BuiltImages.note(run.getParent());
    }
}
