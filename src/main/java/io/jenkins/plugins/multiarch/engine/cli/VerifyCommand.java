package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.provenance.BuildOrigin;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.signature.VerificationKey;
import io.jenkins.plugins.multiarch.engine.verify.ExpectedOrigin;
import io.jenkins.plugins.multiarch.engine.verify.ImageVerifier;
import io.jenkins.plugins.multiarch.engine.verify.VerifiedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies who has signed what is behind a reference, and where it was built. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Verifies that a key has signed an image or an image index, and, if that is asked for, where it was"
                        + " built. Prints the reference by digest, which is what was verified; a tag may move.")
final class VerifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RegistryOptions registryOptions;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "The public key (EC on P-256), or a certificate of it, in PEM.")
    private Path key;

    @Option(names = "--recursive", description = "The platform images of an index must be signed too, each of its own.")
    private boolean recursive;

    @Option(
            names = "--builder-id",
            paramLabel = "URL",
            description =
                    "The builder that must have built it, by its provenance; for this plugin the root URL of Jenkins.")
    private String builderId = "";

    @Option(
            names = "--job",
            paramLabel = "NAME",
            description = "The full name of the job that must have built it, by its provenance.")
    private String job = "";

    @Option(
            names = "--repository",
            paramLabel = "URL",
            description = "The source repository that it must have been built from, by its provenance.")
    private String repository = "";

    @Option(names = "--json", description = "Print what was verified as JSON.")
    private boolean json;

    @Parameters(paramLabel = "REFERENCE", description = "[registry/]repository[:tag][@digest]")
    private ImageReference reference;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        VerificationKey trusted = readKey();
        Registry registry = registryOptions.connect(List.of(reference), err::println);
        ExpectedOrigin expected = new ExpectedOrigin(builderId, job, repository);
        List<VerifiedImage> verified = new ImageVerifier(registry, trusted, expected).verify(reference, recursive);
        for (VerifiedImage image : verified) {
            err.println(
                    "Verified " + image.image() + " (" + image.name() + "): signed by key " + trusted.fingerprint());
            image.origins().forEach(origin -> err.println("  built " + describe(origin)));
        }
        out.println(json ? json(trusted, verified) : verified.get(0).image().toString());
        out.flush();
        return 0;
    }

    private VerificationKey readKey() throws IOException {
        try {
            return VerificationKey.read(KeyOptions.file(key));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + " has no key to verify with. " + e.getMessage(), e);
        }
    }

    private static String describe(BuildOrigin origin) {
        return "by " + origin.builder() + (origin.job().isEmpty() ? "" : ", job " + origin.job())
                + (origin.repositories().isEmpty() ? "" : ", from " + String.join(", ", origin.repositories()));
    }

    private static String json(VerificationKey key, List<VerifiedImage> verified) {
        ObjectNode root = Json.object();
        root.put("key", key.fingerprint());
        var images = root.putArray("images");
        for (VerifiedImage image : verified) {
            ObjectNode node = images.addObject();
            node.put("name", image.name());
            node.put("reference", image.image().toString());
            node.set("signatures", Json.of(image.signatures()));
            node.set("origins", Json.of(image.origins()));
            node.set("attestations", Json.of(image.attestations()));
        }
        return root.toPrettyString();
    }
}
