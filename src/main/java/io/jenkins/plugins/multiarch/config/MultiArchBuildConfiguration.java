package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.labels.LabelExpression;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.engine.agent.EmulatorInstaller;
import io.jenkins.plugins.multiarch.engine.plan.LabelRules;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.RegistryAccess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** Manage Jenkins » System » Multi-Arch Build. */
@Extension
@Symbol("multiArchBuild")
public final class MultiArchBuildConfiguration extends GlobalConfiguration {

    private static final List<String> DEFAULT_PLATFORMS = List.of("linux/amd64", "linux/arm64");

    private List<String> platforms = new ArrayList<>(DEFAULT_PLATFORMS);
    private List<PlatformLabel> platformLabels = new ArrayList<>();
    private String emulationLabel;
    private boolean dynamicLabels = true;
    private boolean installEmulators;
    private String emulatorInstaller = EmulatorInstaller.DEFAULT_IMAGE;
    private List<String> insecureRegistries = new ArrayList<>();
    private String credentialsId;

    public MultiArchBuildConfiguration() {
        load();
    }

    public static MultiArchBuildConfiguration get() {
        return ExtensionList.lookupSingleton(MultiArchBuildConfiguration.class);
    }

    @NonNull
    @Override
    public String getDisplayName() {
        return Messages.MultiArchBuildConfiguration_displayName();
    }

    /** What {@code multiArchBuild} builds if it names no platforms; never empty. */
    public List<String> getPlatforms() {
        return platforms;
    }

    @DataBoundSetter
    public void setPlatforms(List<String> platforms) {
        List<String> given = trimmed(platforms);
        this.platforms = given.isEmpty() ? new ArrayList<>(DEFAULT_PLATFORMS) : given;
        save();
    }

    /** {@link #getPlatforms} as the form shows it. */
    public String getPlatformsText() {
        return String.join(" ", platforms);
    }

    /** Which agents are of a platform; platforms without a row follow the convention of {@link LabelRules}. */
    public List<PlatformLabel> getPlatformLabels() {
        return platformLabels;
    }

    @DataBoundSetter
    public void setPlatformLabels(List<PlatformLabel> platformLabels) {
        this.platformLabels = new ArrayList<>(Util.fixNull(platformLabels));
        save();
    }

    /** Label expression of agents that emulate other platforms; null for the convention. */
    public String getEmulationLabel() {
        return emulationLabel;
    }

    @DataBoundSetter
    public void setEmulationLabel(String emulationLabel) {
        this.emulationLabel = Util.fixEmptyAndTrim(emulationLabel);
        save();
    }

    /** Whether agents carry labels for what they can build, see {@link io.jenkins.plugins.multiarch.engine.agent.AgentLabels}. */
    public boolean isDynamicLabels() {
        return dynamicLabels;
    }

    @DataBoundSetter
    public void setDynamicLabels(boolean dynamicLabels) {
        this.dynamicLabels = dynamicLabels;
        save();
    }

    /** Whether an agent that lacks an emulator has it installed, by a privileged container. */
    public boolean isInstallEmulators() {
        return installEmulators;
    }

    @DataBoundSetter
    public void setInstallEmulators(boolean installEmulators) {
        this.installEmulators = installEmulators;
        save();
    }

    /** The image of that container. */
    public String getEmulatorInstaller() {
        return emulatorInstaller;
    }

    @DataBoundSetter
    public void setEmulatorInstaller(String emulatorInstaller) {
        String given = Util.fixEmptyAndTrim(emulatorInstaller);
        this.emulatorInstaller = given == null ? EmulatorInstaller.DEFAULT_IMAGE : given;
        save();
    }

    /** What installs emulators on agents; empty if nothing may. */
    public Optional<EmulatorInstaller> emulatorInstaller() {
        return installEmulators ? Optional.of(new EmulatorInstaller(emulatorInstaller)) : Optional.empty();
    }

    /** Registries, {@code host[:port]}, that are reached by plain HTTP; loopback addresses are anyway. */
    public List<String> getInsecureRegistries() {
        return insecureRegistries;
    }

    @DataBoundSetter
    public void setInsecureRegistries(List<String> insecureRegistries) {
        this.insecureRegistries = trimmed(insecureRegistries);
        save();
    }

    /** {@link #getInsecureRegistries} as the form shows it. */
    public String getInsecureRegistriesText() {
        return String.join(" ", insecureRegistries);
    }

    /** Username and password used where a step names none; null for none. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
        save();
    }

    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        form.put("platforms", words(form.optString("platforms")));
        form.put("insecureRegistries", words(form.optString("insecureRegistries")));
        if (!form.has("platformLabels")) {
            form.put("platformLabels", List.of()); // the form sends nothing when the last row is gone
        }
        try (BulkChange change = new BulkChange(this)) {
            request.bindJSON(this, form);
            change.commit();
        } catch (IOException e) {
            throw new FormException("The configuration could not be saved: " + e.getMessage(), e, "platforms");
        }
        return true;
    }

    /**
     * The label expressions for planning.
     *
     * @param tool the dynamic label of agents whose build tool will do; empty if none is needed
     */
    public LabelRules labelRules(String tool) {
        Map<Platform, String> natives = new HashMap<>();
        platformLabels.forEach(row -> natives.put(Platform.parse(row.getPlatform()), row.getLabel()));
        return new LabelRules(natives, Util.fixNull(emulationLabel), dynamicLabels, dynamicLabels ? tool : "");
    }

    /** How registries are reached, without any credential. */
    public RegistryAccess registryAccess() {
        RegistryAccess access = RegistryAccess.anonymous();
        for (String registry : insecureRegistries) {
            access = access.withInsecure(registry);
        }
        return access;
    }

    private static List<String> trimmed(List<String> items) {
        return new ArrayList<>(Util.fixNull(items).stream()
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList());
    }

    private static List<String> words(String text) {
        return List.of(Util.fixNull(text).trim().split("[\\s,]+"));
    }

    @POST
    public FormValidation doCheckPlatforms(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.MANAGE);
        try {
            trimmed(words(value)).forEach(Platform::parse);
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    @POST
    public FormValidation doCheckEmulationLabel(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.MANAGE);
        return Util.fixEmptyAndTrim(value) == null ? FormValidation.ok() : LabelExpression.validate(value);
    }

    @POST
    public FormValidation doCheckEmulatorInstaller(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.MANAGE);
        try {
            new EmulatorInstaller(value.isBlank() ? EmulatorInstaller.DEFAULT_IMAGE : value.trim());
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    public AutoCompletionCandidates doAutoCompleteEmulationLabel(@QueryParameter String value) {
        return LabelExpression.autoComplete(value);
    }

    @POST
    public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
        return RegistryCredentials.listBox(null, credentialsId);
    }
}
