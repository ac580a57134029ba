package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.jib.ImageBuilder;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An image that BuildKit runs to scan what it has built, as it runs {@code docker/buildkit-syft-scanner}: where there is no
 * network, users have one of their own. It lists files.
 */
public final class SbomScanner {

    /** Who has made the document, as it says. */
    public static final String CREATOR = "Tool: scanner-of-ones-own";

    /** BuildKit's protocol: directories to read and to write by environment variables, a statement without a subject. */
    private static final String SCRIPT = """
            set -e
            cd "$BUILDKIT_SCAN_SOURCE"
            echo "scanning $BUILDKIT_SCAN_SOURCE and $BUILDKIT_SCAN_SOURCE_EXTRAS"
            {
                printf '{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{'
                printf '"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"image",'
                printf '"documentNamespace":"https://example.com/image","creationInfo":{"created":"2026-01-01T00:00:00Z",'
                printf '"creators":["%1$s"]},"files":['
                find . -type f | sort > /tmp/files
                separator=
                while read -r file; do
                    printf '%%s{"SPDXID":"SPDXRef-%%s","fileName":"%%s","checksums":[{"algorithm":"SHA256","checksumValue":"%%s"}]}' \\
                        "$separator" "$(printf '%%s' "$file" | sha256sum | cut -d ' ' -f 1)" "$file" \\
                        "$(sha256sum "$file" | cut -d ' ' -f 1)"
                    separator=,
                done < /tmp/files
                printf ']}}'
            } > "$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"
            """.formatted(CREATOR);

    private SbomScanner() {}

    /**
     * Makes it for this machine and pushes it.
     *
     * @param directory an existing directory for what it is made of
     */
    public static void push(ImageReference image, Path directory) throws IOException {
        Path context = BusyboxContext.create(directory.resolve("scanner"));
        String architecture = Platform.current().architecture();
        Files.writeString(context.resolve("scan.sh"), SCRIPT);
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY root/busybox-" + architecture + " /bin/sh\nCOPY scan.sh /scan.sh\nWORKDIR /tmp\n"
                        + "ENTRYPOINT [\"/bin/sh\", \"/scan.sh\"]\n");
        Registry registry = new Registry(RegistryAccess.anonymous());
        try (ImageBuilder builder =
                ImageBuilder.create(Recipe.read(context, "Dockerfile"), registry, directory, Map.of(), line -> {})) {
            BuildRequest request = new BuildRequest(
                    image,
                    Platform.current(),
                    context.toString(),
                    "Dockerfile",
                    "",
                    Map.of(),
                    Map.of(),
                    false,
                    false,
                    "",
                    true,
                    true,
                    BuildFeatures.NONE);
            PushedImage pushed = builder.build(List.of(request)).get(0);
            registry.push(image, registry.pull(pushed.reference()));
        }
    }
}
