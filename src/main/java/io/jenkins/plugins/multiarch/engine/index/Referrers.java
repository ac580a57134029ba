package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.PushReceipt;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is about a manifest: signatures, attestations, indexes. Registries of the distribution specification 1.1 list that
 * by themselves; elsewhere the client keeps a list under a tag made of the manifest's digest.
 *
 * <p>In one JVM those who add to the same list do it one after the other. Of clients elsewhere that do so at the very
 * same moment one may lose its entry; the specification has no remedy for that.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-manifests-with-subject">
 *     OCI distribution specification, pushing manifests with subject</a>
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema">OCI
 *     distribution specification, referrers tag schema</a>
 */
public final class Referrers {

    private static final int MOST_DIGITS = 64;

    private final Registry registry;
    private final TagLocks turns;
    private final Consumer<String> log;

    /** @param log is told, in one line each, of entries that are added to a list */
    public Referrers(Registry registry, Consumer<String> log) {
        this(registry, TagLocks.SHARED, log);
    }

    Referrers(Registry registry, TagLocks turns, Consumer<String> log) {
        this.registry = registry;
        this.turns = turns;
        this.log = log;
    }

    /**
     * What is about a manifest, as the registry or the list under a tag says. Nothing of it is read.
     *
     * @param subject the manifest, by digest
     * @return in the order of the list; empty if there is nothing
     * @throws IOException if the registry fails, or what it answers is no such list; the message says which
     */
    public List<Descriptor> list(ImageReference subject) throws IOException {
        Optional<List<Manifest>> pages = registry.referrers(subject);
        List<Descriptor> all = new ArrayList<>();
        try {
            if (pages.isEmpty()) {
                return existing(subject.withTag(tag(Digest.parse(subject.digest()))))
                        .members();
            }
            pages.get().forEach(page -> all.addAll(ImageIndex.parse(page).members()));
        } catch (IllegalArgumentException e) {
            throw new IOException("The list of what is about " + subject + " cannot be used. " + e.getMessage(), e);
        }
        return all;
    }

    /**
     * Adds a manifest that was pushed to the list of its subject, unless the registry has said that it lists it. One that
     * has no subject costs no request. Only where the registry's answer was lost it is asked whether it makes such lists.
     *
     * @param location any reference in the repository where it is
     * @param receipt what the registry answered when the manifest was pushed
     * @throws IOException if it cannot be done; the message says that the manifest is pushed all the same
     */
    public void add(ImageReference location, Manifest manifest, Optional<PushReceipt> receipt) throws IOException {
        String about = Json.string(manifest.json().path("subject"), "digest");
        if (about.isEmpty()) {
            return;
        }
        try {
            Digest subject = Digest.parse(about);
            if (isListed(location.withDigest(subject), receipt.flatMap(PushReceipt::subject))) {
                return;
            }
            ImageReference list = location.withTag(tag(subject));
            turns.take(List.of(list), registry.timeLeft(), log, turn -> {
                add(manifest, list);
                return list;
            });
        } catch (RegistryException | IllegalArgumentException e) {
            throw new IOException(
                    location.withDigest(manifest.digest()) + " is pushed, but not listed among what is about " + about
                            + ". " + e.getMessage(),
                    e);
        }
    }

    private boolean isListed(ImageReference subject, Optional<String> answered) throws IOException {
        return answered.isPresent() ? answered.get().equals(subject.digest()) : registry.listsReferrers(subject);
    }

    private void add(Manifest manifest, ImageReference list) throws IOException {
        ImageIndex listed = existing(list);
        if (listed.has(manifest.digest())) {
            return;
        }
        Descriptor entry = Descriptor.of(manifest)
                .withArtifactType(manifest.artifactType())
                .withAnnotations(Json.strings(manifest.json(), "annotations"));
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
