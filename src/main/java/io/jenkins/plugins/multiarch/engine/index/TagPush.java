package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.PushReceipt;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Puts a manifest under several tags, the further ones only after the first has been accepted. */
public final class TagPush {

    private static final int TAGS_AT_ONCE = 8;

    private final Registry registry;
    private final ImageReference image;
    private final List<String> tags;
    private final Consumer<String> log;
    private final BeforeTags before;

    /**
     * @param image with the first tag
     * @param tags the further ones
     * @param log is told, in one line each, of tags that are pushed
     */
    public TagPush(Registry registry, ImageReference image, List<String> tags, Consumer<String> log) {
        this(registry, image, tags, log, BeforeTags.NOTHING);
    }

    /** @param before what is done with an index before a tag points at it */
    TagPush(Registry registry, ImageReference image, List<String> tags, Consumer<String> log, BeforeTags before) {
        this.registry = registry;
        this.image = image;
        this.tags = List.copyOf(tags);
        this.log = log;
        this.before = before;
    }

    /** Every tag, the first one first. */
    public List<ImageReference> targets() {
        List<ImageReference> targets = new ArrayList<>(List.of(image));
        tags.forEach(tag -> targets.add(image.withTag(tag)));
        return targets;
    }

    void describe(ImageIndex index, Manifest manifest) {
        log.accept("Index of " + index.platforms() + ": " + manifest.digest() + ", " + manifest.size() + " bytes, "
                + manifest.mediaType());
    }

    /** Says what would be pushed. */
    PublishedIndex dryRun(ImageIndex index) {
        Manifest manifest = index.toManifest();
        describe(index, manifest);
        dryRun();
        return published(manifest);
    }

    /** Says which tags would be pushed. */
    public void dryRun() {
        targets().forEach(tag -> log.accept("Dry run: " + tag + " is not pushed"));
    }

    PublishedIndex published(Manifest manifest) {
        List<String> all = targets().stream().map(ImageReference::tag).toList();
        return new PublishedIndex(image.withDigest(manifest.digest()), all, manifest);
    }

    /**
     * Pushes it under all tags.
     *
     * @return what the registry has said about the first tag
     * @throws IOException also if only some of the further tags could be pushed; the message says which
     */
    public PushReceipt all(Manifest manifest) throws IOException {
        prepare(manifest);
        PushReceipt receipt = registry.push(image, manifest);
        log.accept("Pushed " + image);
        further(manifest);
        return receipt;
    }

    /** Does what comes before the tags. */
    void prepare(Manifest manifest) throws IOException {
        if (before == BeforeTags.NOTHING) {
            return;
        }
        PublishedIndex index = published(manifest);
        registry.push(index.image(), index.manifest());
        try {
            before.accept(index);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    index.image() + " is in its repository, but no tag points at it. " + e.getMessage(), e);
        }
    }

    /** All further tags are tried, so that a refused one keeps no other from being pushed. */
    void further(Manifest manifest) throws IOException {
        List<String> refused = Workers.map(TAGS_AT_ONCE, tags, tag -> {
            ImageReference target = image.withTag(tag);
            try {
                registry.push(target, manifest);
                log.accept("Pushed " + target);
                return "";
            } catch (RegistryException e) {
                return e.getMessage();
            }
        });
        List<String> failures =
                refused.stream().filter(message -> !message.isEmpty()).toList();
        if (!failures.isEmpty()) {
            throw new IOException(image + " is pushed, but not all of its further tags. " + String.join(" ", failures));
        }
    }

    /** Registries let the last one win, without a word to whom he has overtaken. */
    void warnIfOvertaken(Manifest manifest) throws InterruptedIOException {
        try {
            Optional<Digest> now = registry.digestOf(image);
            if (now.isPresent() && !now.get().equals(manifest.digest())) {
                log.accept("WARNING: " + image + " points at " + now.get() + " by now, which another build has"
                        + " pushed at the same time. The index of this build stays " + manifest.digest());
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            log.accept("WARNING: it could not be seen whether another build has pushed " + image + " at the same time. "
                    + e.getMessage());
        }
    }
}
