package io.jenkins.plugins.multiarch.engine.cli;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what this is about on any machine with a Java: nothing is installed, downloaded or left behind. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Makes a two-platform image, publishes and inspects its index, all in a registry of its own.",
        footer = "Needs neither docker nor a network.")
final class DemoCommand implements Callable<Integer> {

    private static final List<Platform> PLATFORMS =
            List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"));

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path work = Files.createTempDirectory("multiarch-demo");
        try (DemoRegistry demo = DemoRegistry.start()) {
            out.println("A registry runs at " + demo.address() + " as long as this demo does.");
            ImageReference image = ImageReference.parse(demo.address() + "/demo/hello:1.0");
            List<String> push = new ArrayList<>(List.of(
                    "push", "--image=" + image, "--tag=latest", "--annotation=org.opencontainers.image.title=hello"));
            for (Platform platform : PLATFORMS) {
                ImageReference pushed = pushPlatformImage(image, platform, work);
                out.println("Pushed the platform image " + pushed);
                push.add("--source=" + pushed + "=" + platform);
                push.add("--platform-annotation=" + platform + ":org.opencontainers.image.description=hello for "
                        + platform);
            }
            run(push);
            run(List.of("inspect", image.withTag("latest").toString()));
            run(List.of("inspect", "--raw", image.toString()));
            out.println();
        } finally {
            delete(work);
        }
        out.flush();
        return 0;
    }

    /** One of the commands that its user will type, as it is. */
    private void run(List<String> arguments) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println("$ multiarch " + String.join(" ", arguments));
        CommandLine command =
                Main.commandLine().setOut(out).setErr(spec.commandLine().getErr());
        if (command.execute(arguments.toArray(String[]::new)) != 0) {
            throw new IOException(
                    "The demo has failed at 'multiarch " + arguments.get(0) + "'; the line above says why.");
        }
    }

    private static ImageReference pushPlatformImage(ImageReference image, Platform platform, Path work)
            throws IOException {
        ImageReference target = image.withTag(image.tag() + "-" + platform.tagSuffix());
        Path greeting = work.resolve("greeting-" + platform.tagSuffix());
        Files.writeString(greeting, "Hello from " + platform + "\n");
        try {
            Jib.fromScratch()
                    .setFormat(ImageFormat.OCI)
                    .setPlatforms(Set.of(new com.google.cloud.tools.jib.api.buildplan.Platform(
                            platform.architecture(), platform.os())))
                    .addFileEntriesLayer(FileEntriesLayer.builder()
                            .addEntry(greeting, AbsoluteUnixPath.get("/greeting"))
                            .build())
                    .containerize(Containerizer.to(RegistryImage.named(target.toString()))
                            .setAllowInsecureRegistries(true)
                            .setToolName("multiarch-demo")
                            .setBaseImageLayersCache(work.resolve("base"))
                            .setApplicationLayersCache(work.resolve("layers")));
        } catch (RegistryException
                | CacheDirectoryCreationException
                | ExecutionException
                | InvalidImageReferenceException e) {
            throw new IOException("Could not push " + target + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while pushing " + target, e);
        }
        return target;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
