package io.jenkins.plugins.multiarch.engine.bake;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The targets to build, each after those that it builds on.
 *
 * @param targets in that order
 */
public record BakePlan(List<PlannedTarget> targets) {

    private static final String NAMELESS = "localhost/bake";

    public BakePlan {
        targets = List.copyOf(targets);
    }

    /**
     * Plans some targets, and what they build on.
     *
     * @param wanted names of targets and groups; empty for the default
     * @param defaults what a target is built for that names no platform and that no other one builds on
     * @param images how a name of an image is understood
     * @throws BakeFileException if a name is unknown, if targets depend on each other in a circle, if a target lacks a
     *     platform that is needed of it, or if two of them have the same tag
     */
    public static BakePlan of(
            BakeFile file, List<String> wanted, List<String> defaults, Function<String, ImageReference> images) {
        Set<String> named = file.resolve(wanted);
        Map<String, BakeTarget> ordered = new LinkedHashMap<>();
        named.forEach(name -> order(file, name, List.of(), ordered));
        Map<String, Set<String>> needed = needed(ordered, defaults);
        List<PlannedTarget> planned = new ArrayList<>();
        for (BakeTarget target : ordered.values()) {
            planned.add(new PlannedTarget(
                    target,
                    List.copyOf(needed.get(target.name())),
                    named.contains(target.name()) && target.published(),
                    repositories(target, images),
                    buildsOn(ordered, target)));
        }
        requireDistinctTags(planned);
        return new BakePlan(planned);
    }

    private static boolean buildsOn(Map<String, BakeTarget> targets, BakeTarget base) {
        return targets.values().stream().anyMatch(target -> target.bases().containsValue(base.name()));
    }

    /** @param heirs the targets that lead to it */
    private static void order(BakeFile file, String name, List<String> heirs, Map<String, BakeTarget> ordered) {
        if (heirs.contains(name)) {
            List<String> circle = new ArrayList<>(heirs.subList(heirs.indexOf(name), heirs.size()));
            circle.add(name);
            throw new BakeFileException("The targets build on each other in a circle: " + String.join(" -> ", circle)
                    + ". Remove one of these contexts.");
        }
        if (ordered.containsKey(name)) {
            return;
        }
        BakeTarget target = file.targets().get(name);
        List<String> path = new ArrayList<>(heirs);
        path.add(name);
        target.bases()
                .values()
                .forEach(base -> order(file, file.requireTarget(base, name).name(), path, ordered));
        ordered.put(name, target);
    }

    /** The platforms of each: what it names, or else what those that build on it need. */
    private static Map<String, Set<String>> needed(Map<String, BakeTarget> ordered, List<String> defaults) {
        Map<String, Set<String>> needed = new LinkedHashMap<>();
        List<BakeTarget> heirsFirst = new ArrayList<>(ordered.values());
        Collections.reverse(heirsFirst);
        for (BakeTarget target : heirsFirst) {
            Set<String> platforms = needed.computeIfAbsent(target.name(), name -> new LinkedHashSet<>());
            if (!target.platforms().isEmpty()) {
                platforms.addAll(target.platforms());
            } else if (platforms.isEmpty()) {
                platforms.addAll(defaults);
            }
            for (String name : target.bases().values()) {
                BakeTarget base = ordered.get(name);
                if (base.platforms().isEmpty()) {
                    needed.computeIfAbsent(name, key -> new LinkedHashSet<>()).addAll(platforms);
                } else if (!base.platforms().containsAll(platforms)) {
                    throw new BakeFileException("Target '" + target.name() + "' is built for "
                            + String.join(", ", platforms) + ", but '" + name + "', which it builds on, only for "
                            + String.join(", ", base.platforms()) + ". Add the missing platforms to '" + name + "'.");
                }
            }
        }
        return needed;
    }

    /** The tags by repository, both in the order of the file. */
    private static Map<String, List<String>> repositories(BakeTarget target, Function<String, ImageReference> images) {
        Map<String, List<String>> repositories = new LinkedHashMap<>();
        for (String tag : target.tags()) {
            ImageReference image;
            try {
                image = images.apply(tag);
            } catch (IllegalArgumentException e) {
                throw new BakeFileException(
                        "Target '" + target.name() + "' has the tag '" + tag + "'. " + e.getMessage());
            }
            if (!image.digest().isEmpty()) {
                throw new BakeFileException("Target '" + target.name() + "' has the tag '" + tag
                        + "', which names a digest. Name a tag: the image is not built yet.");
            }
            List<String> tags = repositories.computeIfAbsent(image.name(), name -> new ArrayList<>());
            if (!tags.contains(image.tag())) {
                tags.add(image.tag());
            }
        }
        return repositories;
    }

    private static void requireDistinctTags(List<PlannedTarget> planned) {
        Map<String, String> owners = new LinkedHashMap<>();
        for (PlannedTarget target : planned) {
            if (target.published()) {
                target.references().forEach(reference -> {
                    String other = owners.putIfAbsent(reference, target.name());
                    if (other != null) {
                        throw new BakeFileException("The targets '" + other + "' and '" + target.name()
                                + "' have the same tag " + reference + ". Only one of them could be published.");
                    }
                });
            }
        }
    }

    /**
     * Requires that all of it can be pushed.
     *
     * @throws BakeFileException if a target has no tag, and no repository of another either
     */
    public void requireTags() {
        for (PlannedTarget target : targets) {
            if (target.published() && target.repositories().isEmpty()) {
                throw new BakeFileException("Target '" + target.name()
                        + "' has no tags, so it cannot be pushed. Give it tags, or build without pushing.");
            }
            if (target.isBase() && image(target).name().equals(NAMELESS)) {
                throw new BakeFileException("Target '" + target.name()
                        + "' has no tags, and neither have the targets that build on it, so there is no repository to hand it"
                        + " on through. Give it tags.");
            }
        }
    }

    /** A target that another one builds on. */
    public PlannedTarget target(String name) {
        return targets.stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The reference that a target is built for: its first tag, or a name in the repository of one that builds on it. */
    public ImageReference image(PlannedTarget target) {
        if (!target.repositories().isEmpty()) {
            return ImageReference.parse(target.references().get(0));
        }
        String tag = target.name().replaceAll("[^A-Za-z0-9_.-]", "-").replaceFirst("^[.-]+", "");
        String given = tag.isEmpty() ? "target" : tag.substring(0, Math.min(tag.length(), 60));
        String repository = targets.stream()
                .filter(other -> other.target().bases().containsValue(target.name()))
                .filter(other -> !other.target().tags().isEmpty() || other.isBase())
                .map(this::image)
                .map(ImageReference::name)
                .findFirst()
                .orElse(NAMELESS);
        return ImageReference.parse(repository + ":" + given);
    }
}
