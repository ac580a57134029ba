package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.PublishingPolicy;
import io.jenkins.plugins.multiarch.credentials.SignatureKeys;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.index.BeforeTags;
import io.jenkins.plugins.multiarch.engine.index.IndexFormat;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.tags.SourceRef;
import io.jenkins.plugins.multiarch.engine.tags.TagRule;
import io.jenkins.plugins.multiarch.forms.FormChecks;
import io.jenkins.plugins.multiarch.forms.ImageCredentialItems;
import io.jenkins.plugins.multiarch.forms.KeyValueRows;
import io.jenkins.plugins.multiarch.forms.MultilineList;
import io.jenkins.plugins.multiarch.report.PushedManifestList;
import io.jenkins.plugins.multiarch.report.RunRecord;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * Publishes platform images as one image index, or Docker manifest list, under one or more tags. It is kept with the
 * running build, so that it can publish again what a restart of the controller has cut short: the same content under the
 * same digest.
 */
public final class PushManifestListStep extends Step implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String image;
    private List<String> tags = new ArrayList<>();
    private ArrayList<Object> sources = new ArrayList<>();
    private Map<String, String> annotations = new LinkedHashMap<>();
    private Map<String, Object> platformAnnotations = new LinkedHashMap<>();
    private String format = IndexFormat.AUTO.toString();
    private boolean amend;
    private boolean ignoreMissing;
    private boolean dryRun;
    private boolean removePlatformTags;
    private boolean attestations = true;
    private List<String> remove = new ArrayList<>();
    private String artifactType;
    private String subject;
    private String credentialsId;
    private List<String> tagsFrom = new ArrayList<>();
    private String sign;
    private String provenance;

    /** @param image target reference with tag */
    @DataBoundConstructor
    public PushManifestListStep(String image) {
        this.image = Util.fixEmptyAndTrim(image);
    }

    public String getImage() {
        return image;
    }

    /** Further tags of the same repository. */
    public List<String> getTags() {
        return tags;
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = MultilineList.strings(tags);
    }

    /** Platform images, references or maps; empty for what {@code multiArchBuild} recorded for this repository. */
    public List<Object> getSources() {
        return sources;
    }

    @DataBoundSetter
    public void setSources(List<Object> sources) {
        this.sources = sources == null ? new ArrayList<>() : new ArrayList<>(sources);
    }

    public Map<String, String> getAnnotations() {
        return annotations;
    }

    @DataBoundSetter
    public void setAnnotations(Map<String, String> annotations) {
        this.annotations = KeyValueRows.strings(annotations);
    }

    /** Annotations of single descriptors, by platform. */
    public Map<String, Object> getPlatformAnnotations() {
        return platformAnnotations;
    }

    @DataBoundSetter
    public void setPlatformAnnotations(Map<String, Object> platformAnnotations) {
        this.platformAnnotations =
                platformAnnotations == null ? new LinkedHashMap<>() : new LinkedHashMap<>(platformAnnotations);
    }

    public String getFormat() {
        return format;
    }

    @DataBoundSetter
    public void setFormat(String format) {
        String given = Util.fixEmptyAndTrim(format);
        this.format = given == null ? IndexFormat.AUTO.toString() : given;
    }

    public boolean isAmend() {
        return amend;
    }

    @DataBoundSetter
    public void setAmend(boolean amend) {
        this.amend = amend;
    }

    public boolean isIgnoreMissing() {
        return ignoreMissing;
    }

    @DataBoundSetter
    public void setIgnoreMissing(boolean ignoreMissing) {
        this.ignoreMissing = ignoreMissing;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    public boolean isRemovePlatformTags() {
        return removePlatformTags;
    }

    @DataBoundSetter
    public void setRemovePlatformTags(boolean removePlatformTags) {
        this.removePlatformTags = removePlatformTags;
    }

    /** Whether provenance and SBOM that come with a platform image go into the index. */
    public boolean isAttestations() {
        return attestations;
    }

    @DataBoundSetter
    public void setAttestations(boolean attestations) {
        this.attestations = attestations;
    }

    /** Platforms to remove from the index that is there. */
    public List<String> getRemove() {
        return remove;
    }

    @DataBoundSetter
    public void setRemove(List<String> remove) {
        this.remove = MultilineList.strings(remove);
    }

    /** What kind of artifact the index is, as a media type. */
    public String getArtifactType() {
        return artifactType;
    }

    @DataBoundSetter
    public void setArtifactType(String artifactType) {
        this.artifactType = Util.fixEmptyAndTrim(artifactType);
    }

    /** The image in the same repository that the index is about. */
    public String getSubject() {
        return subject;
    }

    @DataBoundSetter
    public void setSubject(String subject) {
        this.subject = Util.fixEmptyAndTrim(subject);
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** Rules by which further tags follow from what the build is of. */
    public List<String> getTagsFrom() {
        return tagsFrom;
    }

    @DataBoundSetter
    public void setTagsFrom(List<String> tagsFrom) {
        this.tagsFrom = MultilineList.strings(tagsFrom);
    }

    /** The credential with the key that signs the index and its platform images. */
    public String getSign() {
        return sign;
    }

    @DataBoundSetter
    public void setSign(String sign) {
        this.sign = Util.fixEmptyAndTrim(sign);
    }

    /** {@code jenkins} for provenance of the controller's own records. */
    public String getProvenance() {
        return provenance;
    }

    @DataBoundSetter
    public void setProvenance(String provenance) {
        this.provenance = Util.fixEmptyAndTrim(provenance);
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new Execution(context, this);
    }

    private Map<Platform, Map<String, String>> annotationsByPlatform() {
        Map<Platform, Map<String, String>> byPlatform = new LinkedHashMap<>();
        platformAnnotations.forEach((platform, given) -> {
            if (!(given instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("platformAnnotations of '" + platform + "' is '" + given
                        + "', which is no map. Write platformAnnotations: ['" + platform + "': ['key': 'value']].");
            }
            byPlatform.put(Platform.parse(platform), KeyValueRows.strings(map));
        });
        return byPlatform;
    }

    private static final class Execution extends RepeatableStepExecution<PushedManifestList> {

        private static final long serialVersionUID = 1L;

        /** Null if an older version has saved it. */
        private final PushManifestListStep step;

        Execution(StepContext context, PushManifestListStep step) {
            super(context);
            this.step = step;
        }

        @Override
        protected PushedManifestList run() throws Exception {
            return AbortExceptions.translate(this::push);
        }

        @Override
        public void onResume() {
            if (step == null) {
                getContext()
                        .onFailure(
                                new AbortException(
                                        "The controller was restarted, with another version of the plugin,"
                                                + " in the middle of pushManifestList. Build again: nothing half done is published."));
            } else {
                super.onResume();
            }
        }

        private PushedManifestList push() throws Exception {
            Run<?, ?> run = getContext().get(Run.class);
            PrintStream log = getContext().get(TaskListener.class).getLogger();
            if (step.image == null) {
                throw new IllegalArgumentException(
                        "pushManifestList needs an image. Write for example image: 'registry.example.com/team/app:1.0'.");
            }
            EffectiveConfiguration configuration = EffectiveConfiguration.of(run);
            EnvVars environment = getContext().get(EnvVars.class);
            TagsFromSource follow = TagsFromSource.of(step.tagsFrom, SourceRef.of(environment));
            ImageReference image = follow.image(step.image, configuration);
            Optional<IndexSignature> signature = IndexSignature.of(run, step.sign, step.provenance);
            PublishingPolicy policy = PublishingPolicy.of(run);
            policy.requireSignature(image, signature.isPresent());
            boolean removesOnly = step.sources.isEmpty() && !step.remove.isEmpty();
            IndexMembers members =
                    removesOnly ? IndexMembers.NONE : IndexMembers.of(step.sources, run, image, configuration);
            IndexRequest.Builder request = IndexRequest.builder(image)
                    .sources(members.sources())
                    .annotations(step.annotations)
                    .defaultAnnotations(RunAnnotations.of(run, environment, image, members.built()))
                    .format(IndexFormat.parse(step.format))
                    .amend(step.amend)
                    .ignoreMissing(step.ignoreMissing)
                    .dryRun(step.dryRun)
                    .attestations(step.attestations)
                    .remove(step.remove.stream().map(Platform::parse).toList())
                    .again(isAgain())
                    .artifactType(Util.fixNull(step.artifactType))
                    .subject(step.subject == null ? null : configuration.image(step.subject));
            step.annotationsByPlatform().forEach(request::platformAnnotations);
            RegistryAccess access = members.access(
                    configuration,
                    run,
                    SurroundingLogins.access(step.credentialsId, getContext(), configuration, image));
            Registry registry = new Registry(access, log::println);
            List<String> tags = new ArrayList<>(step.tags);
            tags.addAll(follow.tags(registry, image, log::println));
            policy.requireTags(image, tags);
            request.tags(tags);
            IndexPublisher publisher = new IndexPublisher(registry, log::println);
            BeforeTags sign = signature
                    .<BeforeTags>map(one -> index -> one.write(registry, index, members.built(), run, log::println))
                    .orElse(BeforeTags.NOTHING);
            PublishedIndex published = publish(publisher, request.build(), sign, run);
            if (step.dryRun) {
                log.println(new String(published.manifest().content(), StandardCharsets.UTF_8));
            } else {
                RunRecord record = new RunRecord(run);
                record.addIndex(
                        published, signature.map(IndexSignature::recorded).orElse(null));
                log.println("Recorded in " + record.link());
            }
            if (step.removePlatformTags && !step.dryRun) {
                publisher.removeTags(members.temporaryTags(), published);
            }
            return new PushedManifestList(
                    published.digest().toString(),
                    published.reference(),
                    published.size(),
                    published.mediaType(),
                    published.tags());
        }

        private static PublishedIndex publish(
                IndexPublisher publisher, IndexRequest request, BeforeTags sign, Run<?, ?> run) throws IOException {
            try {
                return publisher.publish(request, sign);
            } catch (IOException | IllegalArgumentException e) {
                if (!request.dryRun()) {
                    try {
                        new RunRecord(run).addFailedPush(request.image(), e.getMessage());
                    } catch (IOException unrecorded) {
                        e.addSuppressed(unrecorded);
                    }
                }
                throw e;
            }
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor implements CustomDescribableModel {

        @Override
        public String getFunctionName() {
            return "pushManifestList";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PushManifestListStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class, EnvVars.class);
        }

        @Override
        public Step newInstance(@Nullable StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            if (request == null) {
                return super.newInstance((StaplerRequest2) null, form);
            }
            List<String> tags = MultilineList.take(form, "tags");
            List<String> tagsFrom = MultilineList.take(form, "tagsFrom");
            List<String> sources = MultilineList.take(form, "sources");
            List<String> remove = MultilineList.take(form, "remove");
            Map<String, String> annotations = KeyValueRows.take(form, "annotations");
            Map<String, Object> platformAnnotations = KeyValueRows.takeByPlatform(form, "platformAnnotations");
            PushManifestListStep step = request.bindJSON(PushManifestListStep.class, form);
            step.setTags(tags);
            step.setTagsFrom(tagsFrom);
            step.setSources(new ArrayList<>(sources));
            step.setRemove(remove);
            step.setAnnotations(annotations);
            step.setPlatformAnnotations(platformAnnotations);
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

        /** The annotations of single members as the form shows them; none if there is no step yet. */
        public List<AnnotationRow> rows(PushManifestListStep step) {
            return step == null ? List.of() : AnnotationRow.of(step.platformAnnotations);
        }

        @POST
        public FormValidation doCheckImage(@QueryParameter String value) {
            return FormChecks.required(value, ImageReference::parse);
        }

        @POST
        public FormValidation doCheckTagsFrom(@QueryParameter String value) {
            return FormChecks.eachLine(value, TagRule::parse);
        }

        @POST
        public FormValidation doCheckSources(@QueryParameter String value) {
            return FormChecks.eachLine(value, ImageReference::parse);
        }

        /** For the rows of {@code platformAnnotations}. */
        @POST
        public FormValidation doCheckPlatform(@QueryParameter String value) {
            return FormChecks.required(value, Platform::parse);
        }

        @POST
        public FormValidation doCheckRemove(@QueryParameter String value) {
            return FormChecks.eachLine(value, Platform::parse);
        }

        @POST
        public ListBoxModel doFillFormatItems() {
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.IndexFormat_auto(), IndexFormat.AUTO.toString());
            items.add(Messages.IndexFormat_oci(), IndexFormat.OCI.toString());
            items.add(Messages.IndexFormat_docker(), IndexFormat.DOCKER.toString());
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
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String image) {
            return ImageCredentialItems.list(item, credentialsId, image);
        }
    }
}
