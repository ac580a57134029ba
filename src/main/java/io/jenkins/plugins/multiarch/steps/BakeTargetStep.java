package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.dispatch.DispatchStep;
import io.jenkins.plugins.multiarch.dispatch.DispatchStepDescriptor;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Builds one target of a bake file, as {@code multiArchBuild} would, on the images of the targets that it builds on. */
public final class BakeTargetStep extends DispatchStep {

    private final String target;
    private final Map<String, Object> build;
    private Map<String, Object> bases = new HashMap<>();
    private Map<String, String> archives = new HashMap<>();
    private boolean handOver;
    private String dockerfile;

    /**
     * @param target its name
     * @param build arguments of {@code multiArchBuild}
     */
    @DataBoundConstructor
    public BakeTargetStep(String target, Map<String, Object> build) {
        this.target = target;
        this.build = build;
    }

    /** Name of a build context to the platform images of the target that it is. */
    @DataBoundSetter
    public void setBases(Map<String, Object> bases) {
        this.bases = bases == null ? new HashMap<>() : bases;
    }

    public Map<String, Object> getBases() {
        return bases;
    }

    /** Name of a build context to the target that it is, of which no registry has the images. */
    @DataBoundSetter
    public void setArchives(Map<String, String> archives) {
        this.archives = archives == null ? new HashMap<>() : archives;
    }

    public Map<String, String> getArchives() {
        return archives;
    }

    /** Whether its images are kept for targets that are built on it and find them in no registry. */
    @DataBoundSetter
    public void setHandOver(boolean handOver) {
        this.handOver = handOver;
    }

    public boolean isHandOver() {
        return handOver;
    }

    public String getDockerfile() {
        return dockerfile;
    }

    /** Absolute path of a Dockerfile that stood in the bake file; null for none. */
    @DataBoundSetter
    public void setDockerfile(String dockerfile) {
        this.dockerfile = dockerfile;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new MultiArchBuildExecution(
                context,
                AbortExceptions.translate(() -> order(
                        new BakedTarget(target, references(context.get(BakeOrder.class)), dockerfile, handOver),
                        build,
                        context)),
                null);
    }

    /** Context to platform to reference, which names a digest, or to archive. */
    private Map<String, Map<String, String>> references(BakeOrder order) {
        Map<String, Map<String, String>> references = new LinkedHashMap<>();
        bases.forEach((context, images) -> {
            Map<String, String> byPlatform = new LinkedHashMap<>();
            for (Object image : (List<?>) images) {
                PlatformImage built = (PlatformImage) image;
                String platform = built.getPlatform();
                byPlatform.put(
                        platform,
                        archives.containsKey(context)
                                ? order.archive(archives.get(context), Platform.parse(platform))
                                        .context()
                                : "docker-image://" + built.getReference());
            }
            references.put(context, byPlatform);
        });
        return references;
    }

    private static BuildOrder order(BakedTarget target, Map<String, Object> build, StepContext context)
            throws Exception {
        MultiArchBuildStep step =
                (MultiArchBuildStep) ExtensionList.lookupSingleton(MultiArchBuildStep.DescriptorImpl.class)
                        .newInstance(build);
        step.bake(target);
        return BuildOrder.of(
                step,
                EffectiveConfiguration.of(context.get(Run.class)),
                SurroundingLogins.of(context),
                Objects.requireNonNull(context.get(EnvVars.class)));
    }

    /**
     * The order that a target will be built by, with names in place of the images that it builds on.
     *
     * @param planned the target
     * @param build arguments of {@code multiArchBuild}
     * @param context that of a step beside it
     * @throws IllegalArgumentException naming the value and the remedy
     */
    public static BuildOrder preview(
            PlannedTarget planned, Map<String, Object> build, @CheckForNull String dockerfile, StepContext context)
            throws Exception {
        Map<String, Map<String, String>> bases = new LinkedHashMap<>();
        planned.target().bases().forEach((name, base) -> {
            Map<String, String> byPlatform = new LinkedHashMap<>();
            planned.platforms().forEach(platform -> byPlatform.put(platform, "docker-image://" + base));
            bases.put(name, byPlatform);
        });
        return order(new BakedTarget(planned.name(), bases, dockerfile, false), build, context);
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super(BakeOrder.class, "multiArchBakeTarget", Run.class, TaskListener.class, EnvVars.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BakeTargetStep_displayName();
        }
    }
}
