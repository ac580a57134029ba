package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.ImageIndex;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what this is about on any machine with a Java: nothing is installed, downloaded or left behind. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Builds a Dockerfile for three platforms, publishes and inspects the index, and runs what this"
                + " machine can run of it; all with a registry of its own.",
        footer = "Needs neither docker nor a network.")
final class DemoCommand implements Callable<Integer> {

    private static final String DOCKERFILE = "Dockerfile";

    @Spec
    private CommandSpec spec;

    /** So that {@code bin/multiarch} sees all classes that its archive is to have. */
    @Option(
            names = "--every-way",
            hidden = true,
            description = "Publish a second time, from references and in docker's format.")
    private boolean everyWay;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = out();
        Path work = Files.createTempDirectory("multiarch-demo");
        try (DemoRegistry demo = DemoRegistry.start()) {
            out.println("A registry runs at " + demo.address() + " as long as this demo does.");
            ImageReference image = ImageReference.parse(demo.address() + "/demo/hello:1.0");
            Path context = writeContext(work.resolve("context"));
            Path images = work.resolve("images.json");
            build(image, context, images);
            run(
                    List.of(
                            "push",
                            "--image=" + image,
                            "--source-file=" + images,
                            "--tag=latest",
                            "--annotation=org.opencontainers.image.title=hello"),
                    out);
            if (everyWay) {
                publishReferences(image.withTag("again"), images);
            }
            run(List.of("inspect", image.withTag("latest").toString()), out);
            run(List.of("inspect", "--raw", image.toString()), out);
            out.println();
            runPrograms(image, work);
        } finally {
            delete(work);
        }
        out.flush();
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** A Dockerfile, and a program for each platform, as a compiler would have made them on one machine. */
    private Path writeContext(Path context) throws IOException {
        for (Platform platform : DemoProgram.PLATFORMS) {
            Path program = context.resolve(platform.os()).resolve(platform.architecture());
            Files.createDirectories(program);
            Files.write(program.resolve("hello"), new DemoProgram(platform).bytes());
        }
        try (InputStream dockerfile = DemoCommand.class.getResourceAsStream("demo/" + DOCKERFILE)) {
            Files.copy(dockerfile, context.resolve(DOCKERFILE));
        }
        out().println("In " + context + " are a program for each platform, and this Dockerfile:");
        out().println();
        Files.readAllLines(context.resolve(DOCKERFILE)).forEach(line -> out().println("    " + line));
        return context;
    }

    private void build(ImageReference image, Path context, Path images) throws IOException {
        String platforms =
                DemoProgram.PLATFORMS.stream().map(Platform::toString).collect(Collectors.joining(","));
        StringWriter built = new StringWriter();
        run(
                List.of("build", "--builder=jib", "--image=" + image, "--platform=" + platforms, context.toString()),
                new PrintWriter(built, true));
        out().print(built);
        Files.writeString(images, built.toString());
    }

    private void publishReferences(ImageReference image, Path images) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("push", "--image=" + image, "--format=docker"));
        Json.readAll(Files.readString(images))
                .forEach(built -> arguments.add("--source=" + Json.string(built, "reference")));
        run(arguments, out());
    }

    private void runPrograms(ImageReference image, Path work) throws IOException {
        Registry registry = new Registry(RegistryAccess.anonymous());
        DemoRun programs = new DemoRun(registry, new LocalCommandRunner(), work);
        for (Descriptor member : ImageIndex.parse(registry.pull(image)).members()) {
            out().println("The program in the image for " + member.label() + ": " + programs.run(image, member));
        }
    }

    /**
     * One of the commands that its user will type, as it is.
     *
     * @param result gets what it prints to the standard output
     */
    private void run(List<String> arguments, PrintWriter result) throws IOException {
        out().println();
        out().println("$ multiarch " + String.join(" ", arguments));
        out().flush();
        CommandLine command =
                Main.commandLine().setOut(result).setErr(spec.commandLine().getErr());
        if (command.execute(arguments.toArray(String[]::new)) != 0) {
            throw new IOException(
                    "The demo has failed at 'multiarch " + arguments.get(0) + "'; the line above says why.");
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
