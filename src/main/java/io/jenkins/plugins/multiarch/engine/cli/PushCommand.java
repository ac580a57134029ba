package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.index.IndexFormat;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Publishes an index of platform images that are in the registry; its digest is all that goes to standard output. */
@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Publishes an image index (manifest list) of platform images and prints its digest.")
final class PushCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RegistryOptions registryOptions;

    @Option(
            names = "--image",
            required = true,
            paramLabel = "REFERENCE",
            description = "What to publish, with its tag.")
    private ImageReference image;

    @Option(
            names = "--source",
            paramLabel = "REFERENCE[=PLATFORM]",
            description = "A platform image, or an index to take the members of; repeatable. With a platform it is"
                    + " published for that one, whatever its configuration says.")
    private List<IndexSource> sources = new ArrayList<>();

    @Option(
            names = "--source-file",
            paramLabel = "FILE",
            description = "What 'multiarch build' printed; '-' reads it from the standard input.")
    private Path sourceFile;

    @Option(names = "--tag", paramLabel = "TAG", description = "A further tag; repeatable.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--annotation", paramLabel = "KEY=VALUE", description = "Annotates the index; repeatable.")
    private Map<String, String> annotations = new LinkedHashMap<>();

    @Option(
            names = "--platform-annotation",
            paramLabel = "PLATFORM:KEY=VALUE",
            description = "Annotates the member for that platform; repeatable.")
    private List<PlatformAnnotation> platformAnnotations = new ArrayList<>();

    @Option(
            names = "--format",
            defaultValue = "auto",
            paramLabel = "FORMAT",
            description =
                    "auto (default), oci or docker. auto: OCI, unless every member is a Docker manifest and nothing"
                            + " is annotated.")
    private IndexFormat format;

    @Option(names = "--amend", description = "Keep what the index already has for other platforms.")
    private boolean amend;

    @Option(names = "--ignore-missing", description = "Leave out sources that the registry does not have.")
    private boolean ignoreMissing;

    @Option(names = "--dry-run", description = "Show what would be published, and publish nothing.")
    private boolean dryRun;

    @Option(names = "--no-attestations", description = "Leave out provenance and SBOM that come with a source.")
    private boolean noAttestations;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        IndexRequest request = request();
        List<ImageReference> images = new ArrayList<>(List.of(image));
        request.sources().forEach(source -> images.add(source.reference()));
        PublishedIndex published =
                new IndexPublisher(registryOptions.connect(images, err::println), err::println).publish(request);
        spec.commandLine().getOut().println(published.digest());
        return 0;
    }

    private IndexRequest request() throws IOException {
        List<IndexSource> all = new ArrayList<>(sources);
        if (sourceFile != null) {
            all.addAll(CollectedImages.parse(readSourceFile()));
        } else if (sources.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Name at least one --source, or a --source-file");
        }
        try {
            IndexRequest.Builder request = IndexRequest.builder(image)
                    .tags(tags)
                    .sources(all)
                    .annotations(annotations)
                    .format(format)
                    .amend(amend)
                    .ignoreMissing(ignoreMissing)
                    .dryRun(dryRun)
                    .attestations(!noAttestations);
            platformAnnotations.forEach(annotation ->
                    request.platformAnnotations(annotation.platform(), Map.of(annotation.key(), annotation.value())));
            return request.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private String readSourceFile() throws IOException {
        if (sourceFile.toString().equals("-")) {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try {
            return Files.readString(sourceFile);
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "There is no file " + sourceFile + ". Write the output of 'multiarch build' to it.", e);
        }
    }
}
