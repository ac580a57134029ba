package io.jenkins.plugins.multiarch.steps;

import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.tags.SourceRef;
import io.jenkins.plugins.multiarch.engine.tags.TagRule;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The parameter {@code tagsFrom}: tags that follow from what the build is of.
 *
 * @param rules in their order; none if the parameter is not given
 * @param ref what the build is of
 */
record TagsFromSource(List<TagRule> rules, SourceRef ref) {

    /** @throws IllegalArgumentException naming a rule that does not exist */
    static TagsFromSource of(List<String> names, SourceRef ref) {
        return new TagsFromSource(names.stream().map(TagRule::parse).toList(), ref);
    }

    /**
     * The image that a step names. One without a tag gets the first that follows; else it would be {@code latest} whatever is
     * built.
     *
     * @throws IllegalArgumentException if it has no tag and none follows
     */
    ImageReference image(String text, EffectiveConfiguration configuration) {
        ImageReference image = configuration.image(text);
        boolean hasTag = text.indexOf(':', text.lastIndexOf('/') + 1) >= 0
                || !image.digest().isEmpty();
        if (rules.isEmpty() || hasTag) {
            return image;
        }
        List<String> tags = TagRule.tags(rules, ref);
        if (tags.isEmpty()) {
            throw new IllegalArgumentException(
                    "No tag follows from " + names() + " for this build, and '" + text
                            + "' has none. Write a tag, or build it in a Multibranch Pipeline, which knows branch and Git tag.");
        }
        return image.withTag(tags.get(0));
    }

    /**
     * All that follow. {@code latest} is left out for a release that is older than one that the repository has.
     *
     * @param log is told of them
     */
    List<String> tags(Registry registry, ImageReference image, Consumer<String> log) throws IOException {
        List<String> tags = TagRule.tags(rules, ref);
        if (!ref.tag().isEmpty() && rules.contains(TagRule.LATEST)) {
            List<String> kept = TagRule.withoutLatestOfOldRelease(tags, ref, registry.tags(image));
            if (!kept.equals(tags)) {
                log.accept(
                        "The tag latest stays where it is: " + image.name() + " has a release later than " + ref.tag());
            }
            tags = kept;
        }
        if (!rules.isEmpty()) {
            log.accept("Tags from " + names() + ": " + (tags.isEmpty() ? "none" : String.join(", ", tags)));
        }
        return tags;
    }

    private String names() {
        return String.join(", ", rules.stream().map(TagRule::toString).toList());
    }
}
