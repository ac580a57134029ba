package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
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
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
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
    private int retries = 1;

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
        this.platforms = Lines.strings(platforms);
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
        this.buildArgs = NamedValues.strings(buildArgs);
    }

    public Map<String, String> getLabels() {
        return labels;
    }

    @DataBoundSetter
    public void setLabels(Map<String, String> labels) {
        this.labels = NamedValues.strings(labels);
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

    /** How often a platform is started again, elsewhere, if its agent is lost. */
    public int getRetries() {
        return retries;
    }

    @DataBoundSetter
    public void setRetries(int retries) {
        this.retries = retries;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        EffectiveConfiguration configuration = EffectiveConfiguration.of(context.get(Run.class));
        return new MultiArchBuildExecution(
                context, Refusal.asAbort(() -> BuildOrder.of(this, configuration, SurroundingLogins.of(context))));
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
            return Set.of(Run.class, TaskListener.class);
        }

        @Override
        public Step newInstance(@Nullable StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            if (request == null) {
                return super.newInstance((StaplerRequest2) null, form);
            }
            List<String> platforms = Lines.take(form, "platforms");
            Map<String, String> buildArgs = NamedValues.take(form, "buildArgs");
            Map<String, String> labels = NamedValues.take(form, "labels");
            if (form.optString("nativeWait").isBlank()) {
                // Stapler makes a number of an empty field, 0, which is another wish than none.
                form.remove("nativeWait");
            }
            MultiArchBuildStep step = request.bindJSON(MultiArchBuildStep.class, form);
            step.setPlatforms(platforms);
            step.setBuildArgs(buildArgs);
            step.setLabels(labels);
            return step;
        }

        @NonNull
        @Override
        public UninstantiatedDescribable customUninstantiate(@NonNull UninstantiatedDescribable step) {
            return NamedValues.quoted(step);
        }

        /** A list as the form shows it, one item a line. */
        public String lines(List<?> items) {
            return Lines.print(items);
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
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String image) {
            return ImageCredentialItems.list(item, credentialsId, image);
        }
    }
}
