package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor.FormException;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.PublishingPolicy;
import io.jenkins.plugins.multiarch.credentials.CredentialLookup;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.copy.CopyRequest;
import io.jenkins.plugins.multiarch.engine.copy.CopyResult;
import io.jenkins.plugins.multiarch.engine.copy.Promotion;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.forms.FormChecks;
import io.jenkins.plugins.multiarch.forms.ImageCredentialItems;
import io.jenkins.plugins.multiarch.forms.MultilineList;
import io.jenkins.plugins.multiarch.report.PushedManifestList;
import io.jenkins.plugins.multiarch.report.RunRecord;
import java.io.PrintStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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

/** Copies an image or an index, byte by byte, with all that is attached to it: a promotion, or a rollback. */
public final class CopyImageStep extends Step implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String from;
    private final String to;
    private List<String> tags = new ArrayList<>();
    private List<String> platforms = new ArrayList<>();
    private boolean referrers = true;
    private boolean dryRun;
    private String credentialsId;
    private String sourceCredentialsId;

    /**
     * @param from by tag or digest
     * @param to with a tag
     */
    @DataBoundConstructor
    public CopyImageStep(String from, String to) {
        this.from = Util.fixEmptyAndTrim(from);
        this.to = Util.fixEmptyAndTrim(to);
    }

    public String getFrom() {
        return from;
    }

    public String getTo() {
        return to;
    }

    /** Further tags of the target. */
    public List<String> getTags() {
        return tags;
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = MultilineList.strings(tags);
    }

    /** The only platforms of an index that are copied; empty for all of it, with its digest. */
    public List<String> getPlatforms() {
        return platforms;
    }

    @DataBoundSetter
    public void setPlatforms(List<String> platforms) {
        this.platforms = MultilineList.strings(platforms);
    }

    /** Whether signatures, attestations and all else that refers to it are copied too. */
    public boolean isReferrers() {
        return referrers;
    }

    @DataBoundSetter
    public void setReferrers(boolean referrers) {
        this.referrers = referrers;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    /** For the registry of the target. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** For the registry of the source, if it is another one. */
    public String getSourceCredentialsId() {
        return sourceCredentialsId;
    }

    @DataBoundSetter
    public void setSourceCredentialsId(String sourceCredentialsId) {
        this.sourceCredentialsId = Util.fixEmptyAndTrim(sourceCredentialsId);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, this);
    }

    private static final class Execution extends RepeatableStepExecution<PushedManifestList> {

        private static final long serialVersionUID = 1L;

        private final CopyImageStep step;

        Execution(StepContext context, CopyImageStep step) {
            super(context);
            this.step = step;
        }

        @Override
        protected PushedManifestList run() throws Exception {
            return AbortExceptions.translate(this::copy);
        }

        private PushedManifestList copy() throws Exception {
            if (step.from == null || step.to == null) {
                throw new IllegalArgumentException("copyImage needs from and to. Write for example from:"
                        + " 'registry.example.com/staging/app:1.0', to: 'registry.example.com/release/app:1.0'.");
            }
            Run<?, ?> run = getContext().get(Run.class);
            PrintStream log = getContext().get(TaskListener.class).getLogger();
            EffectiveConfiguration configuration = EffectiveConfiguration.of(run);
            ImageReference from = configuration.image(step.from);
            ImageReference to = configuration.image(step.to);
            PublishingPolicy policy = PublishingPolicy.of(run);
            policy.requireTags(to, step.tags);
            CopyRequest request = CopyRequest.of(from, to)
                    .withTags(step.tags)
                    .withOnly(new LinkedHashSet<>(
                            step.platforms.stream().map(Platform::parse).toList()))
                    .withAttached(step.referrers)
                    .withDryRun(step.dryRun);
            Registry registry = new Registry(access(run, configuration, from, to), log::println);
            Promotion promotion = new Promotion(registry, log::println);
            CopyResult result = (policy.wantsSignature(to) ? promotion.ofSignedOnly() : promotion).copy(request);
            if (!step.dryRun) {
                // Of the build that has made the image, this one is found by the digest, and the other way round.
                new RunRecord(run).addPromotion(result);
            }
            return new PushedManifestList(
                    result.image().digest(),
                    result.image().toString(),
                    result.manifest().size(),
                    result.manifest().mediaType(),
                    result.tags());
        }

        private RegistryAccess access(
                Run<?, ?> run, EffectiveConfiguration configuration, ImageReference from, ImageReference to)
                throws Exception {
            RegistryAccess access = SurroundingLogins.access(step.credentialsId, getContext(), configuration, to);
            if (from.registry().equals(to.registry()) && step.sourceCredentialsId == null) {
                return access;
            }
            Optional<String> source = Optional.ofNullable(
                            SurroundingLogins.credentialsId(step.sourceCredentialsId, getContext(), from))
                    .or(() -> configuration.entryCredentialsId(from.registry()));
            return configuration.with(access, CredentialLookup.in(run), from.registry(), source);
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        @Override
        public String getFunctionName() {
            return "copyImage";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.CopyImageStep_displayName();
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
            List<String> tags = MultilineList.take(form, "tags");
            List<String> platforms = MultilineList.take(form, "platforms");
            CopyImageStep step = request.bindJSON(CopyImageStep.class, form);
            step.setTags(tags);
            step.setPlatforms(platforms);
            return step;
        }

        /** A list as the form shows it, one item a line. */
        public String lines(List<?> items) {
            return MultilineList.print(items);
        }

        @POST
        public FormValidation doCheckFrom(@QueryParameter String value) {
            return FormChecks.required(value, ImageReference::parse);
        }

        @POST
        public FormValidation doCheckTo(@QueryParameter String value) {
            return FormChecks.required(value, ImageReference::parse);
        }

        @POST
        public FormValidation doCheckPlatforms(@QueryParameter String value) {
            return FormChecks.eachLine(value, Platform::parse);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String to) {
            return ImageCredentialItems.list(item, credentialsId, to);
        }

        @POST
        public ListBoxModel doFillSourceCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String sourceCredentialsId, @QueryParameter String from) {
            return ImageCredentialItems.list(item, sourceCredentialsId, from);
        }
    }
}
