package io.jenkins.plugins.multiarch.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.util.Optional;

/** User name and password as such. */
@Extension(ordinal = 100)
public final class UsernamePasswordKind extends RegistryCredentialKind {

    @Override
    public CredentialsMatcher matcher() {
        return CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class);
    }

    @Override
    public Optional<RegistryCredential> convert(StandardCredentials credential) {
        return credential instanceof StandardUsernamePasswordCredentials login
                ? Optional.of(new RegistryCredential(
                        login.getUsername(), login.getPassword().getPlainText()))
                : Optional.empty();
    }
}
