package io.jenkins.plugins.multiarch.config;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import com.cloudbees.hudson.plugins.folder.AbstractFolderPropertyDescriptor;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.credentials.SignatureKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * What a folder sets for the jobs below it, in place of what is set further out; see {@link EffectiveConfiguration}. Its
 * credentials may be those of the folder itself, which nobody outside can use.
 *
 * <p>Setters throw {@link IllegalArgumentException} for values that no build could use, with a message that names them.
 */
public final class MultiArchFolderProperty extends AbstractFolderProperty<AbstractFolder<?>> {

    private List<String> platforms = new ArrayList<>();
    private List<PlatformLabel> platformLabels = new ArrayList<>();
    private String registryPrefix;
    private String credentialsId;
    private List<RegistryEntry> registries = new ArrayList<>();
    private String sign;
    private boolean provenance;
    private boolean onlySigned;

    @DataBoundConstructor
    public MultiArchFolderProperty() {}

    /** Default platforms; empty to leave those from further out. */
    public List<String> getPlatforms() {
        return platforms;
    }

    @DataBoundSetter
    public void setPlatforms(List<String> platforms) {
        this.platforms = SettingValidators.platforms(platforms);
    }

    /** {@link #getPlatforms} as the form shows it. */
    public String getPlatformsText() {
        return String.join(" ", platforms);
    }

    /** Label expressions that select the agents of a platform; other platforms are inherited. */
    public List<PlatformLabel> getPlatformLabels() {
        return platformLabels;
    }

    @DataBoundSetter
    public void setPlatformLabels(List<PlatformLabel> platformLabels) {
        this.platformLabels = SettingValidators.platformLabels(platformLabels);
    }

    /** {@code registry} or {@code registry/path} of images whose names have no registry; null to leave it. */
    public String getRegistryPrefix() {
        return registryPrefix;
    }

    @DataBoundSetter
    public void setRegistryPrefix(String registryPrefix) {
        this.registryPrefix = SettingValidators.registryPrefix(registryPrefix);
    }

    /** The default credential; null to leave it. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** How single registries are reached; for others, what is set further out counts. */
    public List<RegistryEntry> getRegistries() {
        return registries;
    }

    @DataBoundSetter
    public void setRegistries(List<RegistryEntry> registries) {
        this.registries = SettingValidators.registries(registries);
    }

    /** The credential with the key that signs what jobs publish; null to leave it. */
    public String getSign() {
        return sign;
    }

    @DataBoundSetter
    public void setSign(String sign) {
        this.sign = Util.fixEmptyAndTrim(sign);
    }

    /** Whether provenance of Jenkins goes with every signature; if not, what is set further out counts. */
    public boolean isProvenance() {
        return provenance;
    }

    @DataBoundSetter
    public void setProvenance(boolean provenance) {
        this.provenance = provenance;
    }

    /** Whether jobs publish nothing that is not signed; if not, what is set further out counts. */
    public boolean isOnlySigned() {
        return onlySigned;
    }

    @DataBoundSetter
    public void setOnlySigned(boolean onlySigned) {
        this.onlySigned = onlySigned;
    }

    private FolderOverrides narrowing() {
        return new FolderOverrides(
                platforms, platformLabels, registryPrefix, credentialsId, registries, sign, provenance, onlySigned);
    }

    /** Finds the property of a folder. */
    @Extension(optional = true)
    public static final class Source extends FolderOverrides.Source {

        @Override
        Optional<FolderOverrides> of(ItemGroup<?> group) {
            return group instanceof AbstractFolder<?> folder ? property(folder) : Optional.empty();
        }

        /** By what it takes, Jenkins sees that this class is of no use without the plugin for folders. */
        private static Optional<FolderOverrides> property(AbstractFolder<?> folder) {
            return Optional.ofNullable(folder.getProperties().get(MultiArchFolderProperty.class))
                    .map(MultiArchFolderProperty::narrowing);
        }
    }

    @Extension(optional = true)
    @Symbol("multiArchBuild")
    public static final class DescriptorImpl extends AbstractFolderPropertyDescriptor {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MultiArchBuildConfiguration_displayName();
        }

        /** Nothing is set if every field of the form is empty. */
        @Override
        @Nullable
        public AbstractFolderProperty<?> newInstance(@Nullable StaplerRequest2 request, @NonNull JSONObject form)
                throws FormException {
            if (request == null) {
                return super.newInstance((StaplerRequest2) null, form);
            }
            form.put("platforms", SettingValidators.words(form.optString("platforms")));
            try {
                MultiArchFolderProperty given = request.bindJSON(MultiArchFolderProperty.class, form);
                boolean empty = given.narrowing().equals(new MultiArchFolderProperty().narrowing());
                return empty ? null : given;
            } catch (IllegalArgumentException e) {
                throw new FormException(getDisplayName() + ": " + e.getMessage(), e, "platforms");
            }
        }

        @POST
        public FormValidation doCheckPlatforms(@AncestorInPath Item item, @QueryParameter String value) {
            ConfigurationAccess.checkConfigure(item);
            return SettingValidators.form(value, text -> SettingValidators.platforms(SettingValidators.words(text)));
        }

        @POST
        public FormValidation doCheckRegistryPrefix(@AncestorInPath Item item, @QueryParameter String value) {
            ConfigurationAccess.checkConfigure(item);
            return SettingValidators.form(value, SettingValidators::registryPrefix);
        }

        @POST
        public ListBoxModel doFillSignItems(@AncestorInPath Item item, @QueryParameter String sign) {
            return SignatureKeys.listBox(item, sign);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return RegistryCredentials.listBox(item, credentialsId, "");
        }
    }
}
