package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ImageConfig;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Turns platform images that are in a registry into one index there.
 *
 * <p>A member whose descriptor was collected costs no request, one known by its reference at most two; publishing
 * costs one per tag.
 */
public final class IndexPublisher {

    private final Registry registry;
    private final Consumer<String> log;

    /** @param log gets one line per event */
    public IndexPublisher(Registry registry, Consumer<String> log) {
        this.registry = registry;
        this.log = log;
    }

    /** A member and the reference it is known by to the author. */
    private record Member(ImageReference origin, Descriptor descriptor) {}

    /**
     * Publishes an index under every tag of the request.
     *
     * @throws RegistryException if the registry refuses or lacks something; the message says what and what to check
     * @throws IllegalArgumentException if the request cannot be met: an image of another platform than it should be, two
     *     for the same, annotations in a Docker list, an annotated platform that is no member, nothing left to publish
     */
    public PublishedIndex publish(IndexRequest request) throws IOException {
        List<Member> members = new ArrayList<>();
        for (IndexSource source : request.sources()) {
            requireSameRepository(source.reference(), request.image());
            try {
                members.addAll(resolve(source, request.format()));
            } catch (RegistryException.NotFound e) {
                if (!request.ignoreMissing()) {
                    throw e;
                }
                log.accept("WARNING: " + source.reference() + " is left out: " + e.getMessage());
            }
        }
        if (members.isEmpty()) {
            throw new IllegalArgumentException("Nothing is left to publish as " + request.image()
                    + ": the registry has none of its sources. Push the platform images first.");
        }
        requireDistinctPlatforms(members);
        List<Descriptor> descriptors = annotate(fitting(members, request), request.platformAnnotations());
        ImageIndex index = request.amend()
                ? existing(request).amend(request.format(), descriptors, request.annotations())
                : ImageIndex.of(request.format(), descriptors, request.annotations());
        return push(index.withDefaultAnnotations(request.defaultAnnotations()), request);
    }

    /**
     * Removes tags that only served to push platform images. What they point at stays: it is now part of an index.
     *
     * @param tags references with a tag
     * @return those whose tag is gone; of the others the log says why
     */
    public List<ImageReference> removeTags(List<ImageReference> tags) throws IOException {
        List<ImageReference> removed = new ArrayList<>();
        for (ImageReference tag : tags) {
            if (registry.deleteTag(tag)) {
                log.accept("Removed the tag " + tag);
                removed.add(tag);
            } else {
                log.accept(
                        "The tag " + tag + " stays: its registry cannot remove a tag without the image it points at");
            }
        }
        return removed;
    }

    private static void requireSameRepository(ImageReference source, ImageReference image) {
        if (!source.name().equals(image.name())) {
            throw new IllegalArgumentException("'" + source + "' is not in the repository " + image.name()
                    + ", but an index can only refer to manifests of its own repository. Push the image there, or copy"
                    + " it first (for example with 'skopeo copy').");
        }
    }

    private List<Member> resolve(IndexSource source, IndexFormat format) throws IOException {
        Descriptor collected = source.collected();
        if (collected != null
                && !collected.mediaType().equals(Manifest.OCI_INDEX)
                && !collected.mediaType().equals(Manifest.DOCKER_LIST)) {
            return List.of(member(source, collected));
        }
        ImageReference reference =
                collected == null ? source.reference() : source.reference().withDigest(collected.digest());
        // What has a digest was named by whoever just pushed it, so it may only not have arrived everywhere yet.
        Manifest manifest =
                reference.digest().isEmpty() ? registry.pull(reference) : registry.pullJustPushed(reference);
        return manifest.isIndex()
                ? flatten(source, ImageIndex.parse(manifest), format)
                : List.of(single(source, reference, manifest));
    }

    private Member single(IndexSource source, ImageReference reference, Manifest manifest) throws IOException {
        ImageConfig config;
        try {
            config = registry.config(reference, manifest);
        } catch (RegistryException e) {
            if (!source.override()) {
                throw e;
            }
            log.accept("WARNING: " + e.getMessage());
            return member(
                    source, Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), source.platform()));
        }
        Platform platform = config.platform();
        if (source.platform() != null) {
            if (config.contradicts(source.platform())) {
                reportMismatch(source, platform);
            }
            // What is asked for may say more than the configuration does: older builders leave the variant out.
            platform = source.override() || config.variant().isEmpty() ? source.platform() : platform;
        }
        return member(
                source,
                Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), platform)
                        .withOs(config.osVersion(), config.osFeatures()));
    }

    private void reportMismatch(IndexSource source, Platform actual) {
        String mismatch =
                source.reference() + " is for " + actual + " by its configuration, not for " + source.platform();
        if (!source.override()) {
            throw new IllegalArgumentException(mismatch + ". Build it for " + source.platform()
                    + ", or override its platform if the configuration is wrong.");
        }
        log.accept("WARNING: " + mismatch + "; it is published for " + source.platform() + " nevertheless");
    }

    /** The members of an index that serves as a source, each attestation right with the member it is about. */
    private List<Member> flatten(IndexSource source, ImageIndex index, IndexFormat format) {
        List<Descriptor> images = index.members().stream()
                .filter(member -> !member.isAttestation())
                .toList();
        if (source.platform() != null) {
            Platform wanted = source.platform();
            List<Descriptor> matching = images.stream()
                    .filter(member -> member.platform().satisfies(wanted))
                    .toList();
            if (matching.isEmpty() && !(source.override() && images.size() == 1)) {
                throw new IllegalArgumentException(source.reference() + " is an index without " + wanted + "; it has "
                        + platforms(images) + ". Build it for " + wanted + ".");
            }
            if (matching.isEmpty()) {
                reportMismatch(source, images.get(0).platform());
                matching = List.of(images.get(0).withPlatform(wanted));
            }
            images = matching;
        }
        if (images.isEmpty()) {
            throw new IllegalArgumentException(
                    source.reference() + " is an index without any image. Build and push it anew.");
        }
        Set<String> digests =
                images.stream().map(image -> image.digest().toString()).collect(Collectors.toSet());
        List<Member> members = new ArrayList<>();
        for (Descriptor image : images) {
            boolean bare = format == IndexFormat.DOCKER && !image.annotations().isEmpty();
            if (bare) {
                log.accept("The annotations of " + image.platformLabel() + " in " + source.reference()
                        + " are left out: a Docker manifest list cannot hold them");
            }
            members.add(member(source, bare ? image.withoutAnnotations() : image));
        }
        for (Descriptor member : index.members()) {
            if (member.isAttestation() && digests.contains(member.attests())) {
                members.add(new Member(source.reference(), member));
            }
        }
        log.accept(source.reference() + " is itself an index; its members are taken over: " + platforms(images));
        return members;
    }

    private Member member(IndexSource source, Descriptor descriptor) {
        Descriptor given = descriptor
                .withPlatform(source.override() ? source.platform() : descriptor.platform())
                .withOs(
                        source.osVersion().isEmpty() ? descriptor.osVersion() : source.osVersion(),
                        source.osFeatures().isEmpty() ? descriptor.osFeatures() : source.osFeatures())
                .withAnnotations(source.annotations());
        boolean byDigest = source.reference().digest().equals(given.digest().toString());
        log.accept(given.platformLabel() + ": " + (byDigest ? source.reference() : given.digest()) + ", " + given.size()
                + " bytes" + (byDigest ? "" : ", from " + source.reference()));
        return new Member(source.reference(), given);
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

    /** What the requested format can hold of the members: a Docker list has neither attestations nor annotations. */
    private List<Descriptor> fitting(List<Member> members, IndexRequest request) {
        List<Descriptor> fitting = new ArrayList<>();
        Set<Digest> attestations = new HashSet<>();
        for (Member member : members) {
            Descriptor descriptor = member.descriptor();
            boolean docker = request.format() == IndexFormat.DOCKER;
            if (!descriptor.isAttestation()) {
                fitting.add(descriptor);
            } else if (!request.attestations()) {
                log.accept(
                        "The attestation " + descriptor.digest() + " of " + member.origin() + " is left out, as asked");
            } else if (docker) {
                log.accept("The attestation " + descriptor.digest() + " of " + member.origin()
                        + " is left out: a Docker manifest list cannot hold it");
            } else if (attestations.add(descriptor.digest())) {
                fitting.add(descriptor);
            }
        }
        return fitting;
    }

    private static List<Descriptor> annotate(
            List<Descriptor> members, Map<Platform, Map<String, String>> platformAnnotations) {
        platformAnnotations.forEach((platform, annotations) -> {
            if (members.stream().noneMatch(member -> member.platform().satisfies(platform))) {
                throw new IllegalArgumentException("No member is for " + platform + ", so its annotations ("
                        + String.join(", ", annotations.keySet()) + ") have no place. The members are for "
                        + platforms(members) + ".");
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

    private ImageIndex existing(IndexRequest request) throws IOException {
        Manifest manifest;
        try {
            manifest = registry.pull(request.image());
        } catch (RegistryException.NotFound e) {
            log.accept("There is no " + request.image() + " to amend yet; it is made anew");
            return ImageIndex.empty();
        }
        if (!manifest.isIndex()) {
            throw new IllegalArgumentException(
                    request.image()
                            + " is a single image, which cannot be amended. Push the index without amending it, to replace it.");
        }
        ImageIndex existing = ImageIndex.parse(manifest);
        log.accept("Amending " + request.image() + ", " + manifest.digest() + ", which has "
                + platforms(existing.members()));
        return existing;
    }

    private PublishedIndex push(ImageIndex index, IndexRequest request) throws IOException {
        Manifest manifest = index.toManifest();
        List<String> tags = new ArrayList<>(List.of(request.image().tag()));
        tags.addAll(request.tags());
        log.accept("Index of " + platforms(index.members()) + ": " + manifest.digest() + ", " + manifest.size()
                + " bytes, " + manifest.mediaType());
        for (String tag : tags) {
            ImageReference target = request.image().withTag(tag);
            if (request.dryRun()) {
                log.accept("Dry run: " + target + " is not pushed");
            } else {
                registry.push(target, manifest);
                log.accept("Pushed " + target);
            }
        }
        return new PublishedIndex(request.image().withDigest(manifest.digest()), tags, manifest);
    }

    private static String platforms(List<Descriptor> members) {
        return members.stream()
                .filter(member -> !member.isAttestation())
                .map(Descriptor::platformLabel)
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(", "));
    }
}
