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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Puts an index under the tags of a request, the further ones only after the first has been accepted. */
final class TagPush {

    private static final int TAGS_AT_ONCE = 8;

    private final Registry registry;
    private final IndexRequest request;
    private final Consumer<String> log;

    TagPush(Registry registry, IndexRequest request, Consumer<String> log) {
        this.registry = registry;
        this.request = request;
        this.log = log;
    }

    void describe(ImageIndex index, Manifest manifest) {
        log.accept("Index of " + index.platforms() + ": " + manifest.digest() + ", " + manifest.size() + " bytes, "
                + manifest.mediaType());
    }

    /** Says what would be pushed. */
    PublishedIndex dryRun(ImageIndex index) {
        Manifest manifest = index.toManifest();
        describe(index, manifest);
        request.targets().forEach(tag -> log.accept("Dry run: " + tag + " is not pushed"));
        return published(manifest);
    }

    PublishedIndex published(Manifest manifest) {
        List<String> tags = request.targets().stream().map(ImageReference::tag).toList();
        return new PublishedIndex(request.image().withDigest(manifest.digest()), tags, manifest);
    }

    /** @return what the registry has said about the first tag */
    PushReceipt all(Manifest manifest) throws IOException {
        PushReceipt receipt = registry.push(request.image(), manifest);
        log.accept("Pushed " + request.image());
        further(manifest);
        return receipt;
    }

    /** All further tags are tried, so that a refused one keeps no other from being pushed. */
    void further(Manifest manifest) throws IOException {
        List<String> refused = Workers.map(TAGS_AT_ONCE, request.tags(), tag -> {
            ImageReference target = request.image().withTag(tag);
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
            throw new IOException(
                    request.image() + " is pushed, but not all of its further tags. " + String.join(" ", failures));
        }
    }

    /** Registries let the last one win, without a word to whom he has overtaken. */
    void warnIfOvertaken(Manifest manifest) throws InterruptedIOException {
        try {
            Optional<Digest> now = registry.digestOf(request.image());
            if (now.isPresent() && !now.get().equals(manifest.digest())) {
                log.accept(
                        "WARNING: " + request.image() + " points at " + now.get() + " by now, which another build has"
                                + " pushed at the same time. The index of this build stays " + manifest.digest());
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            log.accept("WARNING: it could not be seen whether another build has pushed " + request.image()
                    + " at the same time. " + e.getMessage());
        }
    }
}
