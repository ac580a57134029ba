package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.bake.BakeDirectory;
import io.jenkins.plugins.multiarch.engine.bake.BakePlan;
import io.jenkins.plugins.multiarch.engine.bake.BakePrint;
import io.jenkins.plugins.multiarch.engine.bake.BakeReader;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.bake.PublishMode;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Builds the targets of a bake file on this machine and publishes them, as {@code multiArchBake} does on agents. */
@Command(
        name = "bake",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Builds the targets of a bake file on this machine, each for its platforms, publishes an image index"
                        + " of each under all its tags, and prints one JSON object for each. No tag moves before every target is"
                        + " built.",
        footer =
                "HCL is read by docker buildx bake --print, which needs no engine; compose files and JSON also without it.")
final class BakeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RegistryOptions registryOptions;

    @Mixin
    private ToolOptions toolOptions;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A bake file; repeatable. Default: those that buildx finds by their names.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "TARGET.ATTRIBUTE=VALUE",
            description = "Overrides an attribute of targets, as with buildx, which it needs; repeatable:"
                    + " '*.platform=linux/arm64'.")
    private List<String> set = new ArrayList<>();

    @Option(
            names = "--var",
            paramLabel = "NAME=VALUE",
            description = "A variable of the bake file; repeatable. The others are taken from the environment.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--platform",
            split = ",",
            paramLabel = "PLATFORM",
            description = "A platform to build targets for that name none; repeatable. Default: that of this machine.")
    private List<Platform> platforms = new ArrayList<>();

    @Option(names = "--print", description = "Print the targets as JSON, as docker buildx bake --print does.")
    private boolean print;

    @Option(
            names = "--dry-run",
            description = "Print the plan: which target is built for which platform, how, and why. Build nothing.")
    private boolean dryRun;

    @Option(
            names = "--push",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Push and publish (the default), or build only. Targets that build on others need to be pushed.")
    private boolean push;

    @Option(
            names = "--publish",
            paramLabel = "WHEN",
            defaultValue = "all",
            description = "all (default): when every target is built. each: each target as soon as it is built.")
    private PublishMode publish;

    @Option(
            names = "--secret",
            paramLabel = "id=ID[,src=FILE|,env=VARIABLE]",
            description = "A secret that targets name; repeatable. Without a source: the variable of that name.")
    private List<SecretOption> secrets = new ArrayList<>();

    @Option(
            names = "--ssh",
            paramLabel = "default[=KEY]",
            defaultValue = "",
            description = "For targets that ask for SSH: your SSH agent, or the file of a private key.")
    private String ssh;

    @Option(
            names = "--cache",
            paramLabel = "REPOSITORY",
            defaultValue = "",
            description =
                    "Read build caches from repositories whose names begin with this one, and write them there when"
                            + " images are pushed, instead of the caches of the bake file. Each target has its own.")
    private String cache;

    @Option(
            names = "--fail-fast",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Stop everything when one build fails (the default), or only what needs its image.")
    private boolean failFast;

    @Parameters(
            paramLabel = "TARGET",
            arity = "0..*",
            description = "Targets and groups to build. Default: the group or target 'default'.")
    private List<String> targets = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<BuildTool> wanted;
        BakeReader reader;
        String key;
        try {
            wanted = toolOptions.wanted();
            toolOptions.requireParallel();
            key = SshOption.parse(ssh);
            reader = reader();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (print) {
            out().print(reader.print());
            out().flush();
            return 0;
        }
        BakePlan plan = plan(reader);
        BakeRequests requests = new BakeRequests(
                plan,
                push,
                secrets.stream().map(SecretOption::id).collect(Collectors.toCollection(LinkedHashSet::new)),
                key,
                cache);
        plan.targets()
                .forEach(target -> target.target().warnings().forEach(warning -> err().println("WARNING: " + warning)));
        requests.unusedSecrets().forEach(id -> err().println("WARNING: No target names the secret '" + id + "'."));
        BuildTools tools = toolOptions.withoutTool()
                ? BuildTools.NONE
                : BuildTools.detect(new LocalCommandRunner(registryOptions.environment()), wanted);
        BakeBuilds builds = new BakePlanner(tools, wanted).plan(requests);
        if (dryRun) {
            builds.table().print(out());
            out().flush();
            builds.requirePossible();
            return 0;
        }
        err().println("Plan for " + plan.targets().size() + (plan.targets().size() == 1 ? " target:" : " targets:"));
        builds.table().print(err());
        builds.requirePossible();
        return build(plan, builds, tools, wanted);
    }

    private BakeReader reader() {
        List<String> overrides = new ArrayList<>(set);
        if (toolOptions.noCache()) {
            overrides.add("*.no-cache=true");
        }
        if (toolOptions.pull()) {
            overrides.add("*.pull=true");
        }
        Map<String, String> environment = registryOptions.environment();
        environment.putAll(variables);
        return new BakeReader(
                BakeDirectory.of(Path.of("")),
                new LocalCommandRunner(environment, null, BakeReader.MOST_OUTPUT),
                new BakePrint(files, targets, overrides, !print && !ssh.isEmpty()));
    }

    private BakePlan plan(BakeReader reader) throws IOException, InterruptedException {
        List<Platform> defaults = platforms.isEmpty() ? List.of(Platform.current()) : platforms;
        BakePlan plan = BakePlan.of(
                reader.read(),
                targets,
                defaults.stream().map(Platform::toString).distinct().toList(),
                ImageReference::parse);
        if (push) {
            plan.requireTags();
        }
        return plan;
    }

    private int build(BakePlan plan, BakeBuilds builds, BuildTools tools, Optional<BuildTool> wanted)
            throws IOException {
        Map<String, byte[]> values = new LinkedHashMap<>();
        for (SecretOption secret : secrets) {
            values.put(secret.id(), secret.read(registryOptions.environment()));
        }
        LocalBuilder builder = new LocalBuilder(
                tools,
                wanted,
                registryOptions.environment(),
                values,
                registryOptions.access(builds.images(), err()::println),
                err()::println);
        BakeResult result = run(builder, builds);
        for (PlannedTarget target : plan.targets()) {
            result.json(target.name()).ifPresent(out()::println);
        }
        out().flush();
        result.requireSuccess();
        return 0;
    }

    private BakeResult run(LocalBuilder builder, BakeBuilds builds) throws IOException {
        try (LocalBuild kept = LocalBuild.create()) {
            BuildFolder folder =
                    kept.prepare(() -> BuildFolder.create(kept.folder().path()));
            return new BakeRun(builder, builds, push, folder.path(), publish, toolOptions.atOnce(), failFast).run();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
