package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.labels.LabelExpression;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.credentials.SignatureKeys;
import io.jenkins.plugins.multiarch.engine.access.RequestLimits;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.EmulatorInstaller;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.LabelRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.GlobalConfiguration;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * Manage Jenkins » System » Multi-Arch Build. What counts for a job, folders considered, is its
 * {@link EffectiveConfiguration}.
 *
 * <p>Setters throw {@link IllegalArgumentException} for values that no build could use, with a message that names them.
 */
@Extension
@Symbol("multiArchBuild")
public final class MultiArchBuildConfiguration extends GlobalConfiguration {

    private static final Logger LOGGER = Logger.getLogger(MultiArchBuildConfiguration.class.getName());

    private static final List<String> DEFAULT_PLATFORMS = List.of("linux/amd64", "linux/arm64");
    private static final int MOST_MINUTES = 7 * 24 * 60;
    private static final int USUAL_SECONDS =
            (int) RequestLimits.USUAL.timeLimit().toSeconds();
    private static final int MOST_SECONDS = 24 * 60 * 60;
    private static final int MOST_HOURS = 30 * 24;

    private List<String> platforms = new ArrayList<>(DEFAULT_PLATFORMS);
    private List<PlatformLabel> platformLabels = new ArrayList<>();
    private String emulationLabel;
    private String emulation = Emulation.FALLBACK.toString();
    private int nativeWait;
    private String builder = BuilderItems.AUTO;
    private boolean dynamicLabels = true;
    private String discovery = Discovery.ALL.toString();
    private String discoveryLabel;
    private boolean installEmulators;
    private String emulatorInstaller = EmulatorInstaller.DEFAULT_IMAGE;
    private String registryPrefix;
    private String credentialsId;
    private List<RegistryEntry> registries = new ArrayList<>();
    private boolean plainHttpOnLoopback;
    private String sign;
    private boolean provenance;
    private int requestDeadline = USUAL_SECONDS;
    private int requestRetries = RequestLimits.USUAL.retries();
    private int contextRetention;

    /** What files and code of earlier versions have; null once it has become entries of {@link #registries}. */
    @SuppressWarnings("DeprecatedIsStillUsed")
    @Deprecated
    private transient List<String> insecureRegistries;

    /** What files and code of earlier versions have; null once it has become {@link #requestRetries}. */
    @SuppressWarnings("DeprecatedIsStillUsed")
    @Deprecated
    private transient Integer retries;

    /** Whether this only collects what a form has sent, and is not the configuration itself. */
    private final transient boolean draft;

    public MultiArchBuildConfiguration() {
        this(false);
        load();
    }

    private MultiArchBuildConfiguration(boolean draft) {
        this.draft = draft;
    }

    public static MultiArchBuildConfiguration get() {
        return ExtensionList.lookupSingleton(MultiArchBuildConfiguration.class);
    }

    @NonNull
    @Override
    public String getDisplayName() {
        return Messages.MultiArchBuildConfiguration_displayName();
    }

    @Override
    public synchronized void load() {
        super.load();
        takeFormerNames();
    }

    @Override
    public synchronized void save() {
        if (draft || BulkChange.contains(this)) {
            return;
        }
        takeFormerNames();
        super.save();
    }

    private void takeFormerNames() {
        if (retries != null) {
            requestRetries = retries;
            retries = null;
        }
        if (insecureRegistries != null) {
            List<String> former = insecureRegistries;
            insecureRegistries = null;
            former.forEach(this::allowPlainHttp);
        }
    }

    /** What {@code multiArchBuild} builds if it names no platforms; never empty. */
    public List<String> getPlatforms() {
        return platforms;
    }

    @DataBoundSetter
    public void setPlatforms(List<String> platforms) {
        List<String> given = SettingValidators.platforms(platforms);
        this.platforms = given.isEmpty() ? new ArrayList<>(DEFAULT_PLATFORMS) : given;
        save();
    }

    /** {@link #getPlatforms} as the form shows it. */
    public String getPlatformsText() {
        return String.join(" ", platforms);
    }

    /**
     * Label expressions that select the agents of a platform; platforms without a row follow the convention of
     * {@link LabelRules}.
     */
    public List<PlatformLabel> getPlatformLabels() {
        return platformLabels;
    }

    @DataBoundSetter
    public void setPlatformLabels(List<PlatformLabel> platformLabels) {
        this.platformLabels = SettingValidators.platformLabels(platformLabels);
        save();
    }

    /** Label expression of agents that emulate other platforms; null for the convention. */
    public String getEmulationLabel() {
        return emulationLabel;
    }

    @DataBoundSetter
    public void setEmulationLabel(String emulationLabel) {
        this.emulationLabel = SettingValidators.label(emulationLabel);
        save();
    }

    /** {@code fallback}, {@code never} or {@code always}, where a step does not say. */
    public String getEmulation() {
        return emulation;
    }

    @DataBoundSetter
    public void setEmulation(String emulation) {
        this.emulation = Emulation.parse(Util.fixEmptyAndTrim(emulation)).toString();
        save();
    }

    /** How long to wait for a native agent that is offline before its platform is emulated, in minutes. */
    public int getNativeWait() {
        return nativeWait;
    }

    @DataBoundSetter
    public void setNativeWait(int nativeWait) {
        this.nativeWait = SettingValidators.number("nativeWait", nativeWait, 0, MOST_MINUTES);
        save();
    }

    /** {@code auto}, or the build tool to use where a step does not say. */
    public String getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(String builder) {
        this.builder = BuildTool.parse(Util.fixEmptyAndTrim(builder))
                .map(BuildTool::toString)
                .orElse(BuilderItems.AUTO);
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

    /** Which agents are probed by themselves: {@code all}, {@code label} or {@code off}. */
    public String getDiscovery() {
        return discovery;
    }

    @DataBoundSetter
    public void setDiscovery(String discovery) {
        String given = Util.fixEmptyAndTrim(discovery);
        this.discovery = (given == null ? Discovery.ALL : Discovery.parse(given)).toString();
        save();
    }

    /** The label expression of the agents that are probed if {@code discovery} is {@code label}; null for none. */
    public String getDiscoveryLabel() {
        return discoveryLabel;
    }

    @DataBoundSetter
    public void setDiscoveryLabel(String discoveryLabel) {
        String given = Util.fixEmptyAndTrim(discoveryLabel);
        this.discoveryLabel = given == null ? null : SettingValidators.label(given);
        save();
    }

    /** Whether a node is probed by itself. */
    public boolean discovers(Node node) {
        return switch (Discovery.parse(discovery)) {
            case ALL -> true;
            case LABEL ->
                discoveryLabel != null && Label.parseExpression(discoveryLabel).matches(node);
            case OFF -> false;
        };
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
        this.emulatorInstaller = given == null ? EmulatorInstaller.DEFAULT_IMAGE : new EmulatorInstaller(given).image();
        save();
    }

    /** What installs emulators on agents; empty if nothing may. */
    public Optional<EmulatorInstaller> emulatorInstaller() {
        return installEmulators ? Optional.of(new EmulatorInstaller(emulatorInstaller)) : Optional.empty();
    }

    /** {@code registry} or {@code registry/path} of images whose names have no registry; null for Docker Hub. */
    public String getRegistryPrefix() {
        return registryPrefix;
    }

    @DataBoundSetter
    public void setRegistryPrefix(String registryPrefix) {
        this.registryPrefix = SettingValidators.registryPrefix(registryPrefix);
        save();
    }

    /** The credential used where neither a step nor an entry of {@link #getRegistries} names one; null for none. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
        save();
    }

    /** How single registries are reached. Others are by TLS. */
    public List<RegistryEntry> getRegistries() {
        return registries;
    }

    @DataBoundSetter
    public void setRegistries(List<RegistryEntry> registries) {
        this.registries = SettingValidators.registries(registries);
        save();
    }

    /** Always null, so that it is not exported: they are entries of {@link #getRegistries}. */
    @CheckForNull
    public List<String> getInsecureRegistries() {
        return null;
    }

    /**
     * Registries, {@code host[:port]}, that are reached by plain HTTP: what configuration as code of earlier versions has.
     * Each becomes an entry of {@link #getRegistries}, or makes that there is use plain HTTP; where code has both, once all of
     * it is read, whichever is read first.
     */
    public void setInsecureRegistries(List<String> insecureRegistries) {
        List<String> given = SettingValidators.items(insecureRegistries);
        given.forEach(SettingValidators::host);
        this.insecureRegistries = given;
        save();
    }

    private void allowPlainHttp(String host) {
        try {
            String registry = SettingValidators.host(host);
            List<RegistryEntry> entries = new ArrayList<>(registries);
            RegistryEntry entry = entries.stream()
                    .filter(known -> known.isFor(registry))
                    .findFirst()
                    .orElseGet(() -> {
                        RegistryEntry added = new RegistryEntry(registry);
                        entries.add(added);
                        return added;
                    });
            entry.setPlainHttp(true);
            registries = entries;
        } catch (IllegalArgumentException e) {
            // From a file, where it has never had an effect: no image could name such a registry.
            LOGGER.log(Level.WARNING, "Leaving out an insecure registry", e);
        }
    }

    /** Whether builds may have the controller speak plain HTTP to its own loopback addresses. */
    public boolean isPlainHttpOnLoopback() {
        return plainHttpOnLoopback;
    }

    @DataBoundSetter
    public void setPlainHttpOnLoopback(boolean plainHttpOnLoopback) {
        this.plainHttpOnLoopback = plainHttpOnLoopback;
        save();
    }

    /** The credential with the key that signs what is published where a step names none; null for none. */
    public String getSign() {
        return sign;
    }

    @DataBoundSetter
    public void setSign(String sign) {
        this.sign = Util.fixEmptyAndTrim(sign);
        save();
    }

    /** Whether provenance of Jenkins goes with every signature where a step does not say. */
    public boolean isProvenance() {
        return provenance;
    }

    @DataBoundSetter
    public void setProvenance(boolean provenance) {
        this.provenance = provenance;
        save();
    }

    /** How long one operation with registries may take in all, in seconds. */
    public int getRequestDeadline() {
        return requestDeadline;
    }

    @DataBoundSetter
    public void setRequestDeadline(int requestDeadline) {
        this.requestDeadline = SettingValidators.number("requestDeadline", requestDeadline, 1, MOST_SECONDS);
        save();
    }

    /** How often a request to a registry is repeated at most, where repeating it may help. */
    public int getRequestRetries() {
        return requestRetries;
    }

    @DataBoundSetter
    public void setRequestRetries(int requestRetries) {
        this.requestRetries = SettingValidators.number("requestRetries", requestRetries, 0, RequestLimits.MOST_RETRIES);
        save();
    }

    /** Always null, so that it is not exported: it is {@link #getRequestRetries}. */
    @CheckForNull
    public Integer getRetries() {
        return null;
    }

    /** The number of {@link #setRequestRetries}, as configuration as code of earlier versions calls it. */
    public void setRetries(Integer retries) {
        setRequestRetries(retries);
    }

    /** How long the unpacked build context of a platform that failed stays on its agent, in hours; 0 to remove it at once. */
    public int getContextRetention() {
        return contextRetention;
    }

    @DataBoundSetter
    public void setContextRetention(int contextRetention) {
        this.contextRetention = SettingValidators.number("contextRetention", contextRetention, 0, MOST_HOURS);
        save();
    }

    /** Takes over everything or, if anything is bad, nothing. */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        form.put("platforms", SettingValidators.words(form.optString("platforms")));
        for (String rows : List.of("platformLabels", "registries")) {
            if (!form.has(rows)) {
                form.put(rows, List.of()); // the form sends nothing when the last row is gone
            }
        }
        MultiArchBuildConfiguration given = new MultiArchBuildConfiguration(true);
        given.adopt(this);
        try {
            // Stapler would make 0 of what is no number.
            putNumber(form, "nativeWait", 0, 0, MOST_MINUTES);
            putNumber(form, "requestDeadline", USUAL_SECONDS, 1, MOST_SECONDS);
            putNumber(form, "requestRetries", RequestLimits.USUAL.retries(), 0, RequestLimits.MOST_RETRIES);
            putNumber(form, "contextRetention", 0, 0, MOST_HOURS);
            request.bindJSON(given, form);
        } catch (IllegalArgumentException e) {
            throw new FormException(getDisplayName() + ": " + e.getMessage(), e, "platforms");
        }
        try (BulkChange change = new BulkChange(this)) {
            adopt(given);
            change.commit();
        } catch (IOException e) {
            throw new FormException(Messages.MultiArchBuildConfiguration_notSaved(e.getMessage()), e, "platforms");
        }
        return true;
    }

    private static void putNumber(JSONObject form, String setting, int usual, int least, int most) {
        if (form.has(setting)) {
            form.put(setting, SettingValidators.number(setting, form.getString(setting), usual, least, most));
        }
    }

    private void adopt(MultiArchBuildConfiguration other) {
        platforms = other.platforms;
        platformLabels = other.platformLabels;
        emulationLabel = other.emulationLabel;
        emulation = other.emulation;
        nativeWait = other.nativeWait;
        builder = other.builder;
        dynamicLabels = other.dynamicLabels;
        discovery = other.discovery;
        discoveryLabel = other.discoveryLabel;
        installEmulators = other.installEmulators;
        emulatorInstaller = other.emulatorInstaller;
        registryPrefix = other.registryPrefix;
        credentialsId = other.credentialsId;
        registries = other.registries;
        plainHttpOnLoopback = other.plainHttpOnLoopback;
        sign = other.sign;
        provenance = other.provenance;
        requestDeadline = other.requestDeadline;
        requestRetries = other.requestRetries;
        contextRetention = other.contextRetention;
        save();
    }

    @POST
    public FormValidation doCheckPlatforms(@QueryParameter String value) {
        ConfigurationAccess.checkConfigure(null);
        return SettingValidators.form(value, text -> SettingValidators.platforms(SettingValidators.words(text)));
    }

    /** Says how many agents and clouds match. */
    @POST
    public FormValidation doCheckDiscoveryLabel(@QueryParameter String value, @QueryParameter String discovery) {
        ConfigurationAccess.checkConfigure(null);
        if (!Discovery.LABEL.toString().equals(discovery)) {
            return FormValidation.ok();
        }
        return Util.fixEmptyAndTrim(value) == null
                ? FormValidation.error(Messages.MultiArchBuildConfiguration_noDiscoveryLabel())
                : LabelExpression.validate(value);
    }

    @POST
    public ListBoxModel doFillDiscoveryItems() {
        return Discovery.items();
    }

    /** Says how many agents and clouds match. */
    @POST
    public FormValidation doCheckEmulationLabel(@QueryParameter String value) {
        ConfigurationAccess.checkConfigure(null);
        return Util.fixEmptyAndTrim(value) == null ? FormValidation.ok() : LabelExpression.validate(value);
    }

    @POST
    public FormValidation doCheckNativeWait(@QueryParameter String value) {
        ConfigurationAccess.checkConfigure(null);
        return SettingValidators.form(value, text -> SettingValidators.number("nativeWait", text, 0, 0, MOST_MINUTES));
    }

    @POST
    public FormValidation doCheckEmulatorInstaller(@QueryParameter String value) {
        ConfigurationAccess.checkConfigure(null);
        return SettingValidators.form(
                value, text -> new EmulatorInstaller(text.isBlank() ? EmulatorInstaller.DEFAULT_IMAGE : text.trim()));
    }

    @POST
    public FormValidation doCheckRegistryPrefix(@QueryParameter String value) {
        ConfigurationAccess.checkConfigure(null);
        return SettingValidators.form(value, SettingValidators::registryPrefix);
    }

    @POST
    public FormValidation doCheckRequestDeadline(@QueryParameter String value) {
        ConfigurationAccess.checkConfigure(null);
        return SettingValidators.form(
                value, text -> SettingValidators.number("requestDeadline", text, 1, 1, MOST_SECONDS));
    }

    @POST
    public FormValidation doCheckRequestRetries(@QueryParameter String value) {
        ConfigurationAccess.checkConfigure(null);
        return SettingValidators.form(
                value, text -> SettingValidators.number("requestRetries", text, 0, 0, RequestLimits.MOST_RETRIES));
    }

    @POST
    public FormValidation doCheckContextRetention(@QueryParameter String value) {
        ConfigurationAccess.checkConfigure(null);
        return SettingValidators.form(
                value, text -> SettingValidators.number("contextRetention", text, 0, 0, MOST_HOURS));
    }

    @POST
    public AutoCompletionCandidates doAutoCompleteEmulationLabel(@QueryParameter String value) {
        ConfigurationAccess.checkConfigure(null);
        return LabelExpression.autoComplete(value);
    }

    @POST
    public ListBoxModel doFillEmulationItems() {
        return EmulationItems.list();
    }

    @POST
    public ListBoxModel doFillBuilderItems() {
        return BuilderItems.list();
    }

    @POST
    public ListBoxModel doFillSignItems(@QueryParameter String sign) {
        return SignatureKeys.listBox(null, sign);
    }

    @POST
    public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
        return RegistryCredentials.listBox(null, credentialsId, "");
    }
}
