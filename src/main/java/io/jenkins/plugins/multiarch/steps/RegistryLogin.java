package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.forms.FormChecks;
import java.io.Serializable;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A registry that a build reads besides that of its image, for base images and caches, and the credential for it. */
public final class RegistryLogin extends AbstractDescribableImpl<RegistryLogin> implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String registry;
    private final String credentialsId;

    /** @param registry {@code host[:port]}; {@code docker.io} for Docker Hub */
    @DataBoundConstructor
    public RegistryLogin(String registry, String credentialsId) {
        this.registry = Util.fixEmptyAndTrim(registry);
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    public String getRegistry() {
        return registry;
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    /** @throws IllegalArgumentException if one of both is missing, or the registry is none */
    void requireComplete() {
        if (registry == null || credentialsId == null) {
            throw new IllegalArgumentException("A login needs a registry and a credential; got registry '" + registry
                    + "' and credentialsId '" + credentialsId
                    + "'. Write logins: [[registry: 'registry.example.com', credentialsId: 'id']].");
        }
        ImageReference.requireRegistry(registry);
    }

    @Extension
    public static final class DescriptorImpl extends Descriptor<RegistryLogin> {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RegistryLogin_displayName();
        }

        @POST
        public FormValidation doCheckRegistry(@QueryParameter String value) {
            return FormChecks.required(value, ImageReference::requireRegistry);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String registry) {
            return RegistryCredentials.listBox(item, credentialsId, Util.fixNull(registry));
        }
    }
}
