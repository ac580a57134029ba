package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.index.IndexTable;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
        description = "Shows an image index with the platform images in it, or a single image.")
final class InspectCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

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
            out.print(new String(registry.pull(reference).content(), StandardCharsets.UTF_8));
        } else if (output.json) {
            out.println(json(IndexTable.read(registry, reference)));
        } else {
            print(IndexTable.read(registry, reference), out);
        }
        out.flush();
        return 0;
    }

    private static String json(IndexTable table) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("reference", table.reference().toString());
        root.put("digest", table.manifest().digest().toString());
        root.put("mediaType", table.manifest().mediaType());
        root.put("size", table.manifest().size());
        root.set("annotations", JSON.valueToTree(table.annotations()));
        var platforms = root.putArray("platforms");
        for (IndexTable.Row row : table.rows()) {
            ObjectNode node = platforms.addObject();
            node.put("platform", row.platform().toString());
            node.put("osVersion", row.osVersion());
            node.put("digest", row.digest().toString());
            node.put("mediaType", row.mediaType());
            node.put("size", row.manifestSize());
            node.put("missing", row.layers() == IndexTable.MISSING);
            if (row.layers() != IndexTable.MISSING) {
                node.put("layers", row.layers());
                node.put("layersSize", row.layersSize());
            }
            node.put("attestation", row.attestation());
            node.set("annotations", JSON.valueToTree(row.annotations()));
        }
        return JSON.writeValueAsString(root);
    }

    /** The table for people. */
    static void print(IndexTable table, PrintWriter out) {
        out.println("Reference  " + table.reference());
        out.println("Digest     " + table.manifest().digest());
        out.println("Type       " + table.manifest().mediaType());
        out.println("Size       " + table.manifest().size() + " bytes");
        table.annotations().forEach((key, value) -> out.println("Annotation " + key + "=" + value));
        out.println();
        TextTable text = new TextTable("PLATFORM", "DIGEST", "MANIFEST", "LAYERS", "LAYERS SIZE", "ANNOTATIONS");
        for (IndexTable.Row row : table.rows()) {
            boolean missing = row.layers() == IndexTable.MISSING;
            text.row(
                    row.attestation()
                            ? "(attestation)"
                            : row.platform() + (row.osVersion().isEmpty() ? "" : " " + row.osVersion()),
                    row.digest().toString(),
                    row.manifestSize() + " B",
                    missing ? "missing" : String.valueOf(row.layers()),
                    missing ? "missing" : row.layersSize() + " B",
                    annotations(row.annotations()));
        }
        text.print(out);
    }

    private static String annotations(Map<String, String> annotations) {
        return String.join(
                ", ",
                annotations.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
    }
}
