package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import io.jenkins.plugins.multiarch.engine.dockerfile.PlatformArguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Docker's own engine, in three ways of asking it: buildx with the {@code docker} driver, {@code docker build} with
 * the BuildKit inside, and the classic builder. None of them can push by digest.
 *
 * @param engine its version; null if it is not known
 * @param containerd whether the engine keeps its images in the store of containerd
 */
record DockerCommands(Frontend frontend, Version engine, boolean containerd) implements ToolCommands {

    /** Of an engine of which nothing else is known. */
    DockerCommands(Frontend frontend) {
        this(frontend, null, false);
    }

    enum Frontend {
        BUILDX("buildx with the docker driver"),
        BUILDKIT("docker with the BuildKit inside it"),
        CLASSIC("docker with its classic builder (buildx and BuildKit are missing)");

        private final String title;

        Frontend(String title) {
            this.title = title;
        }
    }

    @Override
    public BuildTool tool() {
        return frontend == Frontend.BUILDX ? BuildTool.BUILDX : BuildTool.DOCKER;
    }

    @Override
    public boolean hasImages() {
        return true;
    }

    @Override
    public BuildScript script(BuildRequest request, String folder, String localImage) {
        List<Command> commands = new ArrayList<>();
        List<Command> push = new ArrayList<>();
        List<Command> cleanup = new ArrayList<>();
        commands.add(new Command("Build " + request.platform(), build(request, localImage)));
        if (request.features().export()) {
            commands.add(new Command("Export " + request.platform(), export(request, folder)));
        }
        ToolCommands.test(request, folder).ifPresent(commands::add);
        ToolCommands.archive(request, tool(), folder, localImage).ifPresent(push::add);
        if (request.push()) {
            String tag = request.platformTag().toString();
            // The digest is asked of the local name: had another build moved the tag meanwhile, it would not show up
            // there.
            push.add(new Command(
                    "Push " + request.platform(),
                    List.of(
                            "/bin/sh",
                            folder + "/" + BuildFolder.PUSH,
                            localImage,
                            tag,
                            folder + "/" + BuildFolder.REPO_DIGESTS)));
            if (isInlineCache(request)) {
                String cache = request.features().cache().target(request.platform());
                push.add(new Command(
                        "Cache " + request.platform(),
                        List.of("/bin/sh", folder + "/" + BuildFolder.PUSH_CACHE, localImage, cache)));
                cleanup.add(ToolCommands.removal(tool(), cache));
            }
            cleanup.add(ToolCommands.removal(tool(), tag, localImage));
        } else {
            cleanup.add(ToolCommands.removal(tool(), localImage));
        }
        return new BuildScript(
                frontend.title
                        + (request.push()
                                ? ", which cannot push by digest: pushed under the platform tag "
                                        + request.platformTag().tag()
                                : "; nothing is pushed"),
                request.push() ? request.platformTag().tag() : "",
                environment(request, localImage),
                commands,
                push,
                cleanup);
    }

    /** Whether what is kept of the build is in the image itself, which is pushed to the cache then. */
    private boolean isInlineCache(BuildRequest request) {
        return request.features().cache().isUsed() && !(frontend == Frontend.BUILDX && containerd);
    }

    @Override
    public List<String> cacheOptions(BuildRequest request) {
        BuildCache cache = request.features().cache();
        List<String> options = new ArrayList<>();
        if (!cache.isUsed()) {
            return options;
        }
        if (frontend == Frontend.BUILDX) {
            options.addAll(ToolCommands.registryCaches(request));
        } else {
            cache.sources(request.platform()).forEach(source -> options.add("--cache-from=" + source));
        }
        if (!isInlineCache(request)) {
            ToolCommands.registryCacheExport(request).ifPresent(options::add);
        } else if (request.push()) {
            options.add(frontend == Frontend.BUILDX ? "--cache-to=type=inline" : "--build-arg=BUILDKIT_INLINE_CACHE=1");
        }
        return options;
    }

    @Override
    public List<String> refusals(BuildRequest request) {
        BuildFeatures features = request.features();
        List<String> missing = new ArrayList<>();
        if (frontend == Frontend.CLASSIC) {
            if (!features.secrets().isEmpty()) {
                missing.add("build secrets");
            }
            if (!features.ssh().isEmpty()) {
                missing.add("SSH in RUN");
            }
            if (features.export()) {
                missing.add("export of files");
            }
            if (features.cache().isUsed()) {
                missing.add("build cache in a registry");
            }
        }
        if (frontend != Frontend.BUILDX) {
            if (!features.contexts().isEmpty()) {
                missing.add("additional build contexts");
            }
            if (!features.cacheTo().isEmpty()) {
                missing.add("export of the build cache");
            }
            if (features.asksForProvenance() || features.asksForSbom()) {
                missing.add("attestations");
            }
        }
        if (frontend == Frontend.BUILDX && !features.contexts().isEmpty() && engine != null && !engine.atLeast(23, 0)) {
            return List.of("the docker engine " + engine
                    + " has no additional build contexts: install docker 23.0 or later, or use a builder with a"
                    + " container driver");
        }
        return missing.stream()
                .map(what -> frontend.title.replaceFirst(" \\(.*", "") + " has no " + what
                        + ": install the buildx plugin (docker-buildx-plugin) on the agent")
                .toList();
    }

    private List<String> build(BuildRequest request, String localImage) {
        List<String> options = buildOptions(request);
        if (frontend != Frontend.BUILDX) {
            // It attests nothing.
            options.remove("--provenance=false");
        }
        List<String> arguments = new ArrayList<>();
        switch (frontend) {
            case BUILDX -> arguments.addAll(List.of("docker", "buildx", "build", "--progress=plain", "--load"));
            case BUILDKIT -> arguments.addAll(List.of("docker", "build", "--progress=plain"));
            case CLASSIC -> {
                arguments.addAll(List.of("docker", "build"));
                // It builds for its own machine only, and predefines no platform arguments.
                options.removeIf(option -> option.startsWith("--platform="));
                PlatformArguments.ofTarget(request.platform())
                        .forEach((key, value) -> options.add("--build-arg=" + key + "=" + value));
            }
        }
        arguments.addAll(options);
        arguments.add("--tag=" + localImage);
        arguments.add(ToolCommands.contextArgument(request));
        return arguments;
    }

    private List<String> export(BuildRequest request, String folder) {
        List<String> arguments = new ArrayList<>(
                frontend == Frontend.BUILDX ? List.of("docker", "buildx", "build") : List.of("docker", "build"));
        arguments.add("--progress=plain");
        arguments.addAll(optionsOfExport(request, folder));
        arguments.add(ToolCommands.contextArgument(request));
        return arguments;
    }

    private Map<String, String> environment(BuildRequest request, String localImage) {
        Map<String, String> environment = new LinkedHashMap<>(ToolCommands.environment(request, tool(), localImage));
        environment.put("DOCKER_BUILDKIT", frontend == Frontend.CLASSIC ? "0" : "1");
        return environment;
    }
}
