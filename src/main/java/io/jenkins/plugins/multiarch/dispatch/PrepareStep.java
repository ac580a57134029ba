package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.agents.EmulatorInstallation;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.build.BuildCredentials;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PreparedBuild;
import io.jenkins.plugins.multiarch.engine.context.DockerfilePath;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.leftovers.AddFolders;
import io.jenkins.plugins.multiarch.leftovers.FolderEntry;
import io.jenkins.plugins.multiarch.leftovers.LeftoverSweep;
import io.jenkins.plugins.multiarch.leftovers.RemoveLeftovers;
import io.jenkins.plugins.multiarch.steps.AbortExceptions;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import io.jenkins.plugins.multiarch.steps.RepeatableStepExecution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Makes an agent ready to build one platform: checks it, unpacks the context, writes the commands and credentials. */
public final class PrepareStep extends DispatchStep {

    private final String platform;
    private final boolean shipped;
    private boolean inPlace;
    private boolean withoutMachine;
    private String stash;

    /** @param shipped whether the build context comes by stash */
    @DataBoundConstructor
    public PrepareStep(String platform, boolean shipped) {
        this.platform = platform;
        this.shipped = shipped;
    }

    public boolean isInPlace() {
        return inPlace;
    }

    /** Whether it is built in the workspace of the author, which is to stay as it is. */
    @DataBoundSetter
    public void setInPlace(boolean inPlace) {
        this.inPlace = inPlace;
    }

    public boolean isWithoutMachine() {
        return withoutMachine;
    }

    /** Whether no build tool is needed; then this builds and pushes the image, and there is no command to run. */
    @DataBoundSetter
    public void setWithoutMachine(boolean withoutMachine) {
        this.withoutMachine = withoutMachine;
    }

    public String getStash() {
        return stash;
    }

    /** The stash with the build context; null for that of the order. */
    @DataBoundSetter
    public void setStash(String stash) {
        this.stash = stash;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, platform, shipped, inPlace, withoutMachine, stash);
    }

    /** Returns the {@code command} to run and what {@link VerifyPushStep} is to know. */
    private static final class Execution extends RepeatableStepExecution<Map<String, Object>> {

        private static final long serialVersionUID = 1L;

        private final String platform;
        private final boolean shipped;
        private final boolean inPlace;
        private final boolean withoutMachine;

        /** Null if an older version has saved it. */
        private final String stash;

        Execution(
                StepContext context,
                String platform,
                boolean shipped,
                boolean inPlace,
                boolean withoutMachine,
                String stash) {
            super(context);
            this.stash = stash;
            this.withoutMachine = withoutMachine;
            this.platform = platform;
            this.shipped = shipped;
            this.inPlace = inPlace;
        }

        @Override
        protected boolean needsWorkspace() {
            return true;
        }

        @Override
        protected Map<String, Object> run() throws Exception {
            BuildOrder order = Objects.requireNonNull(getContext().get(BuildOrder.class));
            Platform target = Platform.parse(platform);
            Run<?, ?> run = Objects.requireNonNull(getContext().get(Run.class));
            TaskListener listener = Objects.requireNonNull(getContext().get(TaskListener.class));
            Launcher launcher = Objects.requireNonNull(getContext().get(Launcher.class));
            EnvVars environment = Objects.requireNonNull(getContext().get(EnvVars.class));
            if (!launcher.isUnix() && !withoutMachine) {
                throw new AbortException("The agent for " + target
                        + " runs Windows, where multiArchBuild cannot build yet. Map the platform to a Linux agent.");
            }
            FilePath workspace = Objects.requireNonNull(getContext().get(FilePath.class));
            // A test may write where it runs, and other platforms may be built here at the same time.
            boolean copied = inPlace && !order.hasRemoteContext() && order.hasTest();
            BranchFolders folders = BranchFolders.of(order, target, workspace, shipped || copied);
            enter(folders.entry(order, run), folders.build(), launcher);
            if (shipped || copied) {
                try {
                    ContextArrival arrival = new ContextArrival(getContext(), order, folders);
                    if (shipped) {
                        arrival.ofStash(stash == null ? order.stash() : stash);
                    } else {
                        arrival.ofWorkspace(workspace);
                    }
                } finally {
                    folders.arrival().deleteRecursive();
                }
            }
            String dockerfile = dockerfile(order, folders, shipped, copied, workspace);
            ImageMaker maker = order.isMade() || withoutMachine
                    ? maker(order, target, run, folders, dockerfile, environment, listener)
                    : null;
            if (withoutMachine) {
                if (!shipped && !inPlace && !order.isMade()) {
                    requireAsPlanned(maker.request(), folders.context());
                }
                return make(maker, folders);
            }
            EmulatorInstallation.get()
                    .installFor(Objects.requireNonNull(getContext().get(Computer.class)), target, listener.getLogger());
            CommandRunner tools = LauncherCommandRunner.export(launcher, environment, workspace);
            if (maker != null) {
                PreparedBuild prepared =
                        AbortExceptions.translate(() -> folders.build().act(new MakeTestedImage(maker, tools)));
                listener.getLogger().println(prepared.explanation());
                return prepared(order, folders, prepared, "");
            }
            BuildCredentials credentials = AbortExceptions.translate(() -> order.credentials(run));
            BuildRequest request = order.request(
                            target,
                            EffectiveConfiguration.of(run)
                                    .isPlainHttp(order.image().registry()),
                            order.features()
                                    .withContexts(places(order, shipped ? folders.contexts() : null, workspace)))
                    .withDockerfile(dockerfile);
            BuildRequest complete = new ArchiveShipment(getContext()).receive(request, folders.contexts());
            PreparedBuild prepared = AbortExceptions.translate(() -> folders.build()
                    .act(new PrepareBuild(
                            complete,
                            order.builder().orElse(null),
                            inPlace ? surroundings(order) : null,
                            folders.context().getRemote(),
                            environment,
                            credentials,
                            tools)));
            listener.getLogger().println(prepared.explanation());
            if (order.push()
                    && !credentials.registries().containsKey(order.image().registry())) {
                // Whether the registry wants one, the build tool finds out later, in words of its own.
                listener.getLogger()
                        .println("No credential is given for " + order.image().registry()
                                + ": the agent's own login is used if it has one. To give one, set credentialsId in the"
                                + " step, or a credential for the registry in the folder or under Manage Jenkins » System »"
                                + " Multi-Arch Build.");
            }
            return prepared(
                    order,
                    folders,
                    prepared,
                    prepared.tagged() ? request.platformTag().tag() : "");
        }

        private static Map<String, Object> prepared(
                BuildOrder order, BranchFolders folders, PreparedBuild prepared, String platformTag) {
            Map<String, Object> result = new HashMap<>();
            String folder = folders.build().getRemote();
            if (order.hasTestBlock()) {
                result.put("command", BuildFolder.command(folder, BuildFolder.Part.BUILD));
                result.put("push", BuildFolder.command(folder, BuildFolder.Part.PUSH));
                result.put("directory", folders.test().getRemote());
                result.put("environment", new ArrayList<>(prepared.environment()));
            } else {
                result.put("command", BuildFolder.command(folder));
            }
            // For the script of a build that runs while the plugin is upgraded.
            result.put("folder", folder);
            result.put("emulated", prepared.emulated());
            result.put("tool", prepared.tool().toString());
            result.put("toolVersion", prepared.toolVersion());
            result.put("platformTag", platformTag);
            return result;
        }

        /** Null if an emulator may be installed for one platform, after the tools have been asked for another. */
        private static String surroundings(BuildOrder order) {
            return MultiArchBuildConfiguration.get().emulatorInstaller().isPresent() ? null : order.id();
        }

        private static ImageMaker maker(
                BuildOrder order,
                Platform target,
                Run<?, ?> run,
                BranchFolders folders,
                String dockerfile,
                EnvVars environment,
                TaskListener listener)
                throws Exception {
            EffectiveConfiguration configuration = EffectiveConfiguration.of(run);
            BuildCredentials credentials = AbortExceptions.translate(() -> order.credentials(run));
            BuildRequest request = order.request(
                            target, configuration.isPlainHttp(order.image().registry()), order.features())
                    .withDockerfile(dockerfile);
            AgentRegistries registries = new AgentRegistries(
                    environment,
                    credentials.registries(),
                    configuration.accessOfAgents(run, listener.getLogger()::println));
            return new ImageMaker(request, folders.context().getRemote(), registries, listener.getLogger());
        }

        /** The plan has read the Dockerfile of the commit; what the checkout has made of it may differ. */
        private static void requireAsPlanned(BuildRequest request, FilePath context) throws Exception {
            String obstacle = AbortExceptions.translate(
                            () -> context.act(new CheckRecipe(request.dockerfile(), false, List.of(request))))
                    .get(0);
            if (!obstacle.isEmpty()) {
                throw new AbortException(PlanWithoutMachines.withoutRemedy(obstacle) + ". The plan for "
                        + request.platform()
                        + " was made for another Dockerfile, which runs nothing. Build again. If that"
                        + " does not help, set builder to a build tool, such as 'buildx'.");
            }
        }

        private static Map<String, Object> make(ImageMaker maker, BranchFolders folders) throws Exception {
            AbortExceptions.translate(() -> folders.build().act(new MakeImage(maker)));
            Map<String, Object> result = new HashMap<>();
            result.put("emulated", false);
            result.put("tool", BuildTool.JIB.toString());
            result.put("platformTag", "");
            return result;
        }

        /** Where the Dockerfile is, seen from the folder of the context. */
        private static String dockerfile(
                BuildOrder order, BranchFolders folders, boolean shipped, boolean copied, FilePath workspace) {
            if (!order.hasDockerfileOutside() || !shipped && !copied) {
                return order.dockerfile();
            }
            FilePath file = shipped
                    ? folders.contexts()
                            .child(CopyDockerfile.FOLDER)
                            .child(new DockerfilePath(order.dockerfile()).name())
                    : workspace.child(order.context()).child(order.dockerfile());
            return file.getRemote();
        }

        /**
         * Where the further build contexts are on this agent.
         *
         * @param unpacked where they have been unpacked; null if they are in the workspace
         */
        private static Map<String, String> places(BuildOrder order, FilePath unpacked, FilePath workspace) {
            Map<String, String> places = new LinkedHashMap<>(order.features().contexts());
            int number = 0;
            for (Map.Entry<String, String> directory : order.directories().entrySet()) {
                FilePath place = unpacked == null
                        ? workspace.child(directory.getValue())
                        : unpacked.child(Integer.toString(number++));
                places.put(directory.getKey(), place.getRemote());
            }
            return places;
        }

        private void enter(FolderEntry entry, FilePath build, Launcher launcher) throws Exception {
            FilePath home = BranchFolders.home(getContext().get(Node.class));
            if (home.act(new AddFolders(entry, LeftoverSweep.KEPT_MILLIS))) {
                // This agent was lost before, or the controller went down. Its processes may go on even so.
                launcher.kill(Map.of(BuildFolder.VARIABLE, build.getRemote()));
                home.act(new RemoveLeftovers(List.of(entry.name())));
                home.act(new AddFolders(entry, LeftoverSweep.KEPT_MILLIS));
            }
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super(
                    "multiArchPrepare",
                    Run.class,
                    TaskListener.class,
                    FilePath.class,
                    Launcher.class,
                    EnvVars.class,
                    Computer.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PrepareStep_displayName();
        }
    }
}
