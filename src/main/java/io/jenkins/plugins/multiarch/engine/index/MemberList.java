package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The members of an index, and what becomes of them when some platforms are replaced or removed.
 *
 * @param all in the order of the index, whatever they are: images, attestations, artifacts, indexes
 */
record MemberList(List<Descriptor> all) {

    MemberList {
        all = List.copyOf(all);
    }

    /** Whether there is a member for a platform that {@link #without} would remove. */
    boolean hasFor(Platform platform) {
        return all.stream().anyMatch(member -> member.isFor(platform));
    }

    /**
     * These members, with the given ones in the places of those of the same platforms, or appended. Several given ones for
     * one platform replace, together, all that there is for it. Attestations go with the member they are about; what is for
     * no platform replaces nothing but the same manifest.
     */
    List<Descriptor> with(List<Descriptor> given) {
        Map<String, List<Descriptor>> byPlatform = new LinkedHashMap<>();
        given.stream()
                .filter(member -> member.platform().isPresent())
                .forEach(member -> byPlatform
                        .computeIfAbsent(member.platformLabel(), label -> new ArrayList<>())
                        .add(member));
        List<Descriptor> result = new ArrayList<>();
        Set<String> placed = new HashSet<>();
        for (Descriptor existing : all) {
            List<Descriptor> instead = byPlatform.get(existing.platformLabel());
            if (instead == null) {
                result.add(completed(existing, given));
            } else if (placed.add(existing.platformLabel())) {
                instead.forEach(member -> result.add(carried(member)));
            }
        }
        Set<String> staying = digests(result);
        Set<String> gone = digests(all);
        gone.removeAll(staying);
        result.removeIf(member -> member.isAttestation() && gone.contains(member.attests()));
        Set<String> present = digests(result);
        for (Descriptor member : given) {
            boolean known = member.platform().isPresent()
                    ? placed.contains(member.platformLabel())
                    : present.contains(member.digest().toString());
            if (!known) {
                result.add(member);
            }
        }
        return result;
    }

    /**
     * These members without those for some platforms and the attestations about them.
     *
     * @throws IllegalArgumentException if there is no member for one of the platforms; the message names it
     */
    List<Descriptor> without(Collection<Platform> platforms) {
        for (Platform platform : platforms) {
            if (!hasFor(platform)) {
                throw new IllegalArgumentException("The index has no member for " + platform
                        + " that could be removed; it has " + Descriptor.platforms(all) + ".");
            }
        }
        List<Descriptor> result = new ArrayList<>(all);
        result.removeIf(member -> platforms.stream().anyMatch(member::isFor));
        Set<String> gone = digests(all);
        gone.removeAll(digests(result));
        result.removeIf(member -> member.isAttestation() && gone.contains(member.attests()));
        return result;
    }

    private static Set<String> digests(Collection<Descriptor> members) {
        return members.stream()
                .map(member -> member.digest().toString())
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** An entry that is for no platform, with what is now said of the same manifest. */
    private static Descriptor completed(Descriptor existing, List<Descriptor> given) {
        if (existing.platform().isPresent()) {
            return existing;
        }
        Optional<Descriptor> same = given.stream()
                .filter(member -> member.platform().isEmpty())
                .filter(member -> member.digest().equals(existing.digest()))
                .findFirst();
        return same.map(existing::completedBy).orElse(existing);
    }

    /** A member that replaces others; if it is one of them, what is said of it there stays. */
    private Descriptor carried(Descriptor member) {
        return all.stream()
                .filter(existing -> existing.digest().equals(member.digest()))
                .filter(existing -> existing.platformLabel().equals(member.platformLabel()))
                .findFirst()
                .map(existing -> existing.completedBy(member))
                .orElse(member);
    }
}
