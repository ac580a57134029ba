package io.jenkins.plugins.multiarch.engine.copy;

import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.Referrers;
import io.jenkins.plugins.multiarch.engine.index.TagLocks;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ImageCopier;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.signature.CosignTag;
import io.jenkins.plugins.multiarch.engine.signature.TaggedLayers;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Copies what is attached to a manifest: what refers to it, what refers to that, and what cosign keeps under tags made of
 * their digests. What the target has already stays, and is added to.
 */
final class AttachmentCopier {

    private final Registry registry;
    private final ImageCopier copier;
    private final ImageReference to;
    private final boolean dryRun;
    private final Consumer<String> log;
    private final Referrers referrers;
    private final TaggedLayers layers;
    private final Set<ImageReference> visited = new HashSet<>();
    private int count;

    /** @param to any reference in the repository that gets the copies */
    AttachmentCopier(Registry registry, ImageCopier copier, ImageReference to, boolean dryRun, Consumer<String> log) {
        this.registry = registry;
        this.copier = copier;
        this.to = to;
        this.dryRun = dryRun;
        this.log = log;
        this.referrers = new Referrers(registry, log);
        this.layers = new TaggedLayers(registry);
    }

    /** How many manifests have been copied so far. */
    int count() {
        return count;
    }

    /** @param subject what it is attached to, by digest */
    void copy(ImageReference subject) throws IOException {
        if (!visited.add(subject)) {
            return;
        }
        for (Descriptor entry : referrers.list(subject)) {
            ImageReference location = subject.withDigest(entry.digest());
            Optional<Manifest> manifest = find(location, subject);
            if (manifest.isPresent()) {
                if (bring(location, manifest.get())) {
                    referrers.add(to, manifest.get(), Optional.empty());
                }
                copy(location);
            }
        }
        for (CosignTag kind : CosignTag.values()) {
            Optional<Manifest> tagged = layers.manifest(kind.of(subject));
            if (tagged.isPresent()) {
                copyTagged(kind, subject, tagged.get());
            }
        }
    }

    private Optional<Manifest> find(ImageReference location, ImageReference subject) throws IOException {
        try {
            return Optional.of(registry.pull(location, ReadOption.ANY_KIND));
        } catch (RegistryException.NotFound e) {
            log.accept("WARNING: what is listed as being about " + subject + " is left out: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void copyTagged(CosignTag kind, ImageReference subject, Manifest manifest) throws IOException {
        if (bring(kind.of(subject), manifest)) {
            ImageReference tag = kind.of(to.withDigest(Digest.parse(subject.digest())));
            boolean added =
                    TagLocks.SHARED.take(List.of(tag), registry.timeLeft(), log, turn -> layers.addAll(tag, manifest));
            if (added) {
                log.accept("Pushed " + tag);
            }
        }
    }

    /** @return whether it has been copied; false in a dry run */
    private boolean bring(ImageReference location, Manifest manifest) throws IOException {
        count++;
        if (dryRun) {
            log.accept("Dry run: " + location + " is not copied to " + to.name());
            return false;
        }
        copier.copy(location, manifest, to);
        return true;
    }
}
