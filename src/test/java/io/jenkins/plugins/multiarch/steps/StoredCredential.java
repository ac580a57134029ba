package io.jenkins.plugins.multiarch.steps;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Descriptor;
import hudson.util.Secret;
import java.io.IOException;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;

/** A credential that every job may use. */
final class StoredCredential {

    private StoredCredential() {}

    /** Adds a secret text. */
    static void addText(String id, String text) throws IOException {
        SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
        store.getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, id, "for tests", Secret.fromString(text)));
        store.save();
    }

    /** Adds one, which outlives a restart of the controller. */
    static void add(String id, String user, String password) throws Descriptor.FormException, IOException {
        SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
        store.getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, "for tests", user, password));
        store.save();
    }
}
