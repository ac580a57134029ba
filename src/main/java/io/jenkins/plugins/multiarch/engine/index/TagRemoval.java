package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Removes tags of platform images, and sees to it that the index keeps them. Some registries delete a manifest with the
 * last tag that points at it, although an index refers to it: such a manifest is pushed again, by its digest, and the
 * other tags of that registry are left alone. So the first tag of a registry goes alone, all others at the same time.
 */
final class TagRemoval {

    private static final int AT_ONCE = 8;
    private static final int MOST_LEVELS = 16;

    private final Registry registry;
    private final Consumer<String> log;
    private final Set<Digest> members;

    /** @param index refers to what must stay */
    TagRemoval(Registry registry, PublishedIndex index, Consumer<String> log) {
        this.registry = registry;
        this.log = log;
        this.members = index.members().stream().map(Descriptor::digest).collect(Collectors.toSet());
    }

    /**
     * What became of one tag.
     *
     * @param isRemoved whether it is gone
     * @param isDestructive whether the registry has deleted what it pointed at
     * @param failure why something that the index needs is missing now; empty if nothing is
     */
    private record Outcome(ImageReference tag, boolean isRemoved, boolean isDestructive, String failure) {}

    /**
     * Removes the tags. A registry that refuses is no failure: the tag then stays.
     *
     * @return those whose tag is gone; of the others the log says why
     * @throws IOException if the index has lost a member by it, which could not be put back
     */
    List<ImageReference> remove(List<ImageReference> tags) throws IOException {
        Map<String, List<ImageReference>> byRegistry = new LinkedHashMap<>();
        tags.forEach(tag -> byRegistry
                .computeIfAbsent(tag.registry(), registryName -> new ArrayList<>())
                .add(tag));
        List<Outcome> outcomes = new ArrayList<>();
        for (List<ImageReference> together : byRegistry.values()) {
            Outcome first = remove(together.get(0));
            outcomes.add(first);
            List<ImageReference> others = together.subList(1, together.size());
            if (first.isDestructive()) {
                others.forEach(tag -> log.accept(
                        "The tag " + tag.withTag(tag.tag()) + " stays: its registry deletes images with their tags"));
            } else {
                outcomes.addAll(Workers.map(AT_ONCE, others, this::remove));
            }
        }
        List<String> failures = outcomes.stream()
                .map(Outcome::failure)
                .filter(failure -> !failure.isEmpty())
                .toList();
        if (!failures.isEmpty()) {
            throw new IOException(String.join(" ", failures));
        }
        return outcomes.stream().filter(Outcome::isRemoved).map(Outcome::tag).toList();
    }

    private Outcome remove(ImageReference tag) throws IOException {
        ImageReference bare = tag.withTag(tag.tag());
        try {
            Optional<Manifest> behind = read(bare);
            boolean moved = !tag.digest().isEmpty()
                    && !behind.map(Manifest::digest).equals(Optional.of(Digest.parse(tag.digest())));
            if (moved) {
                return stays(bare, "it no longer points at " + tag.digest());
            }
            List<Manifest> needed = new ArrayList<>();
            if (behind.isPresent()) {
                collect(bare, behind.get(), false, 1, needed);
            }
            if (!registry.deleteTag(bare)) {
                return stays(bare, "its registry cannot remove a tag without the image it points at");
            }
            log.accept("Removed the tag " + bare);
            return restored(bare, needed);
        } catch (RegistryException e) {
            return stays(bare, e.getMessage());
        }
    }

    private Outcome stays(ImageReference tag, String reason) {
        log.accept("The tag " + tag + " stays: " + reason);
        return new Outcome(tag, false, false, "");
    }

    private Optional<Manifest> read(ImageReference reference) throws IOException {
        try {
            return Optional.of(registry.pull(reference, ReadOption.FRESH, ReadOption.ANY_KIND));
        } catch (RegistryException.NotFound e) {
            return Optional.empty();
        }
    }

    /** What of this the index refers to, directly or not; an index behind its members, as it must be pushed. */
    private void collect(ImageReference place, Manifest manifest, boolean inside, int level, List<Manifest> needed)
            throws IOException {
        boolean isNeeded = inside || members.contains(manifest.digest());
        if (manifest.isIndex() && level < MOST_LEVELS) {
            for (Descriptor member : ImageIndex.parse(manifest).members()) {
                if (isNeeded || member.isIndex() || members.contains(member.digest())) {
                    Optional<Manifest> found = read(place.withDigest(member.digest()));
                    if (found.isPresent()) {
                        collect(place, found.get(), isNeeded, level + 1, needed);
                    }
                }
            }
        }
        if (isNeeded) {
            needed.add(manifest);
        }
    }

    private Outcome restored(ImageReference tag, List<Manifest> needed) throws IOException {
        boolean isDestructive = false;
        for (Manifest manifest : needed) {
            ImageReference reference = tag.withDigest(manifest.digest());
            if (registry.has(reference)) {
                continue;
            }
            isDestructive = true;
            String deleted = reference + ", which the index refers to, was deleted with its tag " + tag.tag();
            try {
                registry.push(reference, manifest);
            } catch (RegistryException e) {
                return new Outcome(
                        tag,
                        true,
                        true,
                        deleted + ", and could not be pushed again. Build it anew, without removing platform tags. "
                                + e.getMessage());
            }
            log.accept("WARNING: " + deleted + "; it has been pushed again");
        }
        return new Outcome(tag, true, isDestructive, "");
    }
}
