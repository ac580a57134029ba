package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One change of an index that is under its tag already: members added, replaced, removed. It can be made again on what
 * others have put there meanwhile; then it leaves alone what is newer than what it has seen at first.
 */
final class Amendment {

    private final Registry registry;
    private final IndexRequest request;
    private final List<Descriptor> additions;
    private final Manifest subject;

    /** The digests of the first index that was read; null before. */
    private Set<Digest> seen;

    /** What of the additions and removals has not been overtaken by somebody else's. */
    private List<Descriptor> adding;

    private Set<Platform> removing;

    /**
     * @param additions the members to add, or to put in the place of those of the same platform
     * @param subject what the index is to be about; null for nothing
     * @throws IllegalArgumentException if a platform is to be removed and added
     */
    Amendment(Registry registry, IndexRequest request, List<Descriptor> additions, Manifest subject) {
        this.registry = registry;
        this.request = request;
        this.additions = List.copyOf(additions);
        this.subject = subject;
        for (Descriptor descriptor : additions) {
            if (request.remove().stream().anyMatch(descriptor::isFor)) {
                throw new IllegalArgumentException(descriptor.label()
                        + " is to be removed and has a source as well. A source replaces what is there for its platform;"
                        + " leave out one of the two.");
            }
        }
    }

    /**
     * What an amendment has made.
     *
     * @param before the digest of what was under the tag; empty if there was nothing
     */
    record Amended(Optional<Digest> before, ImageIndex index, Manifest manifest) {

        boolean isChange() {
            return !before.equals(Optional.of(manifest.digest()));
        }
    }

    /** As {@link #make}, but nothing is remembered: only what is pushed next counts. */
    ImageIndex preview(Consumer<String> log) throws IOException {
        ImageIndex index = make(log).index();
        seen = null;
        return index;
    }

    /**
     * Reads what is under the tag now, and changes it.
     *
     * @throws RegistryException.NotFound if something is to be removed and there is no index
     * @throws IllegalArgumentException if there is something else than an index, or it cannot be changed in this way
     */
    Amended make(Consumer<String> log) throws IOException {
        Optional<Manifest> existing = existing();
        ImageIndex index = existing.isEmpty() ? ImageIndex.empty() : ImageIndex.parse(existing.get());
        log.accept(
                existing.isEmpty()
                        ? "There is no " + request.image() + " to amend yet; it is made anew"
                        : "Amending " + request.image() + ", " + existing.get().digest() + ", which has "
                                + index.platforms());
        remember(index, log);
        ImageIndex amended = index.amend(request.format(), adding, request.annotations());
        if (!removing.isEmpty()) {
            amended = amended.without(removing);
            removing.forEach(platform -> log.accept("Removed " + platform + " from the index"));
        }
        amended = request.completed(amended, subject);
        return new Amended(existing.map(Manifest::digest), amended, amended.toManifest());
    }

    private Optional<Manifest> existing() throws IOException {
        Manifest manifest;
        try {
            manifest = registry.pull(request.image(), ReadOption.FRESH);
        } catch (RegistryException.NotFound e) {
            if (!request.remove().isEmpty()) {
                throw e;
            }
            return Optional.empty();
        }
        if (!manifest.isIndex()) {
            throw new IllegalArgumentException(
                    request.image()
                            + " is a single image, which cannot be amended. Push the index without amending it, to replace it.");
        }
        return Optional.of(manifest);
    }

    /** Notes what was there at first; later, leaves alone what others have put there since. */
    private void remember(ImageIndex current, Consumer<String> log) {
        if (seen == null) {
            seen = new HashSet<>();
            current.members().forEach(member -> seen.add(member.digest()));
            adding = additions;
            removing = request.remove().stream()
                    .filter(request.again() ? current::hasMemberFor : platform -> true)
                    .collect(Collectors.toSet());
            return;
        }
        Set<Digest> known = new HashSet<>(seen);
        additions.forEach(addition -> known.add(addition.digest()));
        List<Descriptor> newer = current.members().stream()
                .filter(member -> member.platform().isPresent() && !known.contains(member.digest()))
                .toList();
        Set<String> overtaken = new HashSet<>();
        adding = new ArrayList<>();
        for (Descriptor addition : additions) {
            Optional<Descriptor> other = newer.stream()
                    .filter(member -> member.platformLabel().equals(addition.platformLabel()))
                    .findFirst();
            if (other.isPresent()) {
                overtaken.add(addition.digest().toString());
                log.accept("WARNING: for " + addition.label() + ", another build has put "
                        + other.get().digest() + " into " + request.image() + " at the same time; it stays, and not "
                        + addition.digest());
            }
        }
        for (Descriptor addition : additions) {
            String about = addition.isAttestation()
                    ? addition.attests()
                    : addition.digest().toString();
            if (!overtaken.contains(about)) {
                adding.add(addition);
            }
        }
        removing = new HashSet<>();
        for (Platform platform : request.remove()) {
            boolean anew = newer.stream().anyMatch(member -> member.isFor(platform));
            if (current.hasMemberFor(platform) && !anew) {
                removing.add(platform);
            }
        }
    }
}
