package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.signature.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where a private key and its passphrase are. Neither is ever an argument, which other users of the machine could read. */
final class KeyOptions {

    /** cosign takes it from there too. */
    private static final String USUAL_VARIABLE = "COSIGN_PASSWORD";

    @ArgGroup(multiplicity = "1")
    private Key key;

    @ArgGroup
    private Passphrase passphrase = new Passphrase();

    /** Exactly one of them. */
    static final class Key {

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description =
                        "The private key: EC on P-256 in PEM (PKCS #8 or SEC 1), or the encrypted key file of 'cosign"
                                + " generate-key-pair'.")
        private Path file;

        @Option(
                names = "--key-env",
                paramLabel = "VARIABLE",
                description = "The environment variable that has the private key itself.")
        private String variable;
    }

    /** At most one of them. */
    static final class Passphrase {

        @Option(
                names = "--passphrase-file",
                paramLabel = "FILE",
                description = "The file with the passphrase of cosign's key file, on its first line.")
        private Path file;

        @Option(
                names = "--passphrase-env",
                paramLabel = "VARIABLE",
                description = "The environment variable that has the passphrase. Default: " + USUAL_VARIABLE + ".")
        private String variable = USUAL_VARIABLE;
    }

    /**
     * Reads the key.
     *
     * @throws IOException if there is no such file or variable; the message names it
     * @throws IllegalArgumentException if it is no such key; the message names where it is from, and what to do
     */
    SigningKey read(Map<String, String> environment) throws IOException {
        String from = key.file == null ? "The variable " + key.variable : key.file.toString();
        String text = key.file == null ? variable(environment, key.variable) : file(key.file);
        try {
            return SigningKey.read(text, passphrase(environment).toCharArray());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(from + " has no key to sign with. " + e.getMessage(), e);
        }
    }

    private String passphrase(Map<String, String> environment) throws IOException {
        if (passphrase.file != null) {
            return file(passphrase.file).lines().findFirst().orElse("");
        }
        boolean isUsual = passphrase.variable.equals(USUAL_VARIABLE);
        return isUsual ? environment.getOrDefault(USUAL_VARIABLE, "") : variable(environment, passphrase.variable);
    }

    private static String variable(Map<String, String> environment, String name) throws IOException {
        String value = environment.get(name);
        if (value == null) {
            throw new IOException("The variable " + name + " is not set. Set it, or name a file.");
        }
        return value;
    }

    /** The text of a file with a key or passphrase. */
    static String file(Path file) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IOException("The file " + file + " cannot be read. Check its name and permissions.");
        }
        // Bytes that are no text are no key either; whoever reads them says so.
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
