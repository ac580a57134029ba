package io.jenkins.plugins.multiarch.forms;

import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.Util;
import hudson.model.Item;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;

/** The choices of {@code credentialsId} in the form of a step: the credentials for the registry of its image. */
public final class ImageCredentialItems {

    private ImageCredentialItems() {}

    /**
     * @param item where the form stands; null for outside of any folder
     * @param current the value so far, kept as a choice even where it cannot be seen
     * @param image what is typed so far
     */
    public static ListBoxModel list(@Nullable Item item, String current, String image) {
        return RegistryCredentials.listBox(item, current, registry(item, image));
    }

    /** Empty as long as there is no image that has one. */
    private static String registry(@Nullable Item item, String image) {
        if (Util.fixEmptyAndTrim(image) == null) {
            return "";
        }
        EffectiveConfiguration configuration = EffectiveConfiguration.atForm(item);
        try {
            return configuration.image(image).registry();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
