package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.config.EmulationItems;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.forms.FormChecks;
import io.jenkins.plugins.multiarch.forms.UsualPlatforms;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.DeclarativeAgentDescriptor;
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.RetryableDeclarativeAgent;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * <code>agent { platform 'linux/arm64' }</code> of a Declarative Pipeline: what {@link PlatformNodeStep} does, for the
 * whole Pipeline or for a stage, with the options of a Declarative agent. {@code PlatformAgentScript.groovy} runs it.
 */
public final class PlatformAgent extends RetryableDeclarativeAgent<PlatformAgent> {

    private static final long serialVersionUID = 1L;

    /** By which a Jenkinsfile knows it. */
    static final String SYMBOL = "platform";

    private final String platform;
    private String emulation;
    private String customWorkspace;

    /** @param platform in any spelling that {@link Platform#parse} reads */
    @DataBoundConstructor
    public PlatformAgent(String platform) {
        this.platform = Util.fixEmptyAndTrim(platform);
    }

    public String getPlatform() {
        return platform;
    }

    /** Null for what is configured. */
    public String getEmulation() {
        return emulation;
    }

    @DataBoundSetter
    public void setEmulation(String emulation) {
        this.emulation = Util.fixEmptyAndTrim(emulation);
    }

    /** The directory to work in; null for the one that Jenkins chooses. */
    public String getCustomWorkspace() {
        return customWorkspace;
    }

    @DataBoundSetter
    public void setCustomWorkspace(String customWorkspace) {
        this.customWorkspace = Util.fixEmptyAndTrim(customWorkspace);
    }

    @Extension(optional = true)
    @Symbol(SYMBOL)
    public static final class DescriptorImpl extends DeclarativeAgentDescriptor<PlatformAgent> {

        public DescriptorImpl() {
            // It means the same to both.
            addHelpFileRedirect("platform", PlatformNodeStep.class, "platform");
            addHelpFileRedirect("emulation", PlatformNodeStep.class, "emulation");
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PlatformAgent_displayName();
        }

        @POST
        public FormValidation doCheckPlatform(@QueryParameter String value) {
            return FormChecks.required(value, Platform::parse);
        }

        @POST
        public AutoCompletionCandidates doAutoCompletePlatform(@QueryParameter String value) {
            return UsualPlatforms.containing(value);
        }

        @POST
        public ListBoxModel doFillEmulationItems() {
            return EmulationItems.listForStep();
        }
    }
}
