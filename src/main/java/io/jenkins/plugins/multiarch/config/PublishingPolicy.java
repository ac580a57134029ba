package io.jenkins.plugins.multiarch.config;

import hudson.model.Run;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;

/**
 * What a job may publish, by the rules of the registry entries and folders around it. An inner folder adds rules and takes none
 * away, or whoever may configure it could publish what an administrator has ruled out.
 *
 * @param job its full name
 */
public record PublishingPolicy(String job, Publishing publishing) {

    /** That of a run. */
    public static PublishingPolicy of(Run<?, ?> run) {
        return new PublishingPolicy(
                run.getParent().getFullName(), EffectiveConfiguration.of(run).publishing());
    }

    /**
     * Fails if a tag is one that the job must not publish.
     *
     * @param image with its tag
     * @param further tags of the same repository
     * @throws IllegalArgumentException the message names the tag, the rule and the remedy
     */
    public void requireTags(ImageReference image, List<String> further) {
        requireTag(image);
        further.forEach(tag -> requireTag(image.withTag(tag)));
    }

    private void requireTag(ImageReference image) {
        for (RegistryEntry entry : publishing.rules()) {
            if (entry.isFor(image.registry())) {
                for (ProtectedTags rule : entry.getProtectedTags()) {
                    if (rule.forbids(image, job)) {
                        throw new IllegalArgumentException("The tag " + image + " is protected: of the tags '"
                                + rule.getTags() + "' in " + image.registry() + ", only jobs in '" + rule.getFolder()
                                + "' may publish any, and this is '" + job
                                + "'. Choose another tag, or have an administrator change the registry's entry.");
                    }
                }
            }
        }
    }

    /** Whether nothing may be published in the registry of an image that is not signed. */
    public boolean wantsSignature(ImageReference image) {
        return publishing.onlySigned()
                || publishing.rules().stream().anyMatch(entry -> entry.isFor(image.registry()) && entry.isOnlySigned());
    }

    /**
     * Fails if what is to be published has to be signed and is not.
     *
     * @param signed whether it will be
     * @throws IllegalArgumentException the message names the rule and the remedy
     */
    public void requireSignature(ImageReference image, boolean signed) {
        if (!signed && wantsSignature(image)) {
            throw new IllegalArgumentException(image + " is not going to be signed, and only signed images may be"
                    + " published in " + image.registry() + ". Name the credential with the key as 'sign'.");
        }
    }
}
