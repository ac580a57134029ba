package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.index.ImagePart;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.signature.Signer;
import io.jenkins.plugins.multiarch.engine.signature.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Signs what is behind a reference. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Signs an image or an image index in a registry, by its digest, so that cosign 2, cosign 3 and"
                + " 'multiarch verify' verify it. Prints what is signed, by digest.")
final class SignCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RegistryOptions registryOptions;

    @Mixin
    private KeyOptions keyOptions;

    @Option(names = "--recursive", description = "Sign the platform images of an index too, each of its own.")
    private boolean recursive;

    @Parameters(paramLabel = "REFERENCE", description = "[registry/]repository[:tag][@digest]")
    private ImageReference reference;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        SigningKey key = keyOptions.read(System.getenv());
        Registry registry = registryOptions.connect(List.of(reference), err::println);
        registry.willPush(reference);
        Signer signer = new Signer(registry, key, err::println);
        for (ImagePart part : ImagePart.read(registry, reference, recursive)) {
            signer.sign(part.image());
            out.println(part.image());
        }
        out.flush();
        return 0;
    }
}
