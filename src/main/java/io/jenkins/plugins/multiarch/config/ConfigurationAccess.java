package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.model.Item;
import jenkins.model.Jenkins;

/** Who may have what is typed into the forms of this package looked at. */
final class ConfigurationAccess {

    private ConfigurationAccess() {}

    /**
     * @param item the folder whose form it is; null for the global configuration
     * @throws org.springframework.security.access.AccessDeniedException if the user may not configure it
     */
    static void checkConfigure(@Nullable Item item) {
        if (item == null) {
            Jenkins.get().checkPermission(Jenkins.MANAGE);
        } else {
            item.checkPermission(Item.CONFIGURE);
        }
    }

    /**
     * As {@link #checkConfigure}, but for what makes the controller send a credential to an address from the form.
     *
     * @throws org.springframework.security.access.AccessDeniedException if the user may not
     */
    static void checkConnect(@Nullable Item item) {
        if (item == null) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        } else {
            item.checkPermission(Item.CONFIGURE);
        }
    }
}
