package io.jenkins.plugins.multiarch.credentials;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.model.Item;
import hudson.model.Run;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.multiarch.engine.signature.SigningKey;
import io.jenkins.plugins.multiarch.engine.signature.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/**
 * Credentials stored in Jenkins that images are signed or verified with: a secret file or text with a key, or, for a key with
 * a passphrase, the kind "SSH username with private key", whose user name does not matter. A key never leaves the controller.
 */
public final class SignatureKeys {

    /** No key, and no certificate with its chain, is longer. */
    private static final int MAX_BYTES = 64 * 1024;

    private static final String KIND = "secret file, secret text or SSH username with private key";

    private SignatureKeys() {}

    /**
     * Looks up a key to sign with, and records that the run uses it.
     *
     * @throws IllegalArgumentException if the run can see no such credential, or it holds no key that signs images
     */
    public static SigningKey signing(Run<?, ?> run, String id) {
        StandardCredentials found = BuildSecrets.find(run, id, KIND);
        try {
            return SigningKey.read(text(id, found), passphrase(found));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The credential '" + id + "' has no key to sign with. " + e.getMessage(), e);
        }
    }

    /**
     * Looks up a key to verify with: a public key, a certificate, or the key that signs.
     *
     * @throws IllegalArgumentException if the run can see no such credential, or it holds no such key
     */
    public static VerificationKey verification(Run<?, ?> run, String id) {
        StandardCredentials found = BuildSecrets.find(run, id, KIND);
        String text = text(id, found);
        if (text.contains("PRIVATE KEY")) {
            return signing(run, id).verificationKey();
        }
        try {
            return VerificationKey.read(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The credential '" + id + "' has no key to verify with. " + e.getMessage(), e);
        }
    }

    private static String text(String id, StandardCredentials found) {
        if (found instanceof StringCredentials text) {
            return text.getSecret().getPlainText();
        }
        if (found instanceof FileCredentials file) {
            return new String(BuildSecrets.read(id, file, MAX_BYTES), StandardCharsets.UTF_8);
        }
        if (found instanceof SSHUserPrivateKey key) {
            List<String> keys = key.getPrivateKeys();
            return keys.isEmpty() ? "" : keys.get(0);
        }
        throw new IllegalArgumentException(
                "The credential '" + id + "' is of another kind. Store the key as a " + KIND + ".");
    }

    private static char[] passphrase(StandardCredentials found) {
        return found instanceof SSHUserPrivateKey key
                ? Secret.toString(key.getPassphrase()).toCharArray()
                : new char[0];
    }

    /**
     * The choices of a field for a key.
     *
     * @param item where the form stands; null for the global configuration
     * @param current the value so far, kept as a choice even where it cannot be seen
     */
    public static ListBoxModel listBox(@Nullable Item item, String current) {
        return CredentialChoices.list(
                item,
                current,
                "",
                CredentialLookup.anyOf(
                        Stream.of(StringCredentials.class, FileCredentials.class, SSHUserPrivateKey.class)
                                .map(CredentialsMatchers::instanceOf)));
    }
}
