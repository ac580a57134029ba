package io.jenkins.plugins.multiarch.steps;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Descriptor;
import java.io.IOException;

/** A username and password that every job may use. */
final class StoredCredential {

    private StoredCredential() {}

    /** Adds one, which outlives a restart of the controller. */
    static void add(String id, String user, String password) throws Descriptor.FormException, IOException {
        SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
        store.getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, "for tests", user, password));
        store.save();
    }
}
