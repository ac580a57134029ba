package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.credentials.SignatureKeys;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.signature.VerificationKey;
import io.jenkins.plugins.multiarch.engine.verify.ExpectedOrigin;
import io.jenkins.plugins.multiarch.engine.verify.ImageVerifier;
import io.jenkins.plugins.multiarch.engine.verify.VerifiedImage;
import io.jenkins.plugins.multiarch.forms.FormChecks;
import io.jenkins.plugins.multiarch.forms.ImageCredentialItems;
import io.jenkins.plugins.multiarch.report.VerifiedImages;
import java.io.PrintStream;
import java.io.Serializable;
import java.util.List;
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

/** Verifies who has signed an image or an index, and where it was built; fails with the difference. */
public final class VerifyImageStep extends Step implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String image;
    private String key;
    private String keyCredentialsId;
    private boolean recursive;
    private String builderId;
    private String job;
    private String repository;
    private String credentialsId;

    /** @param image by tag or digest */
    @DataBoundConstructor
    public VerifyImageStep(String image) {
        this.image = Util.fixEmptyAndTrim(image);
    }

    public String getImage() {
        return image;
    }

    /** The public key or certificate, in PEM. */
    public String getKey() {
        return key;
    }

    @DataBoundSetter
    public void setKey(String key) {
        this.key = Util.fixEmptyAndTrim(key);
    }

    /** A credential with the key; the one that signs will do. */
    public String getKeyCredentialsId() {
        return keyCredentialsId;
    }

    @DataBoundSetter
    public void setKeyCredentialsId(String keyCredentialsId) {
        this.keyCredentialsId = Util.fixEmptyAndTrim(keyCredentialsId);
    }

    /** Whether the platform images of an index must be signed too, each of its own. */
    public boolean isRecursive() {
        return recursive;
    }

    @DataBoundSetter
    public void setRecursive(boolean recursive) {
        this.recursive = recursive;
    }

    /** The builder that must have built it; of this plugin the root URL of Jenkins. */
    public String getBuilderId() {
        return builderId;
    }

    @DataBoundSetter
    public void setBuilderId(String builderId) {
        this.builderId = Util.fixEmptyAndTrim(builderId);
    }

    /** The full name of the job that must have built it. */
    public String getJob() {
        return job;
    }

    @DataBoundSetter
    public void setJob(String job) {
        this.job = Util.fixEmptyAndTrim(job);
    }

    /** The URL of the source repository that it must have been built from. */
    public String getRepository() {
        return repository;
    }

    @DataBoundSetter
    public void setRepository(String repository) {
        this.repository = Util.fixEmptyAndTrim(repository);
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

    private static final class Execution extends RepeatableStepExecution<VerifiedImages> {

        private static final long serialVersionUID = 1L;

        private final VerifyImageStep step;

        Execution(StepContext context, VerifyImageStep step) {
            super(context);
            this.step = step;
        }

        @Override
        protected VerifiedImages run() throws Exception {
            return AbortExceptions.translate(this::verify);
        }

        private VerifiedImages verify() throws Exception {
            if (step.image == null) {
                throw new IllegalArgumentException(
                        "verifyImage needs an image. Write for example image: 'registry.example.com/team/app:1.0'.");
            }
            Run<?, ?> run = getContext().get(Run.class);
            PrintStream log = getContext().get(TaskListener.class).getLogger();
            VerificationKey trusted = key(run);
            EffectiveConfiguration configuration = EffectiveConfiguration.of(run);
            ImageReference image = configuration.image(step.image);
            Registry registry = new Registry(
                            SurroundingLogins.access(step.credentialsId, getContext(), configuration, image),
                            log::println)
                    .withinTimeLimit();
            ExpectedOrigin expected = new ExpectedOrigin(
                    Util.fixNull(step.builderId), Util.fixNull(step.job), Util.fixNull(step.repository));
            List<VerifiedImage> verified = new ImageVerifier(registry, trusted, expected).verify(image, step.recursive);
            for (VerifiedImage one : verified) {
                log.println(
                        "Verified " + one.image() + " (" + one.name() + "): signed by key " + trusted.fingerprint());
                one.origins()
                        .forEach(origin -> log.println("  built by " + origin.builder()
                                + (origin.job().isEmpty() ? "" : ", job " + origin.job())));
            }
            return new VerifiedImages(verified.get(0), trusted.fingerprint());
        }

        private VerificationKey key(Run<?, ?> run) {
            if (step.key == null && step.keyCredentialsId == null) {
                throw new IllegalArgumentException(
                        "verifyImage needs a key. Give the public key as key: readFile('cosign.pub'), or name a credential"
                                + " with it as keyCredentialsId.");
            }
            if (step.key == null) {
                return SignatureKeys.verification(run, step.keyCredentialsId);
            }
            try {
                return VerificationKey.read(step.key);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("The key is none to verify with. " + e.getMessage(), e);
            }
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        @Override
        public String getFunctionName() {
            return "verifyImage";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.VerifyImageStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class);
        }

        @POST
        public FormValidation doCheckImage(@QueryParameter String value) {
            return FormChecks.required(value, ImageReference::parse);
        }

        @POST
        public FormValidation doCheckKey(@QueryParameter String value) {
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.ok()
                    : FormChecks.required(value, VerificationKey::read);
        }

        @POST
        public ListBoxModel doFillKeyCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String keyCredentialsId) {
            return SignatureKeys.listBox(item, keyCredentialsId);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String image) {
            return ImageCredentialItems.list(item, credentialsId, image);
        }
    }
}
