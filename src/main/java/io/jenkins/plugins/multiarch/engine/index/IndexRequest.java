package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which index to publish, and where.
 *
 * @param image the target, with a tag and without a digest
 * @param tags further tags of the same repository, without the one of {@code image}
 * @param sources where the members come from, in the order they get in the index; may only be empty if platforms are
 *     removed
 * @param annotations on the index, by key
 * @param defaultAnnotations on the index too, but only where it is an OCI one and has no annotation of that key; they
 *     do not make {@code auto} choose OCI
 * @param platformAnnotations on the descriptors of a platform, by key
 * @param format OCI or Docker
 * @param amend whether to keep what an index that is already there has for other platforms
 * @param ignoreMissing whether to leave out, with a warning, what the registry does not have
 * @param dryRun whether to publish nothing
 * @param attestations whether to keep the attestations (provenance, SBOM) that come with a source
 * @param remove platforms to remove from the index that is there; implies that it is amended
 * @param artifactType what kind of artifact the index is, as a media type; empty for none
 * @param subject what the index is about, in the same repository; null for nothing
 * @param again whether the same request may have been met before, wholly or in part; then a platform to remove that is
 *     not there is no error
 * @param time how long all of it may take; null for the time limit of the access to registries
 */
public record IndexRequest(
        ImageReference image,
        List<String> tags,
        List<IndexSource> sources,
        Map<String, String> annotations,
        Map<String, String> defaultAnnotations,
        Map<Platform, Map<String, String>> platformAnnotations,
        IndexFormat format,
        boolean amend,
        boolean ignoreMissing,
        boolean dryRun,
        boolean attestations,
        Set<Platform> remove,
        String artifactType,
        ImageReference subject,
        boolean again,
        Duration time)
        implements Serializable {

    /**
     * @throws IllegalArgumentException if the image has no tag or has a digest, a tag is malformed, there are no sources
     *     and nothing to remove, the subject is in another repository, or the time is not positive
     */
    public IndexRequest {
        Objects.requireNonNull(format, "format");
        if (image.tag().isEmpty() || !image.digest().isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + image + "' cannot be pushed to; write registry/repository:tag, without a digest.");
        }
        Objects.requireNonNull(artifactType, "artifactType");
        if (subject != null && !subject.name().equals(image.name())) {
            throw new IllegalArgumentException("The subject '" + subject + "' is not in the repository " + image.name()
                    + "; an index can only be about what is in its own repository.");
        }
        if (time != null && (time.isZero() || time.isNegative())) {
            throw new IllegalArgumentException(
                    "A time limit of " + time.toMillis() + " ms leaves no time; give a longer one.");
        }
        if (sources.isEmpty() && remove.isEmpty()) {
            throw new IllegalArgumentException(
                    "The index " + image + " needs at least one platform image; name its sources.");
        }
        Set<String> further = new LinkedHashSet<>(tags);
        further.forEach(image::withTag);
        further.remove(image.tag());
        tags = List.copyOf(further);
        sources = List.copyOf(sources);
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        defaultAnnotations = Collections.unmodifiableMap(new TreeMap<>(defaultAnnotations));
        Map<Platform, Map<String, String>> copy = new TreeMap<>();
        platformAnnotations.forEach((platform, given) -> copy.put(platform, new TreeMap<>(given)));
        platformAnnotations = Collections.unmodifiableMap(copy);
        remove = Collections.unmodifiableSet(new TreeSet<>(remove));
    }

    /** Whether it changes an index that is there, instead of replacing it. */
    boolean isAmendment() {
        return amend || !remove.isEmpty();
    }

    /** Every tag it is for, the image's own first. */
    List<ImageReference> targets() {
        List<ImageReference> targets = new ArrayList<>(List.of(image));
        tags.forEach(tag -> targets.add(image.withTag(tag)));
        return targets;
    }

    /**
     * The members with the annotations of their platforms.
     *
     * @throws IllegalArgumentException if there are annotations for a platform without a member; the message names the
     *     platform, and those that have one
     */
    List<Descriptor> annotated(List<Descriptor> members) {
        platformAnnotations.forEach((platform, annotations) -> {
            if (members.stream().noneMatch(member -> member.isFor(platform))) {
                throw new IllegalArgumentException("No member is for " + platform + ", so its annotations ("
                        + String.join(", ", annotations.keySet()) + ") have no place. The members are for "
                        + Descriptor.platforms(members) + ".");
            }
        });
        List<Descriptor> annotated = new ArrayList<>();
        for (Descriptor member : members) {
            Descriptor result = member;
            for (Map.Entry<Platform, Map<String, String>> entry : platformAnnotations.entrySet()) {
                if (member.isFor(entry.getKey())) {
                    result = result.withAnnotations(entry.getValue());
                }
            }
            annotated.add(result);
        }
        return annotated;
    }

    /** The index with what the request says of all of it. */
    ImageIndex completed(ImageIndex index, Manifest about) {
        return index.withSubject(about, format)
                .withArtifactType(artifactType, format)
                .withDefaultAnnotations(defaultAnnotations);
    }

    /** A request for this image with everything else as it usually is: format auto, attestations kept. */
    public static Builder builder(ImageReference image) {
        return new Builder(image);
    }

    /** Collects the parts of a request. */
    public static final class Builder {

        private final ImageReference image;
        private final List<String> tags = new ArrayList<>();
        private final List<IndexSource> sources = new ArrayList<>();
        private final Map<String, String> annotations = new TreeMap<>();
        private final Map<String, String> defaultAnnotations = new TreeMap<>();
        private final Map<Platform, Map<String, String>> platformAnnotations = new TreeMap<>();
        private final Set<Platform> remove = new TreeSet<>();
        private IndexFormat format = IndexFormat.AUTO;
        private boolean amend;
        private boolean ignoreMissing;
        private boolean dryRun;
        private boolean attestations = true;
        private String artifactType = "";
        private ImageReference subject;
        private boolean again;
        private Duration time;

        private Builder(ImageReference image) {
            this.image = Objects.requireNonNull(image, "image");
        }

        public Builder tags(List<String> more) {
            tags.addAll(more);
            return this;
        }

        public Builder source(IndexSource source) {
            sources.add(source);
            return this;
        }

        public Builder sources(List<IndexSource> more) {
            sources.addAll(more);
            return this;
        }

        public Builder annotations(Map<String, String> more) {
            annotations.putAll(more);
            return this;
        }

        public Builder defaultAnnotations(Map<String, String> more) {
            defaultAnnotations.putAll(more);
            return this;
        }

        public Builder platformAnnotations(Platform platform, Map<String, String> more) {
            platformAnnotations
                    .computeIfAbsent(platform, key -> new TreeMap<>())
                    .putAll(more);
            return this;
        }

        public Builder format(IndexFormat given) {
            format = given;
            return this;
        }

        public Builder amend(boolean given) {
            amend = given;
            return this;
        }

        public Builder ignoreMissing(boolean given) {
            ignoreMissing = given;
            return this;
        }

        public Builder dryRun(boolean given) {
            dryRun = given;
            return this;
        }

        public Builder attestations(boolean given) {
            attestations = given;
            return this;
        }

        public Builder remove(Collection<Platform> platforms) {
            remove.addAll(platforms);
            return this;
        }

        public Builder artifactType(String given) {
            artifactType = given;
            return this;
        }

        public Builder subject(ImageReference given) {
            subject = given;
            return this;
        }

        public Builder again(boolean given) {
            again = given;
            return this;
        }

        public Builder time(Duration given) {
            time = given;
            return this;
        }

        /** @throws IllegalArgumentException as {@link IndexRequest} does */
        public IndexRequest build() {
            return new IndexRequest(
                    image,
                    tags,
                    sources,
                    annotations,
                    defaultAnnotations,
                    platformAnnotations,
                    format,
                    amend,
                    ignoreMissing,
                    dryRun,
                    attestations,
                    remove,
                    artifactType,
                    subject,
                    again,
                    time);
        }
    }
}
