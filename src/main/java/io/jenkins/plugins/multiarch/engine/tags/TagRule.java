package io.jenkins.plugins.multiarch.engine.tags;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How tags of an image follow from what is built, by the rules of docker/metadata-action. */
public enum TagRule {
    /** The name of the branch. */
    BRANCH {
        @Override
        List<String> tags(SourceRef ref) {
            return one(valid(ref.branch()));
        }
    },
    /** {@code pr-} and the number of the change request. */
    PR {
        @Override
        List<String> tags(SourceRef ref) {
            return ref.change().isEmpty() ? List.of() : List.of(valid("pr-" + ref.change()));
        }
    },
    /** {@code 1.2.3}, {@code 1.2} and {@code 1} of a Git tag {@code v1.2.3}; of a pre-release only itself. */
    SEMVER {
        @Override
        List<String> tags(SourceRef ref) {
            return SemanticVersion.parse(ref.tag()).map(SemanticVersion::tags).orElse(List.of());
        }
    },
    /** {@code sha-} and the first seven digits of the commit. */
    SHA {
        @Override
        List<String> tags(SourceRef ref) {
            String commit = ref.commit();
            return commit.matches("[0-9a-f]{7,64}") ? List.of("sha-" + commit.substring(0, 7)) : List.of();
        }
    },
    /** {@code latest}, for the default branch and for a release. */
    LATEST {
        @Override
        List<String> tags(SourceRef ref) {
            boolean isRelease = SemanticVersion.parse(ref.tag())
                    .filter(SemanticVersion::isRelease)
                    .isPresent();
            return ref.primary() || isRelease ? List.of(NAME_OF_LATEST) : List.of();
        }
    };

    private static final String NAME_OF_LATEST = "latest";

    private static final int LONGEST = 128;

    abstract List<String> tags(SourceRef ref);

    /** @throws IllegalArgumentException naming the value and what there is */
    public static TagRule parse(String name) {
        return Arrays.stream(values())
                .filter(rule -> rule.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown rule '" + name + "' in tagsFrom. Choose "
                        + Arrays.stream(values()).map(TagRule::toString).collect(Collectors.joining(", ")) + "."));
    }

    /** @return the tags that the rules give for a build, in their order, each once; none if nothing is known of it */
    public static List<String> tags(Collection<TagRule> rules, SourceRef ref) {
        Set<String> tags = new LinkedHashSet<>();
        rules.forEach(rule -> tags.addAll(rule.tags(ref)));
        return List.copyOf(tags);
    }

    /**
     * The tags without {@code latest}, if what is built is a release that is older than another one of the repository.
     *
     * @param present the tags that the repository has
     */
    public static List<String> withoutLatestOfOldRelease(List<String> tags, SourceRef ref, Collection<String> present) {
        Optional<SemanticVersion> built = SemanticVersion.parse(ref.tag());
        boolean isOld = built.isPresent()
                && present.stream()
                        .flatMap(tag -> SemanticVersion.parse(tag).stream())
                        .anyMatch(version -> version.isRelease() && version.compareTo(built.get()) > 0);
        return isOld ? tags.stream().filter(tag -> !tag.equals(NAME_OF_LATEST)).toList() : tags;
    }

    private static List<String> one(String tag) {
        return tag.isEmpty() ? List.of() : List.of(tag);
    }

    /** What a tag may not have becomes a hyphen; a tag does not begin with one, nor with a dot. */
    private static String valid(String name) {
        String tag = name.replaceAll("[^A-Za-z0-9_.-]+", "-").replaceFirst("^[.-]+", "");
        return tag.substring(0, Math.min(tag.length(), LONGEST));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
