package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import io.jenkins.plugins.multiarch.engine.context.DockerfilePath;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code podman} and {@code buildah}: the same library under two names, so the same command lines.
 *
 * @param store the directory in which the tool keeps images; empty if unknown, then the tool is asked again
 */
record PodmanCommands(BuildTool tool, Version version, String store) implements ToolCommands {

    private static final String IMAGE = "docker-image://";

    /** What to do where an attestation is wanted. */
    private static final String ATTESTS = ": set builder: 'buildx' and have a builder with a container driver";

    @Override
    public BuildScript script(BuildRequest request, String folder, String localImage) {
        List<Command> commands = new ArrayList<>();
        List<Command> publication = new ArrayList<>();
        List<Command> cleanup = new ArrayList<>();
        List<String> build = new ArrayList<>(buildOptions(request));
        build.remove("--provenance=false"); // It attests nothing.
        boolean foreignCache = build.removeIf(PodmanCommands::isCacheOfBuildKit);
        fetches(request).forEach(commands::add);
        if (WorkingContainers.areMarkedBy(tool, version)) {
            String unique =
                    localImage.substring(localImage.lastIndexOf('/') + 1).replace(':', '-');
            WorkingContainers containers = new WorkingContainers(tool, unique, store);
            build.add(containers.option());
            cleanup.add(containers.removal());
        }
        cleanup.add(ToolCommands.removal(tool, localImage));
        cleanup.add(Command.quiet(
                "/bin/sh", folder + "/" + BuildFolder.FORGET, tool.toString(), folder + "/" + BuildFolder.LAYERS));
        build.add("--tag=" + localImage);
        if (request.features().export()) {
            build.add(ToolCommands.exportOption(folder));
        }
        build.add(ToolCommands.contextArgument(request));
        commands.add(new Command("Build " + request.platform(), run(request, folder, localImage, build)));
        // A podman that is told to stop reports success. Nothing must follow then: this fails without an image.
        commands.add(Command.quiet(
                "/bin/sh",
                folder + "/" + BuildFolder.BASE,
                tool.toString(),
                localImage,
                request.platform().os() + "/" + request.platform().architecture()));
        ToolCommands.test(request, folder).ifPresent(commands::add);
        ToolCommands.archive(request, tool, folder, localImage).ifPresent(publication::add);
        if (request.push()) {
            List<String> push = new ArrayList<>(List.of(tool.toString(), "push"));
            push.add("--digestfile=" + folder + "/" + BuildFolder.DIGEST);
            if (request.insecure()) {
                push.add("--tls-verify=false");
            }
            push.add(localImage);
            push.add("docker://" + request.platformTag());
            publication.add(new Command("Push " + request.platform(), push));
        }
        return new BuildScript(
                tool
                        + (request.push()
                                ? ", which cannot push by digest: pushed under the platform tag "
                                        + request.platformTag().tag()
                                : "; nothing is pushed")
                        + (request.features().cache().isUsed() && !tellsPlatformOfLayers(request)
                                ? "; without the cache, because podman does not tell the variant of a layer"
                                : "")
                        + (foreignCache ? "; without the caches that only BuildKit has" : ""),
                request.push() ? request.platformTag().tag() : "",
                ToolCommands.environment(request, tool, localImage),
                commands,
                publication,
                cleanup);
    }

    @Override
    public boolean hasImages() {
        return true;
    }

    /** A cache in BuildKit's words, {@code type=registry,ref=…}, with which {@code podman build} fails. */
    private static boolean isCacheOfBuildKit(String option) {
        return option.startsWith("--cache-from=type=") || option.startsWith("--cache-to=type=");
    }

    /**
     * Pulls the images that are build contexts, as far as their registries are reached by plain HTTP. The build itself can use
     * plain HTTP for all registries or for none.
     */
    private List<Command> fetches(BuildRequest request) {
        List<Command> fetches = new ArrayList<>();
        Set<String> insecure = new HashSet<>(request.features().insecureRegistries());
        if (request.insecure()) {
            insecure.add(request.image().registry());
        }
        request.features().contexts().forEach((name, place) -> {
            if (!place.startsWith(IMAGE + ImageTest.LOCAL)
                    && insecure.stream().anyMatch(registry -> place.startsWith(IMAGE + registry + "/"))) {
                fetches.add(new Command(
                        "Pull " + name,
                        List.of(
                                tool.toString(),
                                "pull",
                                "--quiet",
                                "--tls-verify=false",
                                place.substring(IMAGE.length()))));
            }
        });
        return fetches;
    }

    @Override
    public List<String> cacheOptions(BuildRequest request) {
        BuildCache cache = request.features().cache();
        if (!cache.isUsed() || !tellsPlatformOfLayers(request)) {
            return List.of();
        }
        String from = "--cache-from=" + cache.repository();
        return request.push() ? List.of(from, "--cache-to=" + cache.repository()) : List.of(from);
    }

    @Override
    public List<String> refusals(BuildRequest request) {
        BuildFeatures features = request.features();
        List<String> missing = new ArrayList<>();
        if (!features.secrets().isEmpty()) {
            require(missing, "build secrets", 3, 2, 21);
        }
        if (!features.ssh().isEmpty()) {
            require(missing, "SSH in RUN", 3, 3, 22);
        }
        if (!features.contexts().isEmpty()) {
            require(missing, "additional build contexts", 4, 2, 26);
        }
        if (features.cache().isUsed()
                || !features.cacheFrom().stream().allMatch(cache -> cache.startsWith("type="))
                || !features.cacheTo().stream().allMatch(cache -> cache.startsWith("type="))) {
            require(missing, "build cache in a registry", 4, 3, 28);
        }
        if (features.export()) {
            // Earlier releases export nothing if the image comes from the cache.
            require(missing, "export of files", 4, 2, 27);
        }
        if (features.asksForSbom()) {
            // Their --sbom writes a file, into the image or beside it.
            missing.add(tool + " attaches no software bill of materials" + ATTESTS);
        }
        if (features.asksForProvenance()) {
            missing.add(tool + " has no provenance" + ATTESTS);
        }
        return missing;
    }

    /** @param buildah the minor version of buildah 1 that has it first */
    private void require(List<String> missing, String what, int podmanMajor, int podmanMinor, int buildah) {
        boolean has =
                tool == BuildTool.PODMAN ? version.atLeast(podmanMajor, podmanMinor) : version.atLeast(1, buildah);
        if (!has) {
            String first = tool == BuildTool.PODMAN ? podmanMajor + "." + podmanMinor : "1." + buildah;
            missing.add(tool + " " + version + " has no " + what + ": install " + first + " or later");
        }
    }

    /** podman does not tell variants, so it may take layers of one for those of another. */
    private boolean tellsPlatformOfLayers(BuildRequest request) {
        return tool == BuildTool.BUILDAH || request.platform().variant().isEmpty();
    }

    /** Keeps layers for the next build, unless the tool cannot tell afterwards whether they are of the wanted platform. */
    private List<String> run(BuildRequest request, String folder, String localImage, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(
                "/bin/sh",
                folder + "/" + BuildFolder.BUILD,
                tool.toString(),
                localImage,
                request.platform().toString(),
                tellsPlatformOfLayers(request) ? keptLayers(request) : "",
                folder + "/" + BuildFolder.LAYERS,
                store));
        arguments.addAll(options);
        return arguments;
    }

    /** The name of what is kept on the machine: one for each image, platform, context, Dockerfile and stage. */
    private static String keptLayers(BuildRequest request) {
        DockerfilePath path = new DockerfilePath(request.dockerfile());
        // One that is not in the context may have come in a folder of this build.
        String dockerfile = path.isOutside() ? path.name() : path.text();
        // Branches and commits of a repository share most layers.
        String context = request.hasRemoteContext()
                ? request.context().replaceFirst("#[^:]*", "")
                : Path.of(request.context()).normalize().toString();
        Digest key = Digest.ofSha256(String.join("\n", request.image().name(), context, dockerfile, request.target())
                .getBytes(StandardCharsets.UTF_8));
        return "localhost/multiarch-layers/" + key.hex().substring(0, 12) + "-"
                + request.platform().tagSuffix();
    }
}
