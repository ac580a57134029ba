package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.provenance.Provenance;
import io.jenkins.plugins.multiarch.engine.provenance.TestFacts;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.engine.signature.Cosign;
import io.jenkins.plugins.multiarch.engine.signature.Signer;
import io.jenkins.plugins.multiarch.engine.signature.SigningKey;
import io.jenkins.plugins.multiarch.engine.signature.TestKeys;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sign}, {@code verify} and {@code copy} in processes of their own, with a key of the real cosign. */
@Tag("integration")
@Timeout(300)
class SupplyChainCommandsTest {

    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private Cosign cosign;
    private RealRegistry real;
    private PublishedIndex index;

    @BeforeEach
    void start() throws Exception {
        assertThat(Path.of(ToolGeneration.RELEASED.cosign()))
                .as("Run .ci/prepare")
                .isExecutable();
        cosign = new Cosign(ToolGeneration.RELEASED, directory);
        cosign.generateKeyPair();
        real = RealRegistry.start();
        environment.put("HOME", directory.toString());
        environment.put("DOCKER_CONFIG", directory.toString());
        environment.put("REGISTRY_AUTH_FILE", null);
        environment.put("XDG_RUNTIME_DIR", directory.toString());
        environment.put("COSIGN_PASSWORD", null);
        TestImages.anonymous().push(real.image("demo/app:amd64"), "linux/amd64");
        TestImages.anonymous().push(real.image("demo/app:arm64"), "linux/arm64");
        index = new IndexPublisher(new Registry(RegistryAccess.anonymous()), line -> {})
                .publish(IndexRequest.builder(real.image("demo/app:1"))
                        .source(IndexSource.of(real.image("demo/app:amd64")))
                        .source(IndexSource.of(real.image("demo/app:arm64")))
                        .build());
    }

    @AfterEach
    void stop() throws IOException {
        real.close();
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private CommandResult run(String classPath, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new LocalCommandRunner(environment).run(command, LONG);
    }

    private CommandResult multiarch(String... arguments) throws IOException {
        return run(System.getProperty("java.class.path"), arguments);
    }

    /** Only reading a private key takes Bouncy Castle. */
    private CommandResult withoutBouncyCastle(String... arguments) throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("bouncycastle"))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(classPath).isNotEqualTo(System.getProperty("java.class.path"));
        return run(classPath, arguments);
    }

    private static String succeed(CommandResult result) {
        assertThat(result.exitCode()).as(result.stderr()).isZero();
        return result.stdout();
    }

    @Test
    void fromAKeyPairToAVerifiedCopy() throws Exception {
        environment.put("COSIGN_PASSWORD", Cosign.PASSPHRASE);
        ImageReference live = real.image("live/app:2");

        String signed = succeed(multiarch(
                "sign",
                "--key",
                file("cosign.key"),
                "--recursive",
                index.image().withTag("1").toString()));
        assertThat(signed.lines()).hasSize(3).first().isEqualTo(index.reference());
        String verified = succeed(withoutBouncyCastle(
                "verify",
                "--key",
                file("cosign.pub"),
                "--recursive",
                real.image("demo/app:1").toString()));
        assertThat(verified.strip()).isEqualTo(index.reference());
        String copied = succeed(
                withoutBouncyCastle("copy", real.image("demo/app:1").toString(), live.toString(), "--tag=latest"));
        assertThat(copied.strip()).isEqualTo(index.digest().toString());

        for (ImageReference tag : List.of(live, live.withTag("latest"))) {
            JsonNode read = Json.readLeniently(
                    succeed(withoutBouncyCastle("verify", "--json", "--key", file("cosign.pub"), tag.toString())));
            assertThat(read.at("/images/0/reference").textValue())
                    .isEqualTo(live.withDigest(index.digest()).toString());
            assertThat(read.at("/images/0/signatures")).hasSize(2);
            assertThat(cosign.cosign("verify", "--key", "cosign.pub", "--insecure-ignore-tlog=true", tag.toString())
                            .code())
                    .isZero();
        }
    }

    @Test
    void aKeyAndAPassphraseCanBeInFilesAndInVariables() throws Exception {
        String image = index.reference();
        Files.writeString(directory.resolve("passphrase"), Cosign.PASSPHRASE + "\n");
        environment.put("SIGNING_KEY", Files.readString(directory.resolve("cosign.key")));
        environment.put("SIGNING_PASSPHRASE", Cosign.PASSPHRASE);

        succeed(multiarch("sign", image, "--key-env", "SIGNING_KEY", "--passphrase-env", "SIGNING_PASSPHRASE"));
        CommandResult again =
                multiarch("sign", image, "--key", file("cosign.key"), "--passphrase-file", file("passphrase"));
        assertThat(succeed(again).strip()).isEqualTo(image);
        assertThat(again.stderr()).contains("Already signed: " + image);
    }

    @Test
    void whatIsWrongWithAKeyIsSaidInOneLine() throws Exception {
        Files.writeString(directory.resolve("key.pem"), TestKeys.privatePem());
        assertFails(
                "cosign.key has no key to sign with. The passphrase does not open the private key.",
                "sign",
                index.reference(),
                "--key",
                file("cosign.key"));
        assertFails(
                "This is a public key ('PUBLIC KEY'), which cannot sign.",
                "sign",
                index.reference(),
                "--key",
                file("cosign.pub"));
        assertFails("The file " + file("none") + " cannot be read.", "sign", index.reference(), "--key", file("none"));
        assertFails(
                "The variable NONE is not set. Set it, or name a file.",
                "sign",
                index.reference(),
                "--key",
                file("key.pem"),
                "--passphrase-env",
                "NONE");
        assertFails(
                "key.pem has no key to verify with. This is a private key",
                "verify",
                index.reference(),
                "--key",
                file("key.pem"));
    }

    private void assertFails(String message, String... arguments) throws IOException {
        CommandResult result = multiarch(arguments);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr().strip()).contains(message).doesNotContain("\n");
    }

    @Test
    void verifyFailsWithTheDifference() throws Exception {
        SigningKey key = TestKeys.signing();
        Files.writeString(directory.resolve("other.pub"), key.verificationKey().pem());
        Signer signer = new Signer(new Registry(RegistryAccess.anonymous()), key, line -> {});
        signer.sign(index.image());
        signer.attest(index.image(), Provenance.of(TestFacts.ofJob("team/app"), index.image()));

        CommandResult otherKey = multiarch("verify", index.reference(), "--key", file("cosign.pub"));
        assertThat(otherKey.exitCode()).isEqualTo(1);
        assertThat(otherKey.stderr())
                .contains("signed by key " + key.verificationKey().fingerprint() + ", expected ");
        CommandResult otherJob =
                multiarch("verify", index.reference(), "--key", file("other.pub"), "--job", "team/other");
        assertThat(otherJob.exitCode()).isEqualTo(1);
        assertThat(otherJob.stderr()).contains("built by job 'team/app', expected 'team/other'");
        CommandResult verified = multiarch(
                "verify",
                index.reference(),
                "--key=" + file("other.pub"),
                "--job=team/app",
                "--builder-id=" + TestFacts.JENKINS,
                "--repository=" + TestFacts.REPOSITORY);
        assertThat(succeed(verified).strip()).isEqualTo(index.reference());
        assertThat(verified.stderr())
                .contains("  built by https://ci.example.com/, job team/app, from https://git.example.com/team/app");
    }

    @Test
    void aDryRunOfOnePlatformPrintsItsDigest() throws Exception {
        String live = real.image("live/app:2").toString();

        String planned = succeed(multiarch("copy", "--dry-run", "--platform=linux/arm64", index.reference(), live));
        assertThat(multiarch("inspect", live).exitCode()).isEqualTo(1);
        CommandResult copied = multiarch("copy", "--platform=linux/arm64", index.reference(), live);

        assertThat(succeed(copied)).isEqualTo(planned).isNotEqualTo(index.digest() + "\n");
        assertThat(copied.stderr()).contains("The digest changes from " + index.digest());
    }
}
