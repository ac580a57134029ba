package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.index.IndexFormat;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
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

/**
 * Publishes an index of platform images; its digest is all that goes to standard output, or, in a dry run, its exact
 * bytes.
 */
@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Publishes an image index (manifest list) of platform images and prints its digest. It may have at"
                        + " most 4 MiB, which is checked before it is pushed.")
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
            paramLabel = "REFERENCE[=PLATFORM][,KEY=VALUE...]",
            description = {
                "A platform image by tag or digest, or an index to take the members of (its attestations come along);"
                        + " repeatable. Two members for one platform are an error. What is in another"
                        + " repository of the same registry is mounted, what is in another registry is copied, and a line every five"
                        + " seconds tells how far it has come. With a"
                        + " platform it is published for that one, whatever its configuration says.",
                "Keys: only=PLATFORM takes that member of an index alone (repeatable), os.version=VERSION and"
                        + " os.feature=FEATURE (repeatable) override those of the image, annotation.KEY=VALUE annotates"
                        + " its descriptor."
            })
    private List<IndexSource> sources = new ArrayList<>();

    @Option(
            names = "--source-file",
            paramLabel = "FILE",
            description = "What 'multiarch build' printed; '-' reads it from the standard input.")
    private Path sourceFile;

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description = "A further tag; repeatable. They are pushed together once the first is accepted.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--annotation",
            paramLabel = "KEY=VALUE",
            description = "Annotates the index; repeatable. A key with white space or control characters is refused.")
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
                            + " is annotated. An OCI index may have Docker and OCI members; a Docker list refuses"
                            + " annotations and attestations.")
    private IndexFormat format;

    @Option(
            names = "--amend",
            description = "Keep what the index already has for other platforms, byte for byte, and replace what it has"
                    + " for the same ones.")
    private boolean amend;

    @Option(
            names = "--remove",
            paramLabel = "PLATFORM",
            description = "Remove the member for this platform, and the attestations about it, from the index that is"
                    + " there; repeatable. Then no source is needed.")
    private List<Platform> remove = new ArrayList<>();

    @Option(
            names = "--remove-platform-tags",
            description = "Once the index is published, remove the tags that only served 'multiarch build' to push the"
                    + " images of --source-file. One that points elsewhere by now stays, as does one whose registry"
                    + " cannot remove tags.")
    private boolean removePlatformTags;

    @Option(
            names = "--artifact-type",
            paramLabel = "TYPE",
            description = "What kind of artifact the index is, as a media type. OCI only.")
    private String artifactType = "";

    @Option(
            names = "--subject",
            paramLabel = "REFERENCE",
            description = "The manifest in the same repository that the index is about. OCI only.")
    private ImageReference subject;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "How long all of it may take, retries included: 90s, 10m, 1h (default).")
    private Duration timeLimit;

    @Option(
            names = "--ignore-missing",
            description =
                    "Leave out, with a warning, sources that the registry does not have. If none is left, that is an error.")
    private boolean ignoreMissing;

    @Option(
            names = "--dry-run",
            description = "Print the exact bytes that would be published, and publish nothing. Their digest goes to the"
                    + " standard error.")
    private boolean dryRun;

    @Option(
            names = "--no-attestations",
            description = "Leave out provenance and SBOM that come with a source. Without this they are kept.")
    private boolean noAttestations;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        CollectedImages collected = collected();
        IndexRequest request = request(collected.sources());
        List<ImageReference> images = new ArrayList<>(List.of(image));
        request.sources().forEach(source -> images.add(source.reference()));
        IndexPublisher publisher = new IndexPublisher(registryOptions.connect(images, err::println), err::println);
        PublishedIndex published = publisher.publish(request);
        if (removePlatformTags && !dryRun) {
            publisher.removeTags(collected.platformTags(), published);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (dryRun) {
            // Manifests are JSON, so UTF-8; nothing may be added, not even the end of the line.
            out.print(new String(published.manifest().content(), StandardCharsets.UTF_8));
        } else {
            out.println(published.digest());
        }
        out.flush();
        return 0;
    }

    private CollectedImages collected() throws IOException {
        if (sourceFile != null) {
            return CollectedImages.parse(readSourceFile());
        }
        if (sources.isEmpty() && remove.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Name at least one --source, a --source-file, or a platform to --remove");
        }
        if (removePlatformTags) {
            throw new ParameterException(
                    spec.commandLine(), "--remove-platform-tags needs a --source-file, which names these tags");
        }
        return new CollectedImages(List.of(), List.of());
    }

    private IndexRequest request(List<IndexSource> collected) {
        List<IndexSource> all = new ArrayList<>(sources);
        all.addAll(collected);
        try {
            IndexRequest.Builder request = IndexRequest.builder(image)
                    .tags(tags)
                    .sources(all)
                    .annotations(annotations)
                    .format(format)
                    .amend(amend)
                    .ignoreMissing(ignoreMissing)
                    .dryRun(dryRun)
                    .attestations(!noAttestations)
                    .remove(remove)
                    .artifactType(artifactType)
                    .subject(subject)
                    .time(timeLimit);
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
