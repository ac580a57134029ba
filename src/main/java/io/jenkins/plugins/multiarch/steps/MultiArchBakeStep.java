package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.config.BuilderItems;
import io.jenkins.plugins.multiarch.config.EmulationItems;
import io.jenkins.plugins.multiarch.credentials.BuildSecrets;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.credentials.SignatureKeys;
import io.jenkins.plugins.multiarch.engine.bake.PublishMode;
import io.jenkins.plugins.multiarch.engine.build.BuildCache;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.forms.FormChecks;
import io.jenkins.plugins.multiarch.forms.KeyValueRows;
import io.jenkins.plugins.multiarch.forms.MultilineList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * Builds and publishes the targets of a bake file, each for several platforms, as {@code multiArchBuild} and {@code
 * pushManifestList} do.
 *
 * <p>Parameters keep the author's text; {@link BakeOrder} checks them when the step starts.
 */
public final class MultiArchBakeStep extends Step {

    private String file;
    private List<String> files = new ArrayList<>();
    private List<String> targets = new ArrayList<>();
    private Map<String, String> variables = new LinkedHashMap<>();
    private List<String> set = new ArrayList<>();
    private List<String> platforms = new ArrayList<>();
    private boolean push = true;
    private String publish = PublishMode.ALL.toString();
    private boolean dryRun;
    private int maxParallel;
    private boolean failFast = true;
    private int agentRetries = 1;
    private String builder;
    private String container;
    private String emulation;
    private String credentialsId;
    private List<RegistryLogin> logins = new ArrayList<>();
    private Map<String, String> secrets = new LinkedHashMap<>();
    private String sshCredentialsId;
    private String cache;
    private String sign;
    private String provenance;

    @DataBoundConstructor
    public MultiArchBakeStep() {}

    /** The bake file, relative to the current directory; null for those that buildx finds by their names. */
    public String getFile() {
        return file;
    }

    @DataBoundSetter
    public void setFile(String file) {
        this.file = Util.fixEmptyAndTrim(file);
    }

    /** Further bake files, merged into the first. */
    public List<String> getFiles() {
        return files;
    }

    @DataBoundSetter
    public void setFiles(List<String> files) {
        this.files = MultilineList.strings(files);
    }

    /** Names of targets and groups; empty for {@code default}. */
    public List<String> getTargets() {
        return targets;
    }

    @DataBoundSetter
    public void setTargets(List<String> targets) {
        this.targets = MultilineList.strings(targets);
    }

    /** Variables of the bake file; the others are taken from the environment of the Pipeline. */
    public Map<String, String> getVariables() {
        return variables;
    }

    @DataBoundSetter
    public void setVariables(Map<String, String> variables) {
        this.variables = KeyValueRows.strings(variables);
    }

    /** Overrides, each as {@code target.attribute=value}. */
    public List<String> getSet() {
        return set;
    }

    @DataBoundSetter
    public void setSet(List<String> set) {
        this.set = MultilineList.strings(set);
    }

    /** What targets are built for that name no platform; empty for what is configured. */
    public List<String> getPlatforms() {
        return platforms;
    }

    @DataBoundSetter
    public void setPlatforms(List<String> platforms) {
        this.platforms = MultilineList.strings(platforms);
    }

    public boolean isPush() {
        return push;
    }

    @DataBoundSetter
    public void setPush(boolean push) {
        this.push = push;
    }

    /** {@code all} or {@code each}. */
    public String getPublish() {
        return publish;
    }

    @DataBoundSetter
    public void setPublish(String publish) {
        String given = Util.fixEmptyAndTrim(publish);
        this.publish = given == null ? PublishMode.ALL.toString() : given;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    /** How many targets are built at the same time at most; 0 for no limit but that of the agent around the step. */
    public int getMaxParallel() {
        return maxParallel;
    }

    @DataBoundSetter
    public void setMaxParallel(int maxParallel) {
        this.maxParallel = maxParallel;
    }

    public boolean isFailFast() {
        return failFast;
    }

    @DataBoundSetter
    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    /** How often a platform of a target is retried on another agent if its agent is lost. */
    public int getAgentRetries() {
        return agentRetries;
    }

    @DataBoundSetter
    public void setAgentRetries(int agentRetries) {
        this.agentRetries = agentRetries;
    }

    /** @deprecated another name of {@link #getAgentRetries}; always null, so that no snippet has it */
    @Deprecated
    @CheckForNull
    public Integer getRetries() {
        return null;
    }

    /** @deprecated use {@link #setAgentRetries} */
    @Deprecated
    @DataBoundSetter
    public void setRetries(Integer retries) {
        if (retries != null) {
            agentRetries = retries;
        }
    }

    /** Null for what is configured. */
    public String getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(String builder) {
        this.builder = Util.fixEmptyAndTrim(builder);
    }

    /** The container of an agent's pod in which its tool runs; null for the one that the agent is in. */
    public String getContainer() {
        return container;
    }

    @DataBoundSetter
    public void setContainer(String container) {
        this.container = Util.fixEmptyAndTrim(container);
    }

    /** Null for what is configured. */
    public String getEmulation() {
        return emulation;
    }

    @DataBoundSetter
    public void setEmulation(String emulation) {
        this.emulation = Util.fixEmptyAndTrim(emulation);
    }

    /** The credential for the registry of the tags; null for what is configured. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** Further registries, of tags, base images and caches. */
    public List<RegistryLogin> getLogins() {
        return logins;
    }

    @DataBoundSetter
    public void setLogins(List<RegistryLogin> logins) {
        this.logins = logins == null ? new ArrayList<>() : new ArrayList<>(logins);
    }

    /** Id of a secret in the bake file to the credential with its value. */
    public Map<String, String> getSecrets() {
        return secrets;
    }

    @DataBoundSetter
    public void setSecrets(Map<String, String> secrets) {
        this.secrets = KeyValueRows.strings(secrets);
    }

    /** The private key for {@code RUN --mount=type=ssh}; null for none. */
    public String getSshCredentialsId() {
        return sshCredentialsId;
    }

    @DataBoundSetter
    public void setSshCredentialsId(String sshCredentialsId) {
        this.sshCredentialsId = Util.fixEmptyAndTrim(sshCredentialsId);
    }

    /** The repository that keeps what builds may use again, instead of the caches of the bake file; null for none. */
    public String getCache() {
        return cache;
    }

    @DataBoundSetter
    public void setCache(String cache) {
        this.cache = Util.fixEmptyAndTrim(cache);
    }

    /** The credential with the key that signs what is published; null for what is configured. */
    public String getSign() {
        return sign;
    }

    @DataBoundSetter
    public void setSign(String sign) {
        this.sign = Util.fixEmptyAndTrim(sign);
    }

    /** {@code jenkins} for provenance of the controller's own records; null for what is configured. */
    public String getProvenance() {
        return provenance;
    }

    @DataBoundSetter
    public void setProvenance(String provenance) {
        this.provenance = Util.fixEmptyAndTrim(provenance);
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new MultiArchBakeExecution(context, AbortExceptions.translate(() -> BakeOrder.of(this)));
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor implements CustomDescribableModel {

        @Override
        public String getFunctionName() {
            return "multiArchBake";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MultiArchBakeStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class, EnvVars.class, FilePath.class, Launcher.class);
        }

        @Override
        public Step newInstance(@Nullable StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            if (request == null) {
                return super.newInstance((StaplerRequest2) null, form);
            }
            List<String> files = MultilineList.take(form, "files");
            List<String> targets = MultilineList.take(form, "targets");
            List<String> set = MultilineList.take(form, "set");
            List<String> platforms = MultilineList.take(form, "platforms");
            Map<String, String> variables = KeyValueRows.take(form, "variables");
            Map<String, String> secrets = KeyValueRows.take(form, "secrets");
            MultiArchBakeStep step = request.bindJSON(MultiArchBakeStep.class, form);
            step.setFiles(files);
            step.setTargets(targets);
            step.setSet(set);
            step.setPlatforms(platforms);
            step.setVariables(variables);
            step.setSecrets(secrets);
            return step;
        }

        @NonNull
        @Override
        public UninstantiatedDescribable customUninstantiate(@NonNull UninstantiatedDescribable step) {
            return KeyValueRows.quoted(step);
        }

        /** A list as the form shows it, one item a line. */
        public String lines(List<?> items) {
            return MultilineList.print(items);
        }

        @POST
        public FormValidation doCheckPlatforms(@QueryParameter String value) {
            return FormChecks.eachLine(value, Platform::parse);
        }

        @POST
        public FormValidation doCheckCache(@QueryParameter String value) {
            return value.isBlank()
                    ? FormValidation.ok()
                    : FormChecks.required(value, text -> BuildCache.of(ImageReference.parse(text), List.of()));
        }

        @POST
        public ListBoxModel doFillPublishItems() {
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.Publish_all(), PublishMode.ALL.toString());
            items.add(Messages.Publish_each(), PublishMode.EACH.toString());
            return items;
        }

        @POST
        public ListBoxModel doFillProvenanceItems() {
            return ProvenanceItems.list();
        }

        @POST
        public ListBoxModel doFillSignItems(@AncestorInPath Item item, @QueryParameter String sign) {
            return SignatureKeys.listBox(item, sign);
        }

        @POST
        public ListBoxModel doFillBuilderItems() {
            return BuilderItems.listForStep();
        }

        @POST
        public ListBoxModel doFillEmulationItems() {
            return EmulationItems.listForStep();
        }

        @POST
        public ListBoxModel doFillSshCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String sshCredentialsId) {
            return BuildSecrets.sshListBox(item, sshCredentialsId);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return RegistryCredentials.listBox(item, credentialsId, "");
        }
    }
}
