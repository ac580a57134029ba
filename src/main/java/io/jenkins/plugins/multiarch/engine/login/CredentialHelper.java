package io.jenkins.plugins.multiarch.engine.login;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program {@code docker-credential-<name>} that keeps logins for docker and podman.
 *
 * @param name what its name ends in
 * @param environment in which it is looked for and run
 * @see <a href="https://github.com/docker/docker-credential-helpers">docker-credential-helpers, development</a>
 */
record CredentialHelper(String name, Map<String, String> environment) {

    /** It may ask a cloud, but not a person. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private static final int MOST_BYTES = 1024 * 1024;
    private static final int MOST_WORDS = 500;

    /** How a helper says that it has no such login; anything else is a failure. */
    private static final String NOT_FOUND = "credentials not found in native keychain";

    /**
     * Asks for the login of a server.
     *
     * @param server as it was stored, e.g. {@code quay.io} or {@code https://index.docker.io/v1/}
     * @return empty if the helper has none
     * @throws IOException if the helper is missing or fails; the message has its own words, but no secret
     */
    Optional<RegistryCredential> get(String server) throws IOException {
        Path said = Files.createTempFile("multiarch", null);
        try {
            int exit = run(server, said);
            String output = read(said);
            if (exit == 0) {
                return parse(output);
            }
            if (output.contains(NOT_FOUND)) {
                return Optional.empty();
            }
            throw failed(output.isBlank() ? "it ended with exit code " + exit : printable(output), null);
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private int run(String server, Path said) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program(), "get")
                .redirectOutput(said.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw failed("it cannot be run. Install it, or log in without it", e);
        }
        try (OutputStream in = process.getOutputStream()) {
            in.write((server + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It has ended before it has read everything; its exit code and its words say why.
        }
        try {
            if (!process.waitFor(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                throw failed("it has not answered within " + LONGEST_WAIT.toSeconds() + " s", null);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a credential helper");
        } finally {
            process.destroy();
        }
    }

    /** Java would look on the path of this process. */
    private String program() throws IOException {
        String program = "docker-credential-" + name;
        if (program.contains("/") || program.contains("\\")) {
            throw failed("'" + name + "' is not the name of a helper. Correct it", null);
        }
        for (String folder : environment.getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            for (String suffix : List.of("", ".exe", ".cmd")) {
                Path file = Path.of(folder, program + suffix);
                if (!folder.isEmpty() && Files.isExecutable(file) && !Files.isDirectory(file)) {
                    return file.toString();
                }
            }
        }
        throw failed("it is not installed, or not in the PATH. Install it, or log in without it", null);
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
        }
    }

    private Optional<RegistryCredential> parse(String output) throws IOException {
        try {
            JsonNode answer = Json.readObject(output.getBytes(StandardCharsets.UTF_8));
            String username = Json.string(answer, "Username");
            String secret = Json.string(answer, "Secret");
            return username.isEmpty() && secret.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new RegistryCredential(username, secret));
        } catch (IllegalArgumentException e) {
            // The reason could quote what is secret.
            throw failed("its answer is no login in JSON", null);
        }
    }

    private static String printable(String output) {
        String line = output.replaceAll("\\s+", " ").replaceAll("\\p{C}", "?");
        return line.length() > MOST_WORDS ? line.substring(0, MOST_WORDS) + "…" : line;
    }

    private IOException failed(String reason, IOException cause) {
        return new IOException("the helper docker-credential-" + name + " failed: " + reason, cause);
    }

    @Override
    public String toString() {
        return "docker-credential-" + name;
    }
}
