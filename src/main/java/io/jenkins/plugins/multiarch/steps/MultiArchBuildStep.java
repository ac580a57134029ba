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
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.engine.build.BuildTool;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.json.JSONObject;
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
    static final String AUTO = "auto";

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
    private String builder = AUTO;
    private String emulation = Emulation.FALLBACK.toString();
    private int nativeWait;
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

    /** What to build; empty for the default of the global configuration. */
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
        this.buildArgs = Lines.strings(buildArgs);
    }

    public Map<String, String> getLabels() {
        return labels;
    }

    @DataBoundSetter
    public void setLabels(Map<String, String> labels) {
        this.labels = Lines.strings(labels);
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

    public String getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(String builder) {
        String given = Util.fixEmptyAndTrim(builder);
        this.builder = given == null ? AUTO : given;
    }

    public String getEmulation() {
        return emulation;
    }

    @DataBoundSetter
    public void setEmulation(String emulation) {
        String given = Util.fixEmptyAndTrim(emulation);
        this.emulation = given == null ? Emulation.FALLBACK.toString() : given;
    }

    /** How long to wait for a native agent that is offline before its platform is emulated, in minutes. */
    public int getNativeWait() {
        return nativeWait;
    }

    @DataBoundSetter
    public void setNativeWait(int nativeWait) {
        this.nativeWait = nativeWait;
    }

    /** Username and password for the registry; null for the default of the global configuration. */
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
        return new MultiArchBuildExecution(context, Refusal.asAbort(() -> BuildOrder.of(this)));
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

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
            return Lines.bind(
                    request, form, MultiArchBuildStep.class, Set.of("platforms"), Set.of("buildArgs", "labels"));
        }

        /** A list or map of parameters as the form shows it, one item a line. */
        public String lines(Object items) {
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
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.MultiArchBuildStep_auto(), AUTO);
            for (BuildTool tool : BuildTool.values()) {
                items.add(tool.toString());
            }
            return items;
        }

        @POST
        public ListBoxModel doFillEmulationItems() {
            return EmulationItems.list();
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
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return RegistryCredentials.listBox(item, credentialsId);
        }
    }
}
