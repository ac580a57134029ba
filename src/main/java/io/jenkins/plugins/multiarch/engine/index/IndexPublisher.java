package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ImageCopier;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Turns platform images that are in a registry into one index there.
 *
 * <p>A member whose descriptor was collected costs no request, one known by its reference at most two; publishing
 * costs one per tag. What is in another repository is copied first; see {@link ImageCopier}.
 *
 * <p>No tag is touched before everything that the index refers to is in its repository, and further tags only after the
 * first has been accepted.
 */
public final class IndexPublisher {

    private static final int TAGS_AT_ONCE = 8;
    private static final int COPIES_AT_ONCE = 3;

    private final Registry registry;
    private final Consumer<String> log;

    /** @param log gets one line per event, one at a time */
    public IndexPublisher(Registry registry, Consumer<String> log) {
        this.registry = registry;
        Object turn = new Object();
        this.log = line -> {
            synchronized (turn) {
                log.accept(line);
            }
        };
    }

    /**
     * Publishes an index under every tag of the request.
     *
     * @throws RegistryException if the registry refuses or lacks something, or the time is over; the message says what
     *     and what to check
     * @throws IOException also if only some of the further tags could be pushed; the message says which
     * @throws IllegalArgumentException if the request cannot be met: an image of another platform than it should be,
     *     two for the same, what a Docker list cannot hold, an annotated platform that is no member, nothing left to
     *     publish
     */
    public PublishedIndex publish(IndexRequest request) throws IOException {
        Registry bounded = request.time() == null ? registry.withinTimeLimit() : registry.within(request.time());
        SourceReader reader = new SourceReader(bounded, request);
        List<Member> members = reader.read(log);
        if (members.isEmpty() && request.remove().isEmpty()) {
            throw new IllegalArgumentException("Nothing is left to publish as " + request.image()
                    + ": the registry has none of its sources. Push the platform images first.");
        }
        requireDistinctPlatforms(members);
        List<Descriptor> descriptors = annotate(distinct(members), request.platformAnnotations());
        ImageIndex index = assemble(bounded, descriptors, request);
        if (request.subject() != null) {
            index = index.withSubject(reader.manifest(request.subject()), request.format());
        }
        index = index.withArtifactType(request.artifactType(), request.format())
                .withDefaultAnnotations(request.defaultAnnotations());
        copy(bounded, reader, members, request);
        return push(bounded, index, request);
    }

    private ImageIndex assemble(Registry bounded, List<Descriptor> descriptors, IndexRequest request)
            throws IOException {
        if (!request.amend() && request.remove().isEmpty()) {
            return ImageIndex.of(request.format(), descriptors, request.annotations());
        }
        for (Descriptor descriptor : descriptors) {
            if (request.remove().stream().anyMatch(descriptor.platform()::satisfies) && !descriptor.isAttestation()) {
                throw new IllegalArgumentException(descriptor.platformLabel()
                        + " is to be removed and has a source as well. A source replaces what is there for its platform;"
                        + " leave out one of the two.");
            }
        }
        ImageIndex amended = existing(bounded, request).amend(request.format(), descriptors, request.annotations());
        List<Platform> remove = request.remove().stream()
                .filter(request.again() ? amended::hasImageFor : platform -> true)
                .toList();
        if (!remove.isEmpty()) {
            amended = amended.without(remove);
            remove.forEach(platform -> log.accept("Removed " + platform + " from the index"));
        }
        return amended;
    }

    /**
     * Removes tags that only served to push platform images. What they point at stays: it is now part of an index. A
     * registry that refuses is no failure, because the index is published all the same.
     *
     * @param tags references with a tag; one with a digest too is only removed if the tag still points there, and not
     *     at what another build has pushed since
     * @return those whose tag is gone; of the others the log says why
     */
    public List<ImageReference> removeTags(List<ImageReference> tags) throws IOException {
        List<ImageReference> removed = new ArrayList<>();
        for (ImageReference tag : tags) {
            ImageReference bare = tag.withTag(tag.tag());
            try {
                if (!tag.digest().isEmpty() && !pointsAt(bare, Digest.parse(tag.digest()))) {
                    log.accept("The tag " + bare + " stays: it no longer points at " + tag.digest());
                } else if (registry.deleteTag(bare)) {
                    log.accept("Removed the tag " + bare);
                    removed.add(bare);
                } else {
                    log.accept("The tag " + bare
                            + " stays: its registry cannot remove a tag without the image it points at");
                }
            } catch (RegistryException e) {
                log.accept("The tag " + bare + " stays: " + e.getMessage());
            }
        }
        return removed;
    }

    private boolean pointsAt(ImageReference tag, Digest digest) throws IOException {
        try {
            return registry.readFresh(tag).digest().equals(digest);
        } catch (RegistryException.NotFound e) {
            return false;
        }
    }

    private static void requireDistinctPlatforms(List<Member> members) {
        Map<String, Member> byPlatform = new HashMap<>();
        for (Member member : members) {
            if (member.descriptor().isAttestation()) {
                continue;
            }
            Member other = byPlatform.put(member.descriptor().platformLabel(), member);
            if (other != null) {
                throw new IllegalArgumentException("Both " + other.origin() + " and " + member.origin() + " are for "
                        + member.descriptor().platformLabel() + ". Leave one out, or correct its platform.");
            }
        }
    }

    /** The descriptors, without attestations that several sources brought along. */
    private static List<Descriptor> distinct(List<Member> members) {
        List<Descriptor> distinct = new ArrayList<>();
        Set<Digest> attestations = new HashSet<>();
        for (Member member : members) {
            Descriptor descriptor = member.descriptor();
            if (!descriptor.isAttestation() || attestations.add(descriptor.digest())) {
                distinct.add(descriptor);
            }
        }
        return distinct;
    }

    private static List<Descriptor> annotate(
            List<Descriptor> members, Map<Platform, Map<String, String>> platformAnnotations) {
        platformAnnotations.forEach((platform, annotations) -> {
            if (members.stream().noneMatch(member -> member.platform().satisfies(platform))) {
                throw new IllegalArgumentException("No member is for " + platform + ", so its annotations ("
                        + String.join(", ", annotations.keySet()) + ") have no place. The members are for "
                        + Descriptor.platforms(members) + ".");
            }
        });
        List<Descriptor> annotated = new ArrayList<>();
        for (Descriptor member : members) {
            Descriptor result = member;
            for (Map.Entry<Platform, Map<String, String>> entry : platformAnnotations.entrySet()) {
                if (member.platform().satisfies(entry.getKey())) {
                    result = result.withAnnotations(entry.getValue());
                }
            }
            annotated.add(result);
        }
        return annotated;
    }

    private ImageIndex existing(Registry bounded, IndexRequest request) throws IOException {
        Manifest manifest;
        try {
            manifest = bounded.pullFresh(request.image());
        } catch (RegistryException.NotFound e) {
            if (!request.remove().isEmpty()) {
                throw e;
            }
            log.accept("There is no " + request.image() + " to amend yet; it is made anew");
            return ImageIndex.empty();
        }
        if (!manifest.isIndex()) {
            throw new IllegalArgumentException(
                    request.image()
                            + " is a single image, which cannot be amended. Push the index without amending it, to replace it.");
        }
        ImageIndex existing = ImageIndex.parse(manifest);
        log.accept("Amending " + request.image() + ", " + manifest.digest() + ", which has " + existing.platforms());
        return existing;
    }

    /** An index can only refer to manifests of its own repository, so those of others are brought there. */
    private void copy(Registry bounded, SourceReader reader, List<Member> members, IndexRequest request)
            throws IOException {
        List<Member> elsewhere = members.stream()
                .filter(member -> !member.origin().name().equals(request.image().name()))
                .toList();
        if (request.dryRun()) {
            elsewhere.forEach(member -> log.accept("Dry run: " + member.location() + " is not copied to "
                    + request.image().name()));
            return;
        }
        ImageCopier copier = new ImageCopier(bounded, log);
        Workers.map(COPIES_AT_ONCE, elsewhere, member -> {
            ImageReference location = member.location();
            copier.copy(location, reader.manifest(location), request.image());
            return location;
        });
    }

    private PublishedIndex push(Registry bounded, ImageIndex index, IndexRequest request) throws IOException {
        Manifest manifest = index.toManifest();
        List<String> tags = new ArrayList<>(List.of(request.image().tag()));
        tags.addAll(request.tags());
        log.accept("Index of " + index.platforms() + ": " + manifest.digest() + ", " + manifest.size() + " bytes, "
                + manifest.mediaType());
        if (request.dryRun()) {
            tags.forEach(tag -> log.accept("Dry run: " + request.image().withTag(tag) + " is not pushed"));
        } else {
            bounded.push(request.image(), manifest);
            log.accept("Pushed " + request.image());
            pushFurther(bounded, manifest, request);
        }
        return new PublishedIndex(request.image().withDigest(manifest.digest()), tags, manifest);
    }

    /** All further tags are tried, so that a refused one keeps no other from being pushed. */
    private void pushFurther(Registry bounded, Manifest manifest, IndexRequest request) throws IOException {
        List<String> refused = Workers.map(TAGS_AT_ONCE, request.tags(), tag -> {
            ImageReference target = request.image().withTag(tag);
            try {
                bounded.push(target, manifest);
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
}
