package io.jenkins.plugins.multiarch.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.model.Item;
import hudson.util.ListBoxModel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;

/**
 * Certificate authorities stored in Jenkins: a secret file in PEM, or a certificate credential, of whose key store every
 * certificate counts.
 */
public final class StoredCertificateAuthorities {

    /** Far more than any bundle of authorities has. */
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private StoredCertificateAuthorities() {}

    /**
     * Looks up the certificate authorities for a registry.
     *
     * @param id the id of a credential
     * @param registry host and optional port
     * @return X.509 certificates in PEM
     * @throws IllegalArgumentException if there is no such credential, or no certificate in it
     */
    public static String find(CredentialLookup lookup, String id, String registry) {
        StandardCredentials found = lookup.find(id, registry)
                .orElseThrow(() -> new IllegalArgumentException("There is no credential '" + id
                        + "' with the certificate authority of " + registry + " that " + lookup.who()
                        + " may use. Check the ID and its domain, and that it is stored globally or in a folder above the"
                        + " job."));
        try {
            if (found instanceof FileCredentials file) {
                return new String(BuildSecrets.read(id, file, MAX_BYTES), StandardCharsets.ISO_8859_1);
            }
            if (found instanceof StandardCertificateCredentials store) {
                return pem(store.getKeyStore());
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "The credential '" + id + "' cannot be read: " + e.getMessage() + ". Store it anew.", e);
        }
        throw new IllegalArgumentException("The credential '" + id
                + "' is neither a secret file nor a certificate. Store the certificate authority of " + registry
                + " as a secret file in PEM.");
    }

    private static String pem(KeyStore store) throws GeneralSecurityException {
        Set<Certificate> certificates = new LinkedHashSet<>();
        for (String alias : Collections.list(store.aliases())) {
            Stream.ofNullable(store.getCertificateChain(alias)).forEach(chain -> certificates.addAll(List.of(chain)));
            Stream.ofNullable(store.getCertificate(alias)).forEach(certificates::add);
        }
        StringBuilder pem = new StringBuilder();
        for (Certificate certificate : certificates) {
            pem.append("-----BEGIN CERTIFICATE-----\n")
                    .append(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()))
                    .append("\n-----END CERTIFICATE-----\n");
        }
        return pem.toString();
    }

    /**
     * The choices of a {@code caCredentialsId} field.
     *
     * @param item where the form stands; null for the global configuration
     * @param current the value so far, kept as a choice even where it cannot be seen
     * @param registry host and optional port; empty if that is not known
     */
    public static ListBoxModel listBox(@Nullable Item item, String current, String registry) {
        return CredentialChoices.list(
                item,
                current,
                registry,
                CredentialLookup.anyOf(Stream.of(
                        CredentialsMatchers.instanceOf(FileCredentials.class),
                        CredentialsMatchers.instanceOf(StandardCertificateCredentials.class))));
    }
}
