package io.jenkins.plugins.multiarch.engine.bake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** The tags with their repositories. */
    public List<String> references() {
        List<String> references = new ArrayList<>();
        repositories.forEach((repository, tags) -> tags.forEach(tag -> references.add(repository + ":" + tag)));
        return references;
    }
}
