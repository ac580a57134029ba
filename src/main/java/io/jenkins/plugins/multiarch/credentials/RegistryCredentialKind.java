package io.jenkins.plugins.multiarch.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.util.Optional;

/** A kind of credential with which a registry can be accessed. */
public abstract class RegistryCredentialKind implements ExtensionPoint {

    static ExtensionList<RegistryCredentialKind> all() {
        return ExtensionList.lookup(RegistryCredentialKind.class);
    }

    /** Which credentials may be of this kind, for a form. */
    public abstract CredentialsMatcher matcher();

    /** User name and password of a credential; empty if it is of another kind. */
    public abstract Optional<RegistryCredential> convert(StandardCredentials credential);
}
