package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.IndexTable;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is behind a reference. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Shows an image index, with platform, digest, size, compressed size, layers and annotations of the images in"
                        + " it, or a single image or artifact; with artifact type, subject and annotations of its own. Docker"
                        + " schema 1 is named as such.")
final class InspectCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RegistryOptions registryOptions;

    @ArgGroup
    private Output output = new Output();

    @Parameters(paramLabel = "REFERENCE", description = "[registry/]repository[:tag][@digest]")
    private ImageReference reference;

    /** At most one of them. */
    static final class Output {

        @Option(names = "--raw", description = "Print the manifest exactly as it is.")
        private boolean raw;

        @Option(names = "--json", description = "Print what the table shows as JSON; sizes in bytes.")
        private boolean json;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Registry registry =
                registryOptions.connect(List.of(reference), spec.commandLine().getErr()::println);
        if (output.raw) {
            // Manifests are JSON, so UTF-8; nothing may be added, not even the end of the line.
            out.print(new String(registry.pull(reference, ReadOption.ANY_KIND).content(), StandardCharsets.UTF_8));
        } else if (output.json) {
            out.println(json(IndexTable.read(registry, reference)));
        } else {
            print(IndexTable.read(registry, reference), out);
        }
        out.flush();
        return 0;
    }

    private static String json(IndexTable table) throws IOException {
        ObjectNode root = Json.object();
        root.put("reference", table.reference().toString());
        root.put("digest", table.manifest().digest().toString());
        root.put("mediaType", table.manifest().mediaType());
        root.put("size", table.manifest().size());
        root.put("artifactType", table.artifactType());
        root.put("subject", table.subject());
        root.put("compressedSize", table.compressedSize());
        root.set("annotations", Json.of(table.annotations()));
        var platforms = root.putArray("platforms");
        for (IndexTable.Row row : table.rows()) {
            ObjectNode node = platforms.addObject();
            Descriptor member = row.member();
            node.put("platform", member.platform().map(Platform::toString).orElse(""));
            node.put("osVersion", member.osVersion());
            node.put("artifactType", member.artifactType());
            node.put("digest", member.digest().toString());
            node.put("mediaType", member.mediaType());
            node.put("size", member.size());
            node.put("missing", row.missing());
            if (row.layers() != IndexTable.UNKNOWN) {
                node.put("layers", row.layers());
            }
            if (row.compressedSize() != IndexTable.UNKNOWN) {
                node.put("compressedSize", row.compressedSize());
            }
            node.put("attestation", member.isAttestation());
            node.set("annotations", Json.of(member.annotations()));
        }
        return root.toPrettyString();
    }

    /** The table for people. */
    static void print(IndexTable table, PrintWriter out) {
        out.println("Reference  " + table.reference());
        out.println("Digest     " + table.manifest().digest());
        out.println("Type       " + table.manifest().mediaType()
                + (table.manifest().isSchema1() ? " (Docker schema 1: obsolete, cannot be in an index)" : ""));
        out.println("Size       " + table.manifest().size() + " bytes");
        if (!table.artifactType().isEmpty()) {
            out.println("Artifact   " + table.artifactType());
        }
        if (!table.subject().isEmpty()) {
            out.println("Subject    " + table.subject());
        }
        out.println("Images     " + bytes(table.compressedSize()) + " compressed");
        table.annotations().forEach((key, value) -> out.println("Annotation " + key + "=" + value));
        out.println();
        TextTable text = new TextTable("PLATFORM", "DIGEST", "MANIFEST", "COMPRESSED", "LAYERS", "ANNOTATIONS");
        for (IndexTable.Row row : table.rows()) {
            String unknown = row.missing() ? "missing" : "unknown";
            Descriptor member = row.member();
            text.row(
                    member.platform()
                            .map(platform -> platform + " " + member.osVersion())
                            .orElse(member.label())
                            .strip(),
                    member.digest().toString(),
                    member.size() + " B",
                    row.compressedSize() == IndexTable.UNKNOWN ? unknown : bytes(row.compressedSize()),
                    row.layers() == IndexTable.UNKNOWN ? unknown : String.valueOf(row.layers()),
                    annotations(member.annotations()));
        }
        text.print(out);
    }

    /** As registries and docker print sizes: in powers of ten. */
    private static String bytes(long size) {
        return size < 1000
                ? size + " B"
                : size < 1_000_000
                        ? String.format(Locale.ROOT, "%.1f kB", size / 1e3)
                        : String.format(Locale.ROOT, "%.1f MB", size / 1e6);
    }

    private static String annotations(Map<String, String> annotations) {
        return String.join(
                ", ",
                annotations.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
    }
}
