package io.jenkins.plugins.multiarch.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import hudson.model.Item;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCredential;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;

/** Username/password credentials stored in Jenkins, as registry credentials. */
public final class RegistryCredentials {

    private RegistryCredentials() {}

    /**
     * Looks up a credential in the context of a run, folder-scoped ones included, and records that the run uses it.
     *
     * @param id empty if none is configured: the agents' own logins and anonymous access are left
     * @param registry host and optional port that the credential is to be used for
     * @throws IllegalArgumentException if the run can see no username/password credential of that id
     */
    public static Optional<RegistryCredential> find(Run<?, ?> run, Optional<String> id, String registry) {
        if (id.isEmpty()) {
            return Optional.empty();
        }
        StandardUsernamePasswordCredentials found = CredentialsProvider.findCredentialById(
                id.get(), StandardUsernamePasswordCredentials.class, run, requirements(registry));
        if (found == null) {
            throw new IllegalArgumentException("There is no username/password credential '" + id.get()
                    + "' for " + registry + " that " + run.getParent().getFullDisplayName()
                    + " may use. Check the ID, its kind and domain, and that it is stored globally or in a folder above"
                    + " the job.");
        }
        CredentialsProvider.track(run, found);
        return Optional.of(
                new RegistryCredential(found.getUsername(), found.getPassword().getPlainText()));
    }

    /** The configured access to registries, with the credential for an image's registry if there is one. */
    public static RegistryAccess access(
            RegistryAccess configured, Run<?, ?> run, Optional<String> id, ImageReference image) {
        return find(run, id, image.registry())
                .map(found -> configured.withCredential(image.registry(), found.username(), found.password()))
                .orElse(configured);
    }

    /**
     * The choices of a {@code credentialsId} field.
     *
     * @param item where the form stands; null for the global configuration
     * @param current the value so far, kept as a choice even where it cannot be seen
     */
    public static ListBoxModel listBox(Item item, String current) {
        StandardListBoxModel choices = new StandardListBoxModel();
        boolean allowed = item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
        if (!allowed) {
            return choices.includeCurrentValue(current);
        }
        choices.includeEmptyValue();
        if (item == null) {
            choices.includeMatchingAs(
                    ACL.SYSTEM2,
                    Jenkins.get(),
                    StandardUsernamePasswordCredentials.class,
                    List.of(),
                    CredentialsMatchers.always());
        } else {
            choices.includeMatchingAs(
                    ACL.SYSTEM2,
                    item,
                    StandardUsernamePasswordCredentials.class,
                    List.of(),
                    CredentialsMatchers.always());
        }
        return choices.includeCurrentValue(current);
    }

    private static List<DomainRequirement> requirements(String registry) {
        return URIRequirementBuilder.fromUri("https://" + registry).build();
    }
}
