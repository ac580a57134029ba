package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.context.DockerfilePath;
import io.jenkins.plugins.multiarch.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.multiarch.engine.dockerfile.Instruction;
import io.jenkins.plugins.multiarch.engine.dockerfile.PlatformArguments;
import io.jenkins.plugins.multiarch.engine.dockerfile.Stage;
import io.jenkins.plugins.multiarch.engine.dockerfile.Variables;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A Dockerfile and its context, and whether images can be made of them without a machine.
 *
 * @param context its directory
 * @param path of the Dockerfile, relative to the context or absolute
 */
public record Recipe(Path context, String path, Dockerfile dockerfile) {

    private static final Pattern SYNTAX = Pattern.compile("(docker\\.io/)?docker/dockerfile(-upstream)?([:@].*)?");
    private static final long MOST_BYTES = 1024 * 1024;

    /**
     * Reads it.
     *
     * @param path of the Dockerfile, relative to the context or absolute
     * @throws IllegalArgumentException if the Dockerfile is malformed; the message has its line
     * @throws IOException if it cannot be read, or is a link to elsewhere
     */
    public static Recipe read(Path context, String path) throws IOException {
        Path file = new DockerfilePath(path).read(context);
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("The Dockerfile '" + path + "' has " + Files.size(file) + " bytes; at most "
                    + MOST_BYTES + " are read.");
        }
        return new Recipe(context, path, Dockerfile.parse(path, Files.readString(file, StandardCharsets.UTF_8)));
    }

    /**
     * One whose context is not at hand: it tells what is possible, but nothing can be built of it.
     *
     * @param path of the Dockerfile, for messages
     * @throws IllegalArgumentException if the Dockerfile is malformed; the message has its line
     */
    public static Recipe withoutContext(String path, String text) {
        return new Recipe(Path.of(""), path, Dockerfile.parse(path, text));
    }

    /**
     * Fails where a request asks for what needs a build tool, or a machine of the platform, whatever the Dockerfile says.
     *
     * @throws IllegalArgumentException the message names the remedy
     */
    public static void requireNoMachineFor(BuildRequest request) {
        requireLinux(request);
        requireNoToolFeatures(request);
        requireNoTest(request);
    }

    /**
     * The first instruction that runs a program, in the wanted stage or one that it needs.
     *
     * @return empty if no machine of the platform is needed
     * @throws IllegalArgumentException if there is no such stage
     */
    public Optional<Instruction> run(BuildRequest request) {
        return needed(request).stream().flatMap(stage -> stage.run().stream()).findFirst();
    }

    /** Every image that the build of a request reads, but not {@code scratch}. */
    public List<ImageReference> images(BuildRequest request) {
        Variables variables = globals(request);
        List<ImageReference> images = new ArrayList<>();
        for (Stage stage : needed(request)) {
            String base = base(stage, variables);
            if (!base.equals("scratch") && dockerfile.find(base, stage.index()).isEmpty()) {
                images.add(reference(stage.from(), base));
            }
            for (Instruction instruction : stage.instructions()) {
                instruction
                        .flag("from")
                        .filter(from -> dockerfile.find(from, stage.index()).isEmpty())
                        .ifPresent(from -> images.add(reference(instruction, from)));
            }
        }
        return images;
    }

    /**
     * Fails where the Dockerfile or the request asks for what needs a build tool, or a machine of the platform.
     *
     * @throws IllegalArgumentException the message names the remedy
     */
    public void requireNoMachine(BuildRequest request) {
        requirePossible(request);
        requireNoTest(request);
    }

    private static void requireNoTest(BuildRequest request) {
        if (request.hasTest()) {
            throw new IllegalArgumentException(
                    "The test runs the image, which needs a machine of the platform. Leave test out, or choose another builder.");
        }
    }

    /**
     * Fails where the Dockerfile or the request asks for what needs a build tool. A test is no part of the build.
     *
     * @throws IllegalArgumentException the message names line, instruction and remedy
     */
    public void requirePossible(BuildRequest request) {
        if (!dockerfile.syntax().isEmpty()
                && !SYNTAX.matcher(dockerfile.syntax()).matches()) {
            throw new IllegalArgumentException(dockerfile.file() + " is written in the syntax of " + dockerfile.syntax()
                    + ", which only BuildKit reads. Choose the builder buildx or docker.");
        }
        requireLinux(request);
        run(request).ifPresent(run -> {
            throw run.problem("'" + shortened(run.text()) + "' runs a program, which needs a machine of the platform."
                    + " Leave it out, or choose another builder.");
        });
        for (Stage stage : needed(request)) {
            stage.instructions().forEach(Instructions::requirePossible);
        }
        images(request);
        requireNoToolFeatures(request);
    }

    private static void requireLinux(BuildRequest request) {
        if (!request.platform().os().equals("linux")) {
            // Layers of Windows have another form.
            throw new IllegalArgumentException("The builder jib makes images of Linux, not of "
                    + request.platform().os() + ". Choose another builder.");
        }
    }

    private static void requireNoToolFeatures(BuildRequest request) {
        List<String> refused = new ArrayList<>();
        if (!request.features().cacheFrom().isEmpty()
                || !request.features().cacheTo().isEmpty()) {
            refused.add("build caches");
        }
        if (!request.features().contexts().isEmpty()) {
            refused.add("additional build contexts");
        }
        if (request.features().asksForProvenance() || request.features().asksForSbom()) {
            refused.add("attestations");
        }
        if (!request.features().options().isEmpty()) {
            refused.add("options of a build tool");
        }
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException("The builder jib has no " + String.join(", no ", refused)
                    + ". Leave that out, or choose another builder.");
        }
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() > 60 ? line.substring(0, 60) + "…" : line;
    }

    /** The wanted stage, and those that it begins with or copies from; the latter first. */
    private Set<Stage> needed(BuildRequest request) {
        Set<Stage> needed = new LinkedHashSet<>();
        collect(dockerfile.stage(request.target()), globals(request), needed);
        return needed;
    }

    private void collect(Stage stage, Variables variables, Set<Stage> needed) {
        if (needed.contains(stage)) {
            return;
        }
        dockerfile.find(base(stage, variables), stage.index()).ifPresent(base -> collect(base, variables, needed));
        for (Instruction instruction : stage.instructions()) {
            instruction
                    .flag("from")
                    .flatMap(from -> dockerfile.find(from, stage.index()))
                    .ifPresent(from -> collect(from, variables, needed));
        }
        needed.add(stage);
    }

    String base(Stage stage, Variables globals) {
        try {
            String base = globals.expand(stage.base());
            if (base.isEmpty()) {
                throw new IllegalArgumentException("'" + stage.base() + "' stands for nothing");
            }
            return base;
        } catch (IllegalArgumentException e) {
            throw stage.from().problem(e.getMessage() + ". Give its variables a value with ARG before it.");
        }
    }

    static ImageReference reference(Instruction instruction, String name) {
        try {
            return ImageReference.parse(name);
        } catch (IllegalArgumentException e) {
            throw instruction.problem("names the image '" + name + "': " + e.getMessage());
        }
    }

    /** What {@code FROM} lines know: {@code ARG} before them, and the platforms. */
    Variables globals(BuildRequest request) {
        return dockerfile.globals(
                request.buildArgs(), PlatformArguments.of(Platform.current(), request.platform(), request.target()));
    }
}
