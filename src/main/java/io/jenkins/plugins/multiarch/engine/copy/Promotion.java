package io.jenkins.plugins.multiarch.engine.copy;

import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.ImageIndex;
import io.jenkins.plugins.multiarch.engine.index.IndexFormat;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.index.TagLocks;
import io.jenkins.plugins.multiarch.engine.index.TagPush;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ImageCopier;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.signature.SignedStatements;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Copies an image or an index from one repository to another, byte by byte, so that its digest and all signatures hold.
 * Within one registry blobs are mounted where it does that. The tags come last: whoever pulls by one of them finds
 * everything, signatures included.
 */
public final class Promotion {

    private static final int MOST_LEVELS = 16;

    /** For what is too late, which then fails as everything does that is. */
    private static final Duration LEAST = Duration.ofMillis(1);

    private final Registry registry;
    private final Consumer<String> log;
    private final boolean onlySigned;

    /** @param log is told, in one line each, what is copied; by several threads at the same time */
    public Promotion(Registry registry, Consumer<String> log) {
        this(registry, log, false);
    }

    private Promotion(Registry registry, Consumer<String> log, boolean onlySigned) {
        this.registry = registry;
        this.log = log;
        this.onlySigned = onlySigned;
    }

    /** One that copies nothing but what somebody has signed, together with the signatures. Whose they are it does not say. */
    public Promotion ofSignedOnly() {
        return new Promotion(registry, log, true);
    }

    /**
     * Copies it.
     *
     * @throws io.jenkins.plugins.multiarch.engine.registry.RegistryException if a registry refuses or lacks something, or
     *     the time is over; the message says which, and what to check
     * @throws IOException also if only some of the further tags could be pushed; the message says which
     * @throws IllegalArgumentException if some platforms are wanted of what is no index, or lacks one of them; or if it is
     *     not signed and has to be
     */
    public CopyResult copy(CopyRequest request) throws IOException {
        Registry bounded = request.time() == null ? registry.withinTimeLimit() : registry.within(request.time());
        if (!request.dryRun()) {
            bounded.willPush(request.to());
        }
        // Not by a mirror's tag, which may be that of yesterday.
        Manifest manifest = bounded.pull(request.from(), ReadOption.FRESH);
        if (onlySigned) {
            requireSigned(bounded, request, request.from().withDigest(manifest.digest()));
        }
        ImageCopier copier = new ImageCopier(bounded, log);
        AttachmentCopier attachments = new AttachmentCopier(bounded, copier, request.to(), request.dryRun(), log);
        Run run = new Run(request, bounded, request.from().withDigest(manifest.digest()), copier, attachments);
        if (!request.only().isEmpty()) {
            ImageIndex index = requireIndex(request, manifest);
            // What is wrong with it shall come to light before anything is copied.
            PublishedIndex preview = new IndexPublisher(bounded, line -> {})
                    .publish(part(run, index).dryRun(true).build());
            if (!preview.members().equals(index.members())) {
                return some(run, preview, part(run, index).build());
            }
        }
        return all(run, manifest);
    }

    private static void requireSigned(Registry registry, CopyRequest request, ImageReference source)
            throws IOException {
        if (!request.attached()) {
            throw new IllegalArgumentException("Only signed images may be published in "
                    + request.to().registry() + ", and without referrers the signatures are left behind. Leave"
                    + " referrers out.");
        }
        if (!request.only().isEmpty()) {
            throw new IllegalArgumentException(
                    "Only signed images may be published in " + request.to().registry()
                            + ", and a copy of some platforms is another index, without a signature. Copy all of it.");
        }
        if (SignedStatements.read(registry, source).all().isEmpty()) {
            throw new IllegalArgumentException(source + " is not signed, and only signed images may be published in "
                    + request.to().registry() + ". Sign it first, with pushManifestList or cosign sign.");
        }
    }

    /** @param source by digest */
    private record Run(
            CopyRequest request,
            Registry registry,
            ImageReference source,
            ImageCopier copier,
            AttachmentCopier attachments) {

        boolean copiesAttachments() {
            return request.attached() && !source.name().equals(request.to().name());
        }
    }

    private CopyResult all(Run run, Manifest manifest) throws IOException {
        CopyRequest request = run.request();
        if (request.dryRun()) {
            log.accept("Dry run: " + run.source() + " is not copied to "
                    + request.to().name());
        } else {
            run.copier().copy(run.source(), manifest, request.to());
        }
        if (run.copiesAttachments()) {
            for (ImageReference each : withMembers(run.registry(), run.source(), manifest, 1)) {
                run.attachments().copy(each);
            }
        }
        TagPush push = new TagPush(run.registry(), request.to(), request.tags(), log);
        if (request.dryRun()) {
            push.dryRun();
        } else {
            TagLocks.SHARED.take(push.targets(), run.registry().timeLeft(), log, turn -> push.all(manifest));
        }
        return new CopyResult(
                run.source(),
                request.to().withDigest(manifest.digest()),
                push.targets().stream().map(ImageReference::tag).toList(),
                manifest,
                run.attachments().count());
    }

    private CopyResult some(Run run, PublishedIndex preview, IndexRequest part) throws IOException {
        CopyRequest request = run.request();
        for (Descriptor member : preview.members()) {
            ImageReference image = run.source().withDigest(member.digest());
            if (!request.dryRun()) {
                run.copier().copy(image, run.registry().pull(image, ReadOption.ANY_KIND), request.to());
            }
            if (run.copiesAttachments()) {
                run.attachments().copy(image);
            }
        }
        PublishedIndex published = new IndexPublisher(run.registry(), log).publish(part);
        log.accept("The digest changes from " + run.source().digest() + " to " + published.digest() + ", because only "
                + request.only().stream().map(Object::toString).collect(Collectors.joining(", ")) + " of "
                + request.from() + " is copied. Signatures of the whole index do not hold for it; sign it anew.");
        return new CopyResult(
                run.source(),
                published.image(),
                published.tags(),
                published.manifest(),
                run.attachments().count());
    }

    private static ImageIndex requireIndex(CopyRequest request, Manifest manifest) {
        if (!manifest.isIndex()) {
            throw new IllegalArgumentException(request.from()
                    + " is a single image, not an index of which some platforms could be copied. Copy all of it.");
        }
        return ImageIndex.parse(manifest);
    }

    private static IndexRequest.Builder part(Run run, ImageIndex index) {
        CopyRequest request = run.request();
        Duration left = run.registry().timeLeft();
        boolean isDocker = index.mediaType().equals(Manifest.DOCKER_LIST);
        return IndexRequest.builder(request.to())
                .tags(request.tags())
                .source(IndexSource.of(run.source()).only(request.only()))
                .annotations(index.annotations())
                .artifactType(index.artifactType())
                .format(isDocker ? IndexFormat.DOCKER : IndexFormat.OCI)
                .dryRun(request.dryRun())
                .time(left.compareTo(LEAST) < 0 ? LEAST : left);
    }

    /** The manifest itself, and everything that is in it if it is an index. */
    private static List<ImageReference> withMembers(
            Registry registry, ImageReference location, Manifest manifest, int level) throws IOException {
        List<ImageReference> all = new ArrayList<>(List.of(location));
        if (manifest.isIndex() && level < MOST_LEVELS) {
            for (Descriptor member : ImageIndex.parse(manifest).members()) {
                ImageReference image = location.withDigest(member.digest());
                all.addAll(
                        member.isIndex()
                                ? withMembers(registry, image, registry.pull(image), level + 1)
                                : List.of(image));
            }
        }
        return all;
    }
}
