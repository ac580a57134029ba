package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Functions;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.checkout.Commit;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.build.ReportedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.provenance.ResolvedBaseImage;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.report.PlatformBuild;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import io.jenkins.plugins.multiarch.report.RunRecord;
import io.jenkins.plugins.multiarch.steps.AbortExceptions;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import io.jenkins.plugins.multiarch.steps.RepeatableStepExecution;
import io.jenkins.plugins.multiarch.steps.RunAnnotations;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Reads what the build tool has pushed for one platform, and has the registry confirm it. */
public final class VerifyPushStep extends DispatchStep {

    private final String platform;
    private final long started;
    private final Map<String, Object> prepared;
    private Commit commit = Commit.UNKNOWN;

    /**
     * @param started when the branch got its agent, in milliseconds since the epoch
     * @param prepared what {@link PrepareStep} returned
     */
    @DataBoundConstructor
    public VerifyPushStep(String platform, long started, Map<String, Object> prepared) {
        this.platform = platform;
        this.started = started;
        this.prepared = prepared;
    }

    public Commit getCommit() {
        return commit;
    }

    /** What was checked out. */
    @DataBoundSetter
    public void setCommit(Commit commit) {
        this.commit = commit == null ? Commit.UNKNOWN : commit;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(
                context,
                platform,
                started,
                (boolean) prepared.get("emulated"),
                (String) prepared.get("tool"),
                (String) prepared.get("toolVersion"),
                (String) prepared.get("platformTag"),
                commit);
    }

    private static final class Execution extends RepeatableStepExecution<PlatformImage> {

        private static final long serialVersionUID = 1L;

        private final String platform;
        private final long started;
        private final boolean emulated;
        private final String tool;

        /** Null if an older version has saved it. */
        private final String toolVersion;

        private final String platformTag;
        private final Commit commit;

        Execution(
                StepContext context,
                String platform,
                long started,
                boolean emulated,
                String tool,
                String toolVersion,
                String platformTag,
                Commit commit) {
            super(context);
            this.toolVersion = toolVersion;
            this.platform = platform;
            this.started = started;
            this.emulated = emulated;
            this.tool = tool;
            this.platformTag = platformTag;
            this.commit = commit;
        }

        @Override
        protected boolean needsWorkspace() {
            return true;
        }

        @Override
        protected PlatformImage run() throws Exception {
            BuildOrder order = getContext().get(BuildOrder.class);
            TaskListener listener = getContext().get(TaskListener.class);
            if (order.exportTo() != null) {
                new ExportShipment(getContext()).send(order, Platform.parse(platform), buildFolder(order));
            }
            if (order.handsOver()) {
                new ArchiveShipment(getContext())
                        .send(order.bakeTarget(), Platform.parse(platform), buildFolder(order));
            }
            if (!order.push()) {
                PlatformImage built = recorded(order, "", "", 0, "", "", 0, List.of());
                listener.getLogger().println("Built " + platform + ", not pushed" + cacheUse(built));
                return built;
            }
            if (order.isMade() && order.hasTest()) {
                AbortExceptions.translate(() -> pushTested(order));
            }
            PushedImage pushed = AbortExceptions.translate(() -> read(order));
            PlatformImage image = recorded(
                    order,
                    pushed.reference().toString(),
                    pushed.descriptor().digest().toString(),
                    pushed.descriptor().size(),
                    pushed.descriptor().mediaType(),
                    platformTag,
                    pushed.compressedSize(),
                    pushed.bases());
            String size = image.getCompressedSize() > 0
                    ? ", " + Functions.humanReadableByteSize(image.getCompressedSize())
                    : "";
            listener.getLogger().println("Pushed " + platform + " as " + image.getReference() + size + cacheUse(image));
            return image;
        }

        private static String cacheUse(PlatformImage image) {
            return image.getSteps() == 0
                    ? ""
                    : ", " + image.getCachedSteps() + " of " + image.getSteps() + " steps from the cache";
        }

        private FilePath buildFolder(BuildOrder order) throws Exception {
            FilePath workspace = getContext().get(FilePath.class);
            return BranchFolders.of(order, Platform.parse(platform), workspace, false)
                    .build();
        }

        private Void pushTested(BuildOrder order) throws Exception {
            Run<?, ?> run = getContext().get(Run.class);
            PrintStream log = getContext().get(TaskListener.class).getLogger();
            AgentRegistries registries = new AgentRegistries(
                    getContext().get(EnvVars.class),
                    order.credentials(run).registries(),
                    EffectiveConfiguration.of(run).accessOfAgents(run, log::println));
            return buildFolder(order)
                    .act(new PushTestedImage(order.image(), Platform.parse(platform), registries, log));
        }

        private PushedImage read(BuildOrder order) throws Exception {
            Platform target = Platform.parse(platform);
            Run<?, ?> run = getContext().get(Run.class);
            TaskListener listener = getContext().get(TaskListener.class);
            // The agent is not trusted: it is believed once the registry has said the same.
            ReportedImage reported = buildFolder(order).act(new ReadDigest(order.image()));
            RegistryAccess access =
                    EffectiveConfiguration.of(run).access(run, order.image().registry(), order.credentialsId());
            Registry registry = new Registry(access, listener.getLogger()::println).withinTimeLimit();
            return PushedImage.read(registry, order.image(), target, reported);
        }

        private PlatformImage recorded(
                BuildOrder order,
                String reference,
                String digest,
                long size,
                String mediaType,
                String temporaryTag,
                long compressedSize,
                List<ResolvedBaseImage> bases)
                throws Exception {
            String name = getContext().get(Computer.class).getName();
            FlowNode node = Objects.requireNonNull(getContext().get(FlowNode.class));
            PlatformImage image = new PlatformImage(
                            platform,
                            reference,
                            digest,
                            size,
                            mediaType,
                            temporaryTag,
                            name.isEmpty() ? "built-in" : name,
                            emulated,
                            tool,
                            System.currentTimeMillis() - started,
                            compressedSize,
                            BranchLog.of(node, platform).cacheUse())
                    .builtFrom(commit.revision(), RunAnnotations.withoutUserInfo(commit.repository()))
                    .builtWith(toolVersion, bases);
            new RunRecord(getContext().get(Run.class))
                    .addBuild(PlatformBuild.succeeded(order.image().toString(), image)
                            .of(order.bakeTarget())
                            .by(node.getId()));
            return image;
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchCollect", Run.class, TaskListener.class, FilePath.class, Computer.class, FlowNode.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.VerifyPushStep_displayName();
        }
    }
}
