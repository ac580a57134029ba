package io.jenkins.plugins.multiarch.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.util.ListBoxModel;
import jenkins.model.Jenkins;

/**
 * The choices of a field for a credential, as the guide of the credentials plugin wants them: whoever may not see them
 * gets the current value alone, which nobody loses by opening a form.
 */
final class CredentialChoices {

    private CredentialChoices() {}

    /**
     * @param item where the form stands; null for the global configuration
     * @param current the value so far
     * @param registry host and optional port that the credential is for; empty if that is not known
     * @param kind which credentials will do
     */
    static ListBoxModel list(@Nullable Item item, String current, String registry, CredentialsMatcher kind) {
        StandardListBoxModel choices = new StandardListBoxModel();
        if (!mayList(item)) {
            return choices.includeCurrentValue(current);
        }
        choices.includeEmptyValue();
        var requirements = CredentialLookup.requirements(registry);
        if (item == null) {
            choices.includeMatchingAs(ACL.SYSTEM2, Jenkins.get(), StandardCredentials.class, requirements, kind);
        } else {
            choices.includeMatchingAs(ACL.SYSTEM2, item, StandardCredentials.class, requirements, kind);
        }
        return choices.includeCurrentValue(current);
    }

    private static boolean mayList(@Nullable Item item) {
        return item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
    }
}
