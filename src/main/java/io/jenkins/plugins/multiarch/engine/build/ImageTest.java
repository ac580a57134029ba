package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The test of an image that was made without a build tool. It needs one all the same, to run the image.
 *
 * @param tool that holds the image meanwhile
 * @param check of the machine for the platform
 * @param image the name that the image has in the tool
 */
public record ImageTest(BuildTool tool, EmulationCheck check, String image) {

    /** What {@link #localName} begins with. No registry has such an image. */
    static final String LOCAL = "localhost/multiarch-build/";

    /** In the order of preference. buildx builds, but has no images. */
    private static final List<BuildTool> HOLDERS = List.of(BuildTool.DOCKER, BuildTool.PODMAN, BuildTool.BUILDAH);

    /**
     * Chooses the first tool that runs the platform.
     *
     * @param tools those of this machine, all of them asked
     * @throws IllegalStateException if none works here, or none of them runs the platform; the message has the remedy
     */
    public static ImageTest on(BuildTools tools, BuildRequest request) {
        List<BuildTool> usable = tools.usable();
        List<ImageTest> tests = HOLDERS.stream()
                .filter(usable::contains)
                .map(tool -> new ImageTest(
                        tool, EmulationCheck.of(request.platform(), tools.only(tool)), localName(request)))
                .toList();
        if (tests.isEmpty()) {
            throw new IllegalStateException("This machine cannot test the image for " + request.platform()
                    + ": docker, podman or buildah must run it, and none of them works here" + problems(tools)
                    + ". Install one of them for the user that builds, or leave test out.");
        }
        return tests.stream()
                .filter(test -> test.check().possible())
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("This machine cannot test the image for " + request.platform()
                                + ": " + tests.get(0).check().problem() + ". Remedy: "
                                + tests.get(0).check().remedy()));
    }

    /** Why a tool that is there does not work. */
    private static String problems(BuildTools tools) {
        Stream<String> engine = Stream.ofNullable(tools.docker())
                .map(docker -> docker.problem() + (docker.remedy().isEmpty() ? "" : " (" + docker.remedy() + ")"))
                .filter(problem -> !problem.isEmpty());
        return Stream.concat(engine, tools.unanswered().stream())
                .map(sentence -> "; " + sentence)
                .collect(Collectors.joining());
    }

    /** A name under which a tool keeps an image as long as a build of the request runs, and no longer. */
    static String localName(BuildRequest request) {
        return LOCAL + UUID.randomUUID().toString().substring(0, 13) + ":"
                + request.platform().tagSuffix();
    }

    /**
     * Writes the commands that load the image and test it.
     *
     * @param folder of the build
     * @param archive the image in the form of {@code docker save}, under the name {@link #image}
     * @param directory an existing directory in which the test runs
     * @return the build as it is ready then; its image is pushed by whoever made it
     */
    public PreparedBuild prepare(BuildRequest request, BuildFolder folder, Path archive, Path directory)
            throws IOException {
        List<Command> commands = new ArrayList<>();
        commands.add(new Command("Load " + request.platform() + " into " + tool, ToolCommands.load(tool, archive)));
        ToolCommands.test(request, folder.path().toString()).ifPresent(commands::add);
        BuildScript script = new BuildScript(
                "made without a build tool, loaded into " + tool + " to be tested",
                "",
                ToolCommands.environment(request, tool, image),
                commands,
                List.of(),
                List.of(ToolCommands.removal(tool, image)));
        folder.write(script, request.test(), directory, Map.of());
        return PreparedBuild.of(check, BuildTool.JIB, "", script);
    }
}
