package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
import groovy.lang.Closure;
import hudson.EnvVars;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.config.BuilderItems;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.EmulationItems;
import io.jenkins.plugins.multiarch.credentials.BuildSecrets;
import io.jenkins.plugins.multiarch.credentials.SignatureKeys;
import io.jenkins.plugins.multiarch.engine.build.BuildCache;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.tags.TagRule;
import io.jenkins.plugins.multiarch.forms.FormChecks;
import io.jenkins.plugins.multiarch.forms.ImageCredentialItems;
import io.jenkins.plugins.multiarch.forms.KeyValueRows;
import io.jenkins.plugins.multiarch.forms.MultilineList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
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
 * Builds one image for several platforms, each on an agent of its architecture, and returns the platform images.
 *
 * <p>Parameters keep the author's text; {@link BuildOrder} checks them when the step starts.
 */
public final class MultiArchBuildStep extends Step {

    static final String DEFAULT_CONTEXT = ".";
    static final String DEFAULT_DOCKERFILE = "Dockerfile";

    private final String image;
    private List<String> platforms = new ArrayList<>();
    private String context = DEFAULT_CONTEXT;
    private String dockerfile = DEFAULT_DOCKERFILE;
    private String source;
    private String target;
    private Map<String, String> buildArgs = new LinkedHashMap<>();
    private Map<String, String> labels = new LinkedHashMap<>();
    private boolean noCache;
    private boolean pull;
    private String test;
    private boolean push = true;
    private String builder;
    private String container;
    private String emulation;
    private Integer nativeWait;
    private String credentialsId;
    private boolean failFast = true;
    private int agentRetries = 1;
    private Map<String, String> secrets = new LinkedHashMap<>();
    private String sshCredentialsId;
    private List<RegistryLogin> logins = new ArrayList<>();
    private transient Closure<?> testBlock;
    private List<String> tagsFrom = new ArrayList<>();
    private String sign;
    private String cache;
    private List<String> cacheFrom = new ArrayList<>();
    private List<String> cacheTo = new ArrayList<>();
    private Map<String, String> buildContexts = new LinkedHashMap<>();
    private String provenance;
    private String sbom;
    private String exportTo;
    private List<String> options = new ArrayList<>();
    private boolean publish;
    private List<String> tags = new ArrayList<>();
    private Map<String, String> annotations = new LinkedHashMap<>();
    private transient BakedTarget baked;

    /** @param image {@code [registry/]repository[:tag]} of the result */
    @DataBoundConstructor
    public MultiArchBuildStep(String image) {
        this.image = Util.fixEmptyAndTrim(image);
    }

    public String getImage() {
        return image;
    }

    /** What to build; empty for what is configured. */
    public List<String> getPlatforms() {
        return platforms;
    }

    @DataBoundSetter
    public void setPlatforms(List<String> platforms) {
        this.platforms = MultilineList.strings(platforms);
    }

    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        String given = Util.fixEmptyAndTrim(context);
        this.context = given == null ? DEFAULT_CONTEXT : given;
    }

    public String getDockerfile() {
        return dockerfile;
    }

    @DataBoundSetter
    public void setDockerfile(String dockerfile) {
        String given = Util.fixEmptyAndTrim(dockerfile);
        this.dockerfile = given == null ? DEFAULT_DOCKERFILE : given;
    }

    /** {@code workspace} or {@code scm}; null for {@code workspace} inside a node and {@code scm} outside. */
    public String getSource() {
        return source;
    }

    @DataBoundSetter
    public void setSource(String source) {
        this.source = Util.fixEmptyAndTrim(source);
    }

    public String getTarget() {
        return target;
    }

    @DataBoundSetter
    public void setTarget(String target) {
        this.target = Util.fixEmptyAndTrim(target);
    }

    public Map<String, String> getBuildArgs() {
        return buildArgs;
    }

    @DataBoundSetter
    public void setBuildArgs(Map<String, String> buildArgs) {
        this.buildArgs = KeyValueRows.strings(buildArgs);
    }

    public Map<String, String> getLabels() {
        return labels;
    }

    @DataBoundSetter
    public void setLabels(Map<String, String> labels) {
        this.labels = KeyValueRows.strings(labels);
    }

    public boolean isNoCache() {
        return noCache;
    }

    @DataBoundSetter
    public void setNoCache(boolean noCache) {
        this.noCache = noCache;
    }

    public boolean isPull() {
        return pull;
    }

    @DataBoundSetter
    public void setPull(boolean pull) {
        this.pull = pull;
    }

    public String getTest() {
        return test;
    }

    @DataBoundSetter
    public void setTest(String test) {
        this.test = Util.fixEmpty(test);
    }

    public boolean isPush() {
        return push;
    }

    @DataBoundSetter
    public void setPush(boolean push) {
        this.push = push;
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

    /**
     * How long to wait for a native agent that is offline before its platform is emulated, in minutes; null for what is
     * configured.
     */
    public Integer getNativeWait() {
        return nativeWait;
    }

    @DataBoundSetter
    public void setNativeWait(Integer nativeWait) {
        this.nativeWait = nativeWait;
    }

    /** The credential for the registry; null for what is configured. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    public boolean isFailFast() {
        return failFast;
    }

    @DataBoundSetter
    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    /** How often a platform is retried on another agent if its agent is lost. */
    public int getAgentRetries() {
        return agentRetries;
    }

    @DataBoundSetter
    public void setAgentRetries(int agentRetries) {
        this.agentRetries = agentRetries;
    }

    /** Id of a secret of the Dockerfile to the credential with its value, a secret text or a secret file. */
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

    /** Further registries that the build reads or keeps its cache in. */
    public List<RegistryLogin> getLogins() {
        return logins;
    }

    @DataBoundSetter
    public void setLogins(List<RegistryLogin> logins) {
        this.logins = logins == null ? new ArrayList<>() : new ArrayList<>(logins);
    }

    /** The steps that test the image of each platform, if {@code test} is a block; null if it is a script, or missing. */
    @CheckForNull
    Closure<?> testBlock() {
        return testBlock;
    }

    /** Rules by which further tags of the index follow from what the build is of. */
    public List<String> getTagsFrom() {
        return tagsFrom;
    }

    @DataBoundSetter
    public void setTagsFrom(List<String> tagsFrom) {
        this.tagsFrom = MultilineList.strings(tagsFrom);
    }

    /** The credential with the key that signs the index and its platform images; null for none. */
    @CheckForNull
    public String getSign() {
        return sign;
    }

    @DataBoundSetter
    public void setSign(String sign) {
        this.sign = Util.fixEmptyAndTrim(sign);
    }

    /** The repository that keeps what builds may use again; null for none. */
    @CheckForNull
    public String getCache() {
        return cache;
    }

    @DataBoundSetter
    public void setCache(String cache) {
        this.cache = Util.fixEmptyAndTrim(cache);
    }

    /** Sources of the build cache in the words of the build tool; {@code {platform}} is replaced. */
    public List<String> getCacheFrom() {
        return cacheFrom;
    }

    @DataBoundSetter
    public void setCacheFrom(List<String> cacheFrom) {
        this.cacheFrom = MultilineList.strings(cacheFrom);
    }

    /** Where the build cache is written, likewise. */
    public List<String> getCacheTo() {
        return cacheTo;
    }

    @DataBoundSetter
    public void setCacheTo(List<String> cacheTo) {
        this.cacheTo = MultilineList.strings(cacheTo);
    }

    /** Name of a further build context to a directory of the workspace, a URL or {@code docker-image://}. */
    public Map<String, String> getBuildContexts() {
        return buildContexts;
    }

    @DataBoundSetter
    public void setBuildContexts(Map<String, String> buildContexts) {
        this.buildContexts = KeyValueRows.strings(buildContexts);
    }

    /** {@code false}, {@code true}, {@code min} or {@code max}; null for what the build tool does by itself. */
    public String getProvenance() {
        return provenance;
    }

    @DataBoundSetter
    public void setProvenance(String provenance) {
        this.provenance = Util.fixEmptyAndTrim(provenance);
    }

    public boolean isSbom() {
        return sbom != null;
    }

    /** As it is given: a boolean, or the image of a scanner. */
    public Object getSbom() {
        return sbom == null || sbom.equals("true") ? isSbom() : sbom;
    }

    /** A boolean, because Declarative takes one for no other type, but any text for this one: see {@link #withSbom}. */
    @DataBoundSetter
    public void setSbom(boolean sbom) {
        withSbom(Boolean.toString(sbom));
    }

    /** @param given {@code true}, {@code false} or empty, or the image of a scanner */
    void withSbom(@CheckForNull String given) {
        String text = Util.fixEmptyAndTrim(given);
        sbom = "false".equals(text) ? null : text;
    }

    /** The image of the scanner that makes the software bill of materials; null for BuildKit's, or if none is made. */
    @CheckForNull
    String sbomScanner() {
        return "true".equals(sbom) ? null : sbom;
    }

    /** Directory of the workspace that gets the files of each platform image; null for none. */
    public String getExportTo() {
        return exportTo;
    }

    @DataBoundSetter
    public void setExportTo(String exportTo) {
        this.exportTo = Util.fixEmptyAndTrim(exportTo);
    }

    /** Further options of the build command, each in its long form with its value. */
    public List<String> getOptions() {
        return options;
    }

    @DataBoundSetter
    public void setOptions(List<String> options) {
        this.options = MultilineList.strings(options);
    }

    /** Whether the index is published as well, as {@code pushManifestList} would. */
    public boolean isPublish() {
        return publish;
    }

    @DataBoundSetter
    public void setPublish(boolean publish) {
        this.publish = publish;
    }

    /** Further tags of the index; with {@link #isPublish} only. */
    public List<String> getTags() {
        return tags;
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = MultilineList.strings(tags);
    }

    /** Annotations of the index; with {@link #isPublish} only. */
    public Map<String, String> getAnnotations() {
        return annotations;
    }

    @DataBoundSetter
    public void setAnnotations(Map<String, String> annotations) {
        this.annotations = KeyValueRows.strings(annotations);
    }

    /** @deprecated the old name of {@link #getAgentRetries}; always null, so that no snippet has it */
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

    /** Makes it the build of a target of a bake file. */
    void bake(BakedTarget target) {
        baked = target;
        if (target.dockerfile() != null) {
            dockerfile = target.dockerfile();
        }
    }

    /** The target of a bake file that it builds; null if it is a step of its own. */
    @CheckForNull
    BakedTarget baked() {
        return baked;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        EffectiveConfiguration configuration = EffectiveConfiguration.of(context.get(Run.class));
        return new MultiArchBuildExecution(
                context,
                AbortExceptions.translate(() -> BuildOrder.of(
                        this,
                        configuration,
                        SurroundingLogins.of(context),
                        Objects.requireNonNull(context.get(EnvVars.class)))),
                testBlock);
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor implements CustomDescribableModel {

        @Override
        public String getFunctionName() {
            return "multiArchBuild";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MultiArchBuildStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class, EnvVars.class);
        }

        /**
         * Takes a block for {@code test} as well: a step may have a block after its arguments always, or never. And a text for
         * {@code sbom}.
         */
        @Override
        public Step newInstance(Map<String, Object> arguments) throws Exception {
            Map<String, Object> plain = new HashMap<>(arguments);
            Closure<?> block = plain.get("test") instanceof Closure<?> closure ? closure : null;
            if (block != null) {
                plain.remove("test");
            }
            String sbom = plain.get("sbom") instanceof CharSequence text ? text.toString() : null;
            if (sbom != null) {
                plain.remove("sbom");
            }
            MultiArchBuildStep step = (MultiArchBuildStep) super.newInstance(plain);
            step.testBlock = block;
            if (sbom != null) {
                step.withSbom(sbom);
            }
            return step;
        }

        @Override
        public Step newInstance(@Nullable StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            if (request == null) {
                return super.newInstance((StaplerRequest2) null, form);
            }
            List<String> platforms = MultilineList.take(form, "platforms");
            Map<String, String> buildArgs = KeyValueRows.take(form, "buildArgs");
            Map<String, String> labels = KeyValueRows.take(form, "labels");
            Map<String, String> secrets = KeyValueRows.take(form, "secrets");
            Map<String, String> contexts = KeyValueRows.take(form, "buildContexts");
            Map<String, String> annotations = KeyValueRows.take(form, "annotations");
            List<String> cacheFrom = MultilineList.take(form, "cacheFrom");
            List<String> cacheTo = MultilineList.take(form, "cacheTo");
            List<String> options = MultilineList.take(form, "options");
            List<String> tags = MultilineList.take(form, "tags");
            List<String> tagsFrom = MultilineList.take(form, "tagsFrom");
            String sbom = form.optString("sbom");
            form.remove("sbom");
            if (form.optString("nativeWait").isBlank()) {
                // Stapler makes a number of an empty field, 0, which is another wish than none.
                form.remove("nativeWait");
            }
            MultiArchBuildStep step = request.bindJSON(MultiArchBuildStep.class, form);
            step.setPlatforms(platforms);
            step.setBuildArgs(buildArgs);
            step.setLabels(labels);
            step.setSecrets(secrets);
            step.setBuildContexts(contexts);
            step.setAnnotations(annotations);
            step.setCacheFrom(cacheFrom);
            step.setCacheTo(cacheTo);
            step.setOptions(options);
            step.setTags(tags);
            step.setTagsFrom(tagsFrom);
            step.withSbom(sbom);
            return step;
        }

        @NonNull
        @Override
        public UninstantiatedDescribable customUninstantiate(@NonNull UninstantiatedDescribable step) {
            return KeyValueRows.quoted(step);
        }

        /** What the form shows for {@code sbom}; null for a step that is new. */
        @CheckForNull
        public String sbom(@CheckForNull MultiArchBuildStep step) {
            return step == null ? null : step.sbom;
        }

        /** A list as the form shows it, one item a line. */
        public String lines(List<?> items) {
            return MultilineList.print(items);
        }

        @POST
        public FormValidation doCheckImage(@QueryParameter String value) {
            return FormChecks.required(value, ImageReference::parse);
        }

        @POST
        public FormValidation doCheckPlatforms(@QueryParameter String value) {
            return FormChecks.eachLine(value, Platform::parse);
        }

        @POST
        public FormValidation doCheckTagsFrom(@QueryParameter String value) {
            return FormChecks.eachLine(value, TagRule::parse);
        }

        @POST
        public FormValidation doCheckCache(@QueryParameter String value) {
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.ok()
                    : FormChecks.required(value, text -> BuildCache.of(ImageReference.parse(text), List.of()));
        }

        @POST
        public FormValidation doCheckSbom(@QueryParameter String value) {
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.ok()
                    : FormChecks.required(value.trim(), BuildFeatures.NONE::withSbom);
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
        public ListBoxModel doFillSourceItems() {
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.Source_auto(), "");
            items.add(Messages.Source_workspace(), BuildOrder.Source.WORKSPACE.toString());
            items.add(Messages.Source_scm(), BuildOrder.Source.SCM.toString());
            return items;
        }

        @POST
        public ListBoxModel doFillProvenanceItems() {
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.Provenance_auto(), "");
            Stream.of("false", "true", "min", "max").forEach(items::add);
            items.add(Messages.Provenance_jenkins(), IndexSignature.JENKINS);
            return items;
        }

        @POST
        public ListBoxModel doFillSignItems(@AncestorInPath Item item, @QueryParameter String sign) {
            return SignatureKeys.listBox(item, sign);
        }

        @POST
        public ListBoxModel doFillSshCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String sshCredentialsId) {
            return BuildSecrets.sshListBox(item, sshCredentialsId);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String image) {
            return ImageCredentialItems.list(item, credentialsId, image);
        }
    }
}
