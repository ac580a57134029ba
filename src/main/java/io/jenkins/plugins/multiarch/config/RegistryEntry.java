package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.credentials.CredentialLookup;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.credentials.StoredCertificateAuthorities;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** How one registry is reached, and with whose credential where a step names none. */
public final class RegistryEntry extends AbstractDescribableImpl<RegistryEntry> {

    private final String host;
    private String credentialsId;
    private boolean plainHttp;
    private String caCredentialsId;
    private String mirror;
    private boolean inPieces;
    private boolean forBaseImages;
    private boolean onlySigned;

    /** Null in configurations that an older version has saved. */
    private List<ProtectedTags> protectedTags;

    /** @param host {@code host} or {@code host:port}; {@code docker.io} for Docker Hub */
    @DataBoundConstructor
    public RegistryEntry(String host) {
        this.host = Util.fixNull(host).trim();
    }

    public String getHost() {
        return host;
    }

    /** What the registry is accessed with; null for the default. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** Whether it is reached by plain HTTP. */
    public boolean isPlainHttp() {
        return plainHttp;
    }

    @DataBoundSetter
    public void setPlainHttp(boolean plainHttp) {
        this.plainHttp = plainHttp;
    }

    /** A secret file or certificate with the authorities that its certificate may come from; null for those of Java. */
    public String getCaCredentialsId() {
        return caCredentialsId;
    }

    @DataBoundSetter
    public void setCaCredentialsId(String caCredentialsId) {
        this.caCredentialsId = Util.fixEmptyAndTrim(caCredentialsId);
    }

    /** {@code host[:port][/prefix]} of a registry that has copies, to read from; null for none. */
    public String getMirror() {
        return mirror;
    }

    @DataBoundSetter
    public void setMirror(String mirror) {
        this.mirror = Util.fixEmptyAndTrim(mirror);
    }

    /** Whether large blobs are sent to it in several requests. */
    public boolean isInPieces() {
        return inPieces;
    }

    @DataBoundSetter
    public void setInPieces(boolean inPieces) {
        this.inPieces = inPieces;
    }

    /** Whether every build gets its credential, to read base images and caches. */
    public boolean isForBaseImages() {
        return forBaseImages;
    }

    @DataBoundSetter
    public void setForBaseImages(boolean forBaseImages) {
        this.forBaseImages = forBaseImages;
    }

    /** Whether an image index is published there only if it is signed. */
    public boolean isOnlySigned() {
        return onlySigned;
    }

    @DataBoundSetter
    public void setOnlySigned(boolean onlySigned) {
        this.onlySigned = onlySigned;
    }

    /** Tags that only the jobs of some folder may publish. */
    public List<ProtectedTags> getProtectedTags() {
        return protectedTags == null ? List.of() : protectedTags;
    }

    @DataBoundSetter
    public void setProtectedTags(List<ProtectedTags> protectedTags) {
        this.protectedTags = protectedTags == null ? null : new ArrayList<>(protectedTags);
    }

    /** Whether this entry is about a registry, as a reference names it. */
    boolean isFor(String registry) {
        return SettingValidators.host(host).equalsIgnoreCase(registry);
    }

    @Extension
    @Symbol("multiArchRegistry")
    public static final class DescriptorImpl extends Descriptor<RegistryEntry> {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RegistryEntry_displayName();
        }

        @POST
        public FormValidation doCheckHost(@AncestorInPath Item item, @QueryParameter String value) {
            ConfigurationAccess.checkConfigure(item);
            return SettingValidators.form(value, SettingValidators::host);
        }

        @POST
        public FormValidation doCheckPlainHttp(@AncestorInPath Item item, @QueryParameter boolean value) {
            ConfigurationAccess.checkConfigure(item);
            return value ? FormValidation.warning(Messages.RegistryEntry_plainHttp()) : FormValidation.ok();
        }

        @POST
        public FormValidation doCheckMirror(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String host) {
            ConfigurationAccess.checkConfigure(item);
            return SettingValidators.form(
                    value, mirror -> SettingValidators.mirror(Util.fixNull(host).trim(), mirror));
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String host) {
            return RegistryCredentials.listBox(item, credentialsId, hostOrNone(host));
        }

        @POST
        public ListBoxModel doFillCaCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String caCredentialsId, @QueryParameter String host) {
            return StoredCertificateAuthorities.listBox(item, caCredentialsId, hostOrNone(host));
        }

        /**
         * Connects to a registry as the form describes it, with the credential of its row or, as builds do without one, with
         * the default credential that is saved.
         *
         * @param repository where to see what is permitted; empty to leave that out
         */
        @POST
        public FormValidation doTestConnection(
                @AncestorInPath Item item,
                @QueryParameter String host,
                @QueryParameter String credentialsId,
                @QueryParameter boolean plainHttp,
                @QueryParameter String caCredentialsId,
                @QueryParameter String repository) {
            ConfigurationAccess.checkConnect(item);
            RegistryEntry entry = new RegistryEntry(host);
            entry.setCredentialsId(credentialsId);
            entry.setPlainHttp(plainHttp);
            entry.setCaCredentialsId(caCredentialsId);
            return ConnectionTest.of(
                    entry,
                    EffectiveConfiguration.atForm(item).defaultCredentialsId(),
                    CredentialLookup.in(item),
                    Util.fixNull(repository));
        }

        /** While somebody types, there may be no host that could be one. */
        private static String hostOrNone(String host) {
            try {
                return SettingValidators.host(host);
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
    }
}
