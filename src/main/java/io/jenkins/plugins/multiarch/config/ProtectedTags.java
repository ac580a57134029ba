package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.tags.TagPattern;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Tags of a registry that only the jobs of one folder may publish. */
public final class ProtectedTags extends AbstractDescribableImpl<ProtectedTags> {

    private final String tags;
    private final String folder;

    /**
     * @param tags as {@link TagPattern} reads it
     * @param folder the full name of a folder, or of one job
     */
    @DataBoundConstructor
    public ProtectedTags(String tags, String folder) {
        this.tags = Util.fixNull(tags).trim();
        this.folder = Util.fixNull(folder).trim().replaceFirst("^/+", "").replaceFirst("/+$", "");
    }

    public String getTags() {
        return tags;
    }

    public String getFolder() {
        return folder;
    }

    /** Whether a job must not publish a tag. */
    boolean forbids(ImageReference image, String job) {
        boolean inside = job.equals(folder) || job.startsWith(folder + "/");
        return !inside && new TagPattern(tags).matches(image);
    }

    @Extension
    @Symbol("protectedTags")
    public static final class DescriptorImpl extends Descriptor<ProtectedTags> {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ProtectedTags_displayName();
        }

        @POST
        public FormValidation doCheckTags(@AncestorInPath Item item, @QueryParameter String value) {
            ConfigurationAccess.checkConfigure(item);
            return SettingValidators.form(value, text -> new TagPattern(text.trim()));
        }

        @POST
        public FormValidation doCheckFolder(@AncestorInPath Item item, @QueryParameter String value) {
            ConfigurationAccess.checkConfigure(item);
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.error(Messages.ProtectedTags_folderRequired())
                    : FormValidation.ok();
        }
    }
}
