package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarch.credentials.CredentialLookup;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.credentials.StoredCertificateAuthorities;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the button of that name says of a registry. */
final class ConnectionTest {

    /** Somebody looks at the form and waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ConnectionTest() {}

    /**
     * @param entry what the form has of the registry
     * @param defaultCredentialsId what builds access it with if the entry names no credential; null for none
     * @param lookup whose credentials may be used
     * @param repository where to see what is permitted; empty to leave that out
     */
    static FormValidation of(
            RegistryEntry entry, @Nullable String defaultCredentialsId, CredentialLookup lookup, String repository) {
        try {
            String host = SettingValidators.host(entry.getHost());
            return describe(RegistryCheck.of(
                    access(entry, defaultCredentialsId, lookup, host), host, repository.trim(), PATIENCE));
        } catch (IOException | IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    private static RegistryAccess access(
            RegistryEntry entry, @Nullable String defaultCredentialsId, CredentialLookup lookup, String host) {
        RegistryAccess access = ControllerProxies.addTo(RegistryAccess.anonymous());
        if (entry.isPlainHttp()) {
            access = access.withInsecure(host);
        }
        if (entry.getCaCredentialsId() != null) {
            access = access.withAuthorities(
                    host, StoredCertificateAuthorities.find(lookup, entry.getCaCredentialsId(), host));
        }
        Optional<String> credentialsId =
                Optional.ofNullable(entry.getCredentialsId()).or(() -> Optional.ofNullable(defaultCredentialsId));
        Optional<RegistryCredential> credential = RegistryCredentials.find(lookup, credentialsId, host);
        return credential.isPresent()
                ? access.withCredential(
                        host, credential.get().username(), credential.get().password())
                : access;
    }

    private static FormValidation describe(RegistryCheck check) {
        String connected = check.user().isEmpty()
                ? Messages.ConnectionTest_anonymous(check.registry())
                : Messages.ConnectionTest_user(check.registry(), check.user());
        String protection = check.tls() ? "" : Messages.ConnectionTest_plainHttp();
        String permissions = check.repository().isEmpty()
                ? Messages.ConnectionTest_noRepository()
                : Messages.ConnectionTest_permissions(check.repository(), say(check.pull()), say(check.push()));
        String names = Stream.of(check.service(), check.realm(), check.software(), check.apiVersion())
                .filter(name -> !name.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
        String itself = names.isEmpty() ? "" : Messages.ConnectionTest_itself(names);
        String text = Stream.of(connected, protection, permissions, itself)
                .filter(sentence -> !sentence.isEmpty())
                .collect(Collectors.joining(" "));
        boolean refused =
                check.pull() == RegistryCheck.Permission.REFUSED || check.push() == RegistryCheck.Permission.REFUSED;
        return refused ? FormValidation.warning(text) : FormValidation.ok(text);
    }

    private static String say(RegistryCheck.Permission permission) {
        return switch (permission) {
            case GRANTED -> Messages.ConnectionTest_granted();
            case REFUSED -> Messages.ConnectionTest_refused();
            case UNKNOWN -> Messages.ConnectionTest_unknown();
        };
    }
}
