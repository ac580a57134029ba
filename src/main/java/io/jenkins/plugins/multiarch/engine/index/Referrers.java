package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.PushReceipt;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets others find an index from the manifest that it is about. Registries of the distribution specification 1.1 note
 * that by themselves; elsewhere the client keeps a list of what is about a manifest, under a tag made of its digest.
 *
 * <p>In one JVM those who add to the same list do it one after the other. Of clients elsewhere that do so at the very
 * same moment one may lose its entry; the specification has no remedy for that.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-manifests-with-subject">
 *     OCI distribution specification, pushing manifests with subject</a>
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema">OCI
 *     distribution specification, referrers tag schema</a>
 */
final class Referrers {

    private static final int MOST_DIGITS = 64;

    private final Registry registry;
    private final TagLocks turns;
    private final Consumer<String> log;

    Referrers(Registry registry, TagLocks turns, Consumer<String> log) {
        this.registry = registry;
        this.turns = turns;
        this.log = log;
    }

    /**
     * Adds an index that was pushed to the list of its subject, unless the registry has said that it lists it. One that
     * has no subject costs no request. Only where the registry's answer was lost it is asked whether it makes such lists.
     *
     * @param receipt what the registry answered when the index was pushed
     * @throws IOException if it cannot be done; the message says that the index is pushed all the same
     */
    void add(PublishedIndex published, Optional<PushReceipt> receipt) throws IOException {
        ImageIndex index = ImageIndex.parse(published.manifest());
        if (index.subject().isEmpty()) {
            return;
        }
        try {
            Digest subject = Digest.parse(index.subject());
            if (isListed(published, subject, receipt.flatMap(PushReceipt::subject))) {
                return;
            }
            ImageReference list = published.image().withTag(tag(subject));
            turns.take(List.of(list), registry.timeLeft(), log, turn -> {
                add(published.manifest(), index, list);
                return list;
            });
        } catch (RegistryException | IllegalArgumentException e) {
            throw new IOException(
                    published.reference() + " is pushed, but not listed among what is about " + index.subject() + ". "
                            + e.getMessage(),
                    e);
        }
    }

    private boolean isListed(PublishedIndex published, Digest subject, Optional<String> answered) throws IOException {
        return answered.isPresent()
                ? answered.get().equals(subject.toString())
                : registry.listsReferrers(published.image().withDigest(subject));
    }

    private void add(Manifest manifest, ImageIndex index, ImageReference list) throws IOException {
        ImageIndex listed = existing(list);
        if (listed.has(manifest.digest())) {
            return;
        }
        Descriptor entry =
                Descriptor.of(manifest).withArtifactType(index.artifactType()).withAnnotations(index.annotations());
        registry.push(list, listed.plus(entry).toManifest());
        log.accept("Listed it under " + list + ", because the registry itself does not list what is about an image");
    }

    private ImageIndex existing(ImageReference list) throws IOException {
        Manifest manifest;
        try {
            manifest = registry.pull(list, ReadOption.FRESH);
        } catch (RegistryException.NotFound e) {
            return ImageIndex.empty();
        }
        if (!manifest.mediaType().equals(Manifest.OCI_INDEX)) {
            throw new IllegalArgumentException("Under the tag of that list, " + list + ", is something else ("
                    + manifest.mediaType() + "). Remove or rename that tag.");
        }
        return ImageIndex.parse(manifest);
    }

    static String tag(Digest subject) {
        return subject.algorithm() + "-" + subject.hex().substring(0, MOST_DIGITS);
    }
}
