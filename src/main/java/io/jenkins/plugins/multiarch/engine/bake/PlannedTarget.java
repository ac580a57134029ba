package io.jenkins.plugins.multiarch.engine.bake;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A target of a {@link BakePlan}.
 *
 * @param platforms what it is built for
 * @param published whether it is published under its tags; not if it is built only because others build on it
 * @param repositories {@code registry/repository} to the tags in it
 * @param isBase whether another target builds on it
 */
public record PlannedTarget(
        BakeTarget target,
        List<String> platforms,
        boolean published,
        Map<String, List<String>> repositories,
        boolean isBase) {

    public PlannedTarget {
        platforms = List.copyOf(platforms);
        repositories = Collections.unmodifiableMap(new LinkedHashMap<>(repositories));
    }

    public String name() {
        return target.name();
    }

    /** Whether its images go into a registry, if anything does: to be published, or for those that build on it. */
    public boolean isPushed() {
        return published || isBase;
    }

    /** What it is published as: one index for each repository, in the order of the file; none if it is not published. */
    public List<TargetIndex> indexes() {
        List<TargetIndex> indexes = new ArrayList<>();
        if (published) {
            repositories.forEach((repository, tags) -> indexes.add(new TargetIndex(
                    ImageReference.parse(repository + ":" + tags.get(0)), tags.subList(1, tags.size()))));
        }
        return indexes;
    }

    /**
     * The repository of its own for the build cache, because each target writes under the same tags.
     *
     * @param repository what that of every target begins with
     */
    public String cacheRepository(String repository) {
        String suffix =
                name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return suffix.isEmpty() ? repository : repository + "-" + suffix;
    }

    /** The tags with their repositories. */
    public List<String> references() {
        List<String> references = new ArrayList<>();
        repositories.forEach((repository, tags) -> tags.forEach(tag -> references.add(repository + ":" + tag)));
        return references;
    }
}
