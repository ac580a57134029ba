package io.jenkins.plugins.multiarch.credentials;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.model.Item;
import hudson.model.Run;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/** Credentials stored in Jenkins, as secrets of a Dockerfile. */
public final class BuildSecrets {

    /** BuildKit takes no larger secret. */
    private static final int MAX_BYTES = 500 * 1024;

    private BuildSecrets() {}

    /**
     * Looks up a secret text or a secret file, and records that the run uses it.
     *
     * @throws IllegalArgumentException if the run can see no such credential, or it is too large
     */
    public static byte[] secret(Run<?, ?> run, String id) {
        StandardCredentials found = find(run, id, "secret text or secret file");
        byte[] value;
        if (found instanceof StringCredentials text) {
            value = text.getSecret().getPlainText().getBytes(StandardCharsets.UTF_8);
        } else if (found instanceof FileCredentials file) {
            value = read(id, file, MAX_BYTES + 1);
        } else {
            throw new IllegalArgumentException("The credential '" + id
                    + "' is neither a secret text nor a secret file. Store the secret as one of these.");
        }
        if (value.length > MAX_BYTES) {
            throw new IllegalArgumentException("The credential '" + id + "' is larger than " + MAX_BYTES
                    + " bytes, which no build tool takes for a secret.");
        }
        return value;
    }

    /** @param most bytes that are read of it */
    static byte[] read(String id, FileCredentials file, int most) {
        try (InputStream content = file.getContent()) {
            return content.readNBytes(most);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The credential '" + id + "' cannot be read: " + e.getMessage() + ". Store it anew.", e);
        }
    }

    /**
     * Looks up a private key for SSH, and records that the run uses it.
     *
     * @throws IllegalArgumentException if the run can see no such credential, or its key has a passphrase
     */
    public static byte[] sshKey(Run<?, ?> run, String id) {
        if (!(find(run, id, "SSH username with private key") instanceof SSHUserPrivateKey credential)) {
            throw new IllegalArgumentException(
                    "The credential '" + id + "' is not an SSH username with private key. Store the key as one.");
        }
        if (!Secret.toString(credential.getPassphrase()).isEmpty()) {
            throw new IllegalArgumentException("The private key of the credential '" + id
                    + "' has a passphrase, which build tools cannot ask for. Store a key without one.");
        }
        List<String> keys = credential.getPrivateKeys();
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("The credential '" + id + "' has no private key. Store one.");
        }
        String key = keys.get(0);
        return (key.endsWith("\n") ? key : key + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The choices of a {@code sshCredentialsId} field.
     *
     * @param item where the form stands; null for the global configuration
     * @param current the value so far, kept as a choice even where it cannot be seen
     */
    public static ListBoxModel sshListBox(@Nullable Item item, String current) {
        return CredentialChoices.list(
                item,
                current,
                "",
                CredentialLookup.anyOf(Stream.of(CredentialsMatchers.instanceOf(SSHUserPrivateKey.class))));
    }

    /** @param kind what it should be, for the error */
    static StandardCredentials find(Run<?, ?> run, String id, String kind) {
        CredentialLookup lookup = CredentialLookup.in(run);
        return lookup.find(id, "")
                .orElseThrow(() -> new IllegalArgumentException("There is no credential '" + id + "' that "
                        + lookup.who() + " may use. Check the ID, and store a " + kind
                        + " globally or in a folder above the job."));
    }
}
