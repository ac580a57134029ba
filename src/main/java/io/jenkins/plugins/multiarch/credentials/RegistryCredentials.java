package io.jenkins.plugins.multiarch.credentials;

import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.model.Item;
import hudson.model.Run;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.util.Optional;

/** Credentials stored in Jenkins, as registry credentials. */
public final class RegistryCredentials {

    private RegistryCredentials() {}

    /**
     * Looks up a credential in the context of a run, folder-scoped ones included, and records that the run uses it.
     *
     * @param id empty if none is configured: the agents' own logins and anonymous access are left
     * @param registry host and optional port that the credential is to be used for
     * @throws IllegalArgumentException if the run can see no credential of that id that is one for registries
     */
    public static Optional<RegistryCredential> find(Run<?, ?> run, Optional<String> id, String registry) {
        return find(CredentialLookup.in(run), id, registry);
    }

    /**
     * As {@link #find(Run, Optional, String)}, for whoever the lookup is for.
     *
     * @throws IllegalArgumentException if that one can see no credential of that id that is one for registries
     */
    public static Optional<RegistryCredential> find(CredentialLookup lookup, Optional<String> id, String registry) {
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Optional<RegistryCredential> found = lookup.find(id.get(), registry)
                .flatMap(credential -> RegistryCredentialKind.all().stream()
                        .flatMap(kind -> kind.convert(credential).stream())
                        .findFirst());
        if (found.isEmpty()) {
            throw new IllegalArgumentException("There is no username/password credential '" + id.get() + "' for "
                    + registry + " that " + lookup.who()
                    + " may use. Check the ID, its kind and domain, and that it is stored globally or in a folder above"
                    + " the job.");
        }
        return found;
    }

    /**
     * The choices of a {@code credentialsId} field.
     *
     * @param item where the form stands; null for the global configuration
     * @param current the value so far, kept as a choice even where it cannot be seen
     * @param registry host and optional port that the credential is for; empty if that is not known
     */
    public static ListBoxModel listBox(@Nullable Item item, String current, String registry) {
        return CredentialChoices.list(
                item,
                current,
                registry,
                CredentialLookup.anyOf(RegistryCredentialKind.all().stream().map(RegistryCredentialKind::matcher)));
    }
}
