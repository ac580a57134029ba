package io.jenkins.plugins.multiarch.engine.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The real cosign, without a transparency log and without a network.
 *
 * @param directory its home and working directory
 */
public record Cosign(ToolGeneration generation, Path directory) {

    public static final String PASSPHRASE = "correct horse";

    /** What a program has printed and answered. */
    public record Result(int code, String out, String errors) {}

    /** Runs any program there. */
    public Result run(String... command) throws Exception {
        Path errors = Files.createTempFile(directory, "errors", "");
        Path out = Files.createTempFile(directory, "out", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(errors.toFile())
                .redirectOutput(out.toFile());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("DOCKER_CONFIG", directory.toString());
        builder.environment().put("COSIGN_PASSWORD", PASSPHRASE);
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as(Arrays.toString(command))
                .isTrue();
        return new Result(process.exitValue(), Files.readString(out), Files.readString(errors));
    }

    /** Runs cosign. */
    public Result cosign(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(generation.cosign()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Makes {@code cosign.key} and {@code cosign.pub}, and reads the first. */
    public SigningKey generateKeyPair() throws Exception {
        assertThat(cosign("generate-key-pair").code()).isZero();
        return SigningKey.read(Files.readString(directory.resolve("cosign.key")), PASSPHRASE.toCharArray());
    }

    private String file(VerificationKey key) throws IOException {
        Path file = Files.createTempFile(directory, "key", ".pub");
        return Files.writeString(file, key.pem()).toString();
    }

    public Result verify(VerificationKey key, ImageReference image, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("verify", "--key", file(key), "--insecure-ignore-tlog=true"));
        arguments.addAll(List.of(options));
        arguments.add(image.toString());
        return cosign(arguments.toArray(String[]::new));
    }

    public Result verifyAttestation(VerificationKey key, ImageReference image, String type) throws Exception {
        return cosign(
                "verify-attestation",
                "--key",
                file(key),
                "--insecure-ignore-tlog=true",
                "--type",
                type,
                image.toString());
    }

    /** Signs with {@code cosign.key}. */
    public Result sign(ImageReference image, String... options) throws Exception {
        return signing("sign", image, options);
    }

    /** Attests with {@code cosign.key}. */
    public Result attest(ImageReference image, String type, String predicate) throws Exception {
        return signing("attest", image, "--type", type, "--predicate", predicate);
    }

    private Result signing(String command, ImageReference image, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of(command, "--key", "cosign.key", "--tlog-upload=false", "--yes"));
        if (generation == ToolGeneration.TODAY) {
            arguments.add("--use-signing-config=false");
        }
        arguments.addAll(List.of(options));
        arguments.add(image.toString());
        return cosign(arguments.toArray(String[]::new));
    }
}
