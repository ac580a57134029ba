package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.model.labels.LabelExpression;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Somebody's word on which agents are of a platform. */
public final class PlatformLabel extends AbstractDescribableImpl<PlatformLabel> {

    private final String platform;
    private final String label;

    /**
     * @param platform in any spelling that {@link Platform#parse} reads
     * @param label a label expression
     */
    @DataBoundConstructor
    public PlatformLabel(String platform, String label) {
        this.platform = Util.fixNull(platform).trim();
        this.label = Util.fixNull(label).trim();
    }

    public String getPlatform() {
        return platform;
    }

    public String getLabel() {
        return label;
    }

    @Extension
    @Symbol("platformLabel")
    public static final class DescriptorImpl extends Descriptor<PlatformLabel> {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PlatformLabel_displayName();
        }

        @POST
        public FormValidation doCheckPlatform(@AncestorInPath Item item, @QueryParameter String value) {
            ConfigurationAccess.checkConfigure(item);
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.error(Messages.PlatformLabel_platformRequired())
                    : SettingValidators.form(value, Platform::parse);
        }

        /** Says how many agents and clouds match. */
        @POST
        public FormValidation doCheckLabel(@AncestorInPath Item item, @QueryParameter String value) {
            ConfigurationAccess.checkConfigure(item);
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.error(Messages.PlatformLabel_labelRequired())
                    : LabelExpression.validate(value);
        }

        @POST
        public AutoCompletionCandidates doAutoCompleteLabel(@AncestorInPath Item item, @QueryParameter String value) {
            ConfigurationAccess.checkConfigure(item);
            return LabelExpression.autoComplete(value);
        }
    }
}
