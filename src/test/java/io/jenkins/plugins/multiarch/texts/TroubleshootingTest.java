package io.jenkins.plugins.multiarch.texts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/troubleshooting.md} has every error that the plugin can print, and none that it cannot. */
class TroubleshootingTest {

    private static final Path SOURCES = Path.of("src/main");
    private static final Path DOCUMENT = Path.of("docs/troubleshooting.md");

    /** First cell of a row that begins with a message. */
    private static final Pattern ROW = Pattern.compile("^\\| `(.+?)`( [^|]*)?\\|", Pattern.MULTILINE);
    /** An error that is made to be thrown, with what is said of it. */
    private static final Pattern ERROR = Pattern.compile("new \\w*Exception(?:\\.\\w+)?\\(");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** Shorter ones could be found anywhere. */
    private static final int SHORTEST = 12;

    /** Their messages are part of another one, or are never seen: bugs, and threads that are told to stop. */
    private static final Set<String> PARTS = Set.of(
            "AgentProber.java: The probe was interrupted",
            "AgentLoss.java: The agent is offline",
            "BuildTools.java: jib is no program",
            "Bundle.java",
            "CacheUse.java",
            "CopyRequest.java: A time limit of ",
            "ContextUnpacker.java: this machine has no such file names",
            "Digest.java: This Java has no ",
            "Envelope.java",
            "ErrorMessages.java: Could not …: …",
            "FileName.java",
            "FolderEntry.java",
            "IgnoreRule.java",
            "ImageConfig.java",
            "Descriptor.java",
            "ImageIndex.java: entry ",
            "ImageIndex.java: it has no list",
            "ImageLayout.java:  has more",
            "ImageLayout.java: it ",
            "IndexRequest.java: A time limit of ",
            "IndexTable.java",
            "JobAccess.java: It is never",
            "Json.java",
            "LauncherCommandRunner.java",
            "LightweightCheckout.java",
            "ListingCache.java",
            "LocalCommandRunner.java: Cannot run",
            "LocalCommandRunner.java: Interrupted",
            "Manifest.java",
            "Mirror.java: Leave out",
            "MultiArchBuildConfiguration.java: : …",
            "MultiArchFolderProperty.java: : …",
            "PlatformRow.java: No agent is planned",
            "SigningKey.java",
            "SimpleSigning.java",
            "SingleFlight.java",
            "Statement.java",
            "ToolChoice.java: jib is no program",
            "PrivateKeyFile.java: This Java cannot",
            "ProbeCommands.java: Interrupted",
            "Provenance.java",
            "RecentTools.java: Interrupted",
            "RegistryClient.java",
            "RetryPolicy.java",
            "Transport.java: Connection refused",
            "Transport.java: interrupted",
            "Transport.java: unknown host",
            "CertificateAuthorities.java: This Java cannot",
            "VerificationKey.java: This Java has no ",
            "WithoutTls.java",
            "Workers.java");

    @Test
    void everyRowIsAMessageOfThePlugin() throws IOException {
        String sources = unescaped(String.join("\n", texts().values()));
        List<String> unknown = new ArrayList<>();
        for (String message : rows()) {
            for (String fragment : message.split("…")) {
                if (!sources.contains(fragment.strip())) {
                    unknown.add(message + ": '" + fragment.strip() + "' is in no source");
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyErrorHasARow() throws IOException {
        List<String> rows = rows();
        List<String> missing = new ArrayList<>();
        texts().forEach((file, text) -> {
            for (String error : errors(text)) {
                if (PARTS.stream().noneMatch((file + ": " + error)::startsWith)
                        && rows.stream().noneMatch(row -> describes(row, error))) {
                    missing.add(file + ": " + error);
                }
            }
        });
        assertThat(missing)
                .as("errors without a row in " + DOCUMENT + " that begins with a part of them")
                .isEmpty();
    }

    private static boolean describes(String row, String error) {
        return error.contains(row)
                || Arrays.stream(row.split("…"))
                        .map(String::strip)
                        .filter(fragment -> fragment.length() >= SHORTEST)
                        .anyMatch(error::contains);
    }

    private static List<String> rows() throws IOException {
        List<String> rows = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(DOCUMENT));
        while (row.find()) {
            // What a build tool prints stands in no source.
            if (!row.group(2).contains("in the build's output")) {
                rows.add(row.group(1));
            }
        }
        assertThat(rows).hasSizeGreaterThan(100);
        return rows;
    }

    /** The text of each error, with {@code …} for its values. */
    private static List<String> errors(String source) {
        List<String> errors = new ArrayList<>();
        Matcher error = ERROR.matcher(source);
        while (error.find()) {
            String text = LITERAL.matcher(arguments(source, error.end()))
                    .results()
                    .map(literal -> unescaped(literal.group(1)))
                    .collect(Collectors.joining("…"));
            if (text.length() >= SHORTEST) {
                errors.add(text);
            }
        }
        return errors;
    }

    /** What stands between a parenthesis and the one that closes it. */
    private static String arguments(String source, int start) {
        int depth = 1;
        boolean quoted = false;
        int end = start;
        for (; depth > 0; end++) {
            char c = source.charAt(end);
            if (quoted && c == '\\') {
                end++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                depth++;
            } else if (!quoted && c == ')') {
                depth--;
            }
        }
        return source.substring(start, end);
    }

    /** The sources by file name, with texts that are put together from several lines joined. */
    private static Map<String, String> texts() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                // The command line's own errors stand in docs/cli.md.
                if ((name.endsWith(".java") && !file.toString().contains("/engine/cli/")) || name.endsWith(".groovy")) {
                    String text = Files.readString(file);
                    texts.put(name, text.replaceAll("\"\\s*\\+\\s*\"", ""));
                }
            }
        }
        return texts;
    }

    private static String unescaped(String text) {
        return text.replace("\\\"", "\"").replace("\\\\", "\\");
    }
}
