package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.engine.build.CacheUse;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.ImageIndex;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.forms.FormChecks;
import io.jenkins.plugins.multiarch.forms.ImageCredentialItems;
import io.jenkins.plugins.multiarch.report.PlatformBuild;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import io.jenkins.plugins.multiarch.report.RunRecord;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * Records platform images that something else has built and pushed: they are on the page of the build, and
 * {@code pushManifestList} takes them when no sources are named. Returns them, as {@code multiArchBuild} does.
 */
public final class RecordImageStep extends Step implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String reference;
    private String platform;
    private String credentialsId;

    /** @param reference an image, or an index of which all members are recorded */
    @DataBoundConstructor
    public RecordImageStep(String reference) {
        this.reference = Util.fixEmptyAndTrim(reference);
    }

    public String getReference() {
        return reference;
    }

    public String getPlatform() {
        return platform;
    }

    /** What the image is for, if its configuration does not say; of an index, the only member that is recorded. */
    @DataBoundSetter
    public void setPlatform(String platform) {
        this.platform = Util.fixEmptyAndTrim(platform);
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, this);
    }

    private static final class Execution extends RepeatableStepExecution<List<PlatformImage>> {

        private static final long serialVersionUID = 1L;

        private final RecordImageStep step;

        Execution(StepContext context, RecordImageStep step) {
            super(context);
            this.step = step;
        }

        @Override
        protected List<PlatformImage> run() throws Exception {
            return AbortExceptions.translate(this::record);
        }

        private List<PlatformImage> record() throws Exception {
            if (step.reference == null) {
                throw new IllegalArgumentException(
                        "recordImage needs a reference. Write for example reference: 'registry.example.com/team/app:1.0'.");
            }
            Run<?, ?> run = getContext().get(Run.class);
            TaskListener listener = getContext().get(TaskListener.class);
            EffectiveConfiguration configuration = EffectiveConfiguration.of(run);
            ImageReference image = configuration.image(step.reference);
            Optional<Platform> platform = Optional.ofNullable(step.platform).map(Platform::parse);
            Registry registry = new Registry(
                            SurroundingLogins.access(step.credentialsId, getContext(), configuration, image),
                            listener.getLogger()::println)
                    .withinTimeLimit();
            List<PlatformImage> images = images(registry, image, platform);
            RunRecord record = new RunRecord(run);
            List<String> known = record.images(image).stream()
                    .map(PlatformImage::getReference)
                    .toList();
            for (PlatformImage one : images) {
                if (!isAgain() || !known.contains(one.getReference())) {
                    record.addBuild(PlatformBuild.succeeded(image.toString(), one));
                    record.addImages(List.of(one));
                }
                listener.getLogger().println("Recorded " + one.getPlatform() + " as " + one.getReference());
            }
            return images;
        }

        private List<PlatformImage> images(Registry registry, ImageReference image, Optional<Platform> wanted)
                throws Exception {
            Manifest manifest = registry.pull(image, ReadOption.JUST_PUSHED);
            if (!manifest.isIndex()) {
                Platform own = wanted.isPresent()
                        ? wanted.get()
                        : registry.config(image, manifest).platform();
                return List.of(recorded(image, manifest, own));
            }
            List<PlatformImage> images = new ArrayList<>();
            for (Descriptor member : ImageIndex.parse(manifest).members()) {
                Optional<Platform> platform = member.platform();
                if (platform.isPresent() && (wanted.isEmpty() || wanted.equals(platform))) {
                    ImageReference one = image.withDigest(member.digest());
                    images.add(recorded(one, registry.pull(one, ReadOption.JUST_PUSHED), platform.get()));
                }
            }
            if (images.isEmpty()) {
                throw new IllegalArgumentException(image + " is an index without "
                        + wanted.map(Platform::toString).orElse("platform images")
                        + ", so there is nothing to record. Check the reference.");
            }
            return images;
        }

        private PlatformImage recorded(ImageReference image, Manifest manifest, Platform platform)
                throws IOException, InterruptedException {
            Computer computer = getContext().get(Computer.class);
            String name = computer == null ? "" : computer.getName();
            return new PlatformImage(
                    platform.toString(),
                    image.withDigest(manifest.digest()).toString(),
                    manifest.digest().toString(),
                    manifest.size(),
                    manifest.mediaType(),
                    "",
                    computer != null && name.isEmpty() ? "built-in" : name,
                    false,
                    "",
                    0,
                    manifest.imageSize(),
                    new CacheUse(0, 0));
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        @Override
        public String getFunctionName() {
            return "recordImage";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RecordImageStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class);
        }

        @POST
        public FormValidation doCheckReference(@QueryParameter String value) {
            return FormChecks.required(value, ImageReference::parse);
        }

        @POST
        public FormValidation doCheckPlatform(@QueryParameter String value) {
            return value.isBlank() ? FormValidation.ok() : FormChecks.required(value, Platform::parse);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String reference) {
            return ImageCredentialItems.list(item, credentialsId, reference);
        }
    }
}
