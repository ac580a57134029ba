package io.jenkins.plugins.multiarch.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.model.Fingerprint;
import hudson.model.Item;
import hudson.model.Run;
import hudson.security.ACL;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds credentials by their ID, as far as somebody may use them. */
public abstract class CredentialLookup {

    private CredentialLookup() {}

    /** What a run may use, those of the folders above its job included; that it does is recorded with the credential. */
    public static CredentialLookup in(Run<?, ?> run) {
        return new CredentialLookup() {
            @Override
            Optional<StandardCredentials> find(String id, String registry) {
                StandardCredentials found = CredentialsProvider.findCredentialById(
                        id, StandardCredentials.class, run, requirements(registry));
                // A build looks its credential up for every platform; writing down once that it does is enough.
                if (found != null && !isTracked(run, found)) {
                    CredentialsProvider.track(run, found);
                }
                return Optional.ofNullable(found);
            }

            @Override
            String who() {
                return run.getParent().getFullDisplayName();
            }
        };
    }

    /**
     * What the jobs in a folder, or a job, may use.
     *
     * @param item null for all jobs, whatever folder they are in
     */
    public static CredentialLookup in(@Nullable Item item) {
        return new CredentialLookup() {
            @Override
            Optional<StandardCredentials> find(String id, String registry) {
                return Optional.ofNullable(CredentialsMatchers.firstOrNull(
                        CredentialsProvider.lookupCredentialsInItem(
                                StandardCredentials.class, item, ACL.SYSTEM2, requirements(registry)),
                        CredentialsMatchers.allOf(CredentialsMatchers.withId(id), usable())));
            }

            @Override
            String who() {
                return item == null ? "every job" : item.getFullDisplayName();
            }
        };
    }

    private static boolean isTracked(Run<?, ?> run, StandardCredentials credential) {
        try {
            Fingerprint uses = CredentialsProvider.getFingerprintOf(credential);
            return uses != null && uses.getRangeSet(run.getParent()).includes(run.getNumber());
        } catch (IOException e) {
            return false; // the one who writes it down deals with that
        }
    }

    /** @param registry host and optional port that the credential is to be used for */
    abstract Optional<StandardCredentials> find(String id, String registry);

    /** For whom it looks, to be named in a message. */
    abstract String who();

    /** What runs may use: not what is for Jenkins itself. */
    static CredentialsMatcher usable() {
        return CredentialsMatchers.not(CredentialsMatchers.withScope(CredentialsScope.SYSTEM));
    }

    static CredentialsMatcher anyOf(Stream<CredentialsMatcher> matchers) {
        return CredentialsMatchers.allOf(
                usable(), CredentialsMatchers.anyOf(matchers.toArray(CredentialsMatcher[]::new)));
    }

    /** @param registry host and optional port; empty for any */
    static List<DomainRequirement> requirements(String registry) {
        return registry.isEmpty()
                ? List.of()
                : URIRequirementBuilder.fromUri("https://" + registry).build();
    }
}
