package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.dockerfile.PlatformArguments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a build request into the command lines of one build tool. */
interface ToolCommands {

    /** The tool that they are for. */
    BuildTool tool();

    /**
     * @param request what to build
     * @param folder absolute path of the build folder, where the tool leaves what is to be read afterwards
     * @param localImage name under which the tool keeps the image on its machine while the script runs
     */
    BuildScript script(BuildRequest request, String folder, String localImage);

    /** Whether others can load an image into it and build on that; if not, it builds on images in directories. */
    boolean hasImages();

    /** The options that every tool spells alike. Written as one argument each, so that no value can pass for an option. */
    default List<String> buildOptions(BuildRequest request) {
        List<String> options = new ArrayList<>();
        options.add("--platform=" + request.platform());
        options.add("--file=" + request.dockerfile());
        if (!request.target().isEmpty()) {
            options.add("--target=" + request.target());
        }
        request.buildArgs().forEach((key, value) -> options.add("--build-arg=" + key + "=" + value));
        request.labels().forEach((key, value) -> options.add("--label=" + key + "=" + value));
        if (request.noCache()) {
            options.add("--no-cache");
        }
        if (request.pull()) {
            options.add("--pull");
        }
        BuildFeatures features = request.features();
        features.secrets().forEach((id, file) -> options.add("--secret=id=" + id + ",src=" + file));
        if (!features.ssh().isEmpty()) {
            options.add("--ssh=default" + (features.ssh().equals("default") ? "" : "=" + features.ssh()));
        }
        options.addAll(cacheOptions(request));
        features.cacheFrom().forEach(cache -> options.add("--cache-from=" + forPlatform(request, cache)));
        features.cacheTo().forEach(cache -> options.add("--cache-to=" + forPlatform(request, cache)));
        features.contexts().forEach((name, place) -> options.add("--build-context=" + name + "=" + place));
        if (!features.provenance().isEmpty()) {
            options.add("--provenance="
                    + (List.of("min", "max").contains(features.provenance())
                            ? "mode=" + features.provenance()
                            : features.provenance()));
        }
        if (features.asksForSbom()) {
            options.add("--sbom=" + (features.sbom().equals("true") ? "true" : "generator=" + features.sbom()));
        }
        options.addAll(features.options());
        return options;
    }

    /** How this tool is told of {@link BuildFeatures#cache}; none if there is none. It is written to by a build that pushes. */
    List<String> cacheOptions(BuildRequest request);

    /** The sources of {@link BuildFeatures#cache} as BuildKit names them; what it does not find there is no error. */
    static List<String> registryCaches(BuildRequest request) {
        BuildCache cache = request.features().cache();
        return cache.isUsed()
                ? cache.sources(request.platform()).stream()
                        .map(source -> "--cache-from=type=registry,ref=" + source)
                        .toList()
                : List.of();
    }

    /** BuildKit's export of every step's layers to {@link BuildFeatures#cache}; its failure is a warning. */
    static Optional<String> registryCacheExport(BuildRequest request) {
        BuildCache cache = request.features().cache();
        return cache.isUsed() && request.push()
                ? Optional.of("--cache-to=type=registry,ref=" + cache.target(request.platform())
                        + ",mode=max,ignore-error=true")
                : Optional.empty();
    }

    private static String forPlatform(BuildRequest request, String text) {
        return text.replace("{platform}", request.platform().tagSuffix());
    }

    /**
     * What a request has that this tool cannot do.
     *
     * @return one sentence without a full stop for each, with the remedy; empty if it can do all of it
     */
    List<String> refusals(BuildRequest request);

    /** The directory to build, as the tool is told: commands run inside the context. */
    static String contextArgument(BuildRequest request) {
        return request.hasRemoteContext() ? request.context() : ".";
    }

    /** What the tests and the tools find in their environment. */
    static Map<String, String> environment(BuildRequest request, BuildTool tool, String localImage) {
        Map<String, String> environment = new LinkedHashMap<>(PlatformArguments.ofTarget(request.platform()));
        environment.put("IMAGE", localImage);
        environment.put("BUILD_TOOL", tool.toString());
        return environment;
    }

    /** The options of a build that takes everything from the cache of the one just before. */
    default List<String> optionsOfRepetition(BuildRequest request) {
        List<String> options = buildOptions(request);
        options.removeAll(List.of("--no-cache", "--pull"));
        return options;
    }

    /** Leaves the files of the image in the build folder. */
    static String exportOption(String folder) {
        return "--output=type=local,dest=" + folder + "/" + BuildFolder.EXPORT;
    }

    /** The options of a build that exports what the one just before has built, into the build folder. */
    default List<String> optionsOfExport(BuildRequest request, String folder) {
        List<String> options = optionsOfRepetition(request);
        // Attestations would be files among those of the image; the build of the image has written the cache.
        options.removeIf(option -> option.matches("--(provenance|sbom|cache-to)(=.*)?"));
        options.add(exportOption(folder));
        return options;
    }

    /** Leaves the image in the build folder as an archive; empty if that is not wanted. */
    static Optional<Command> archive(BuildRequest request, BuildTool tool, String folder, String localImage) {
        return request.features().archive()
                ? Optional.of(new Command(
                        "Save " + request.platform(),
                        List.of(
                                "/bin/sh",
                                folder + "/" + BuildFolder.SAVE_IMAGE,
                                program(tool),
                                localImage,
                                folder + "/" + BuildFolder.IMAGE)))
                : Optional.empty();
    }

    /** Loads the image in an archive, under the name that it has there. */
    static List<String> load(BuildTool tool, Path archive) {
        return tool == BuildTool.BUILDAH
                ? List.of("buildah", "pull", "--quiet", "docker-archive:" + archive)
                : List.of(program(tool), "load", "--quiet", "--input=" + archive);
    }

    /** Removes an image, or one of its names if it has others. */
    static Command removal(BuildTool tool, String... images) {
        List<String> arguments = new ArrayList<>(
                program(tool).equals("docker")
                        ? List.of("docker", "image", "rm", "--force")
                        : List.of(program(tool), "rmi", "--force"));
        arguments.addAll(List.of(images));
        return new Command("", arguments);
    }

    /** What the tool is called by; buildx is a command of docker. */
    static String program(BuildTool tool) {
        return tool == BuildTool.BUILDX ? "docker" : tool.toString();
    }

    /** Runs the author's test script, which {@link BuildFolder} puts beside the commands; empty if there is none. */
    static Optional<Command> test(BuildRequest request, String folder) {
        if (request.test().isBlank()) {
            return Optional.empty();
        }
        String program = folder + "/" + BuildFolder.TEST;
        List<String> arguments =
                request.test().startsWith("#!") ? List.of(program) : List.of("/bin/sh", "-xe", program);
        return Optional.of(new Command("Test " + request.platform(), arguments));
    }
}
