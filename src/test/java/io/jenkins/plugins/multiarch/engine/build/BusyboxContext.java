package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A build context that needs no base image and yet runs a program of the platform it is built for: Debian's static
 * busybox. Its image prints one line that tells what the Dockerfile saw of the platform, and which machine ran it.
 */
public final class BusyboxContext {

    /** What the build argument {@code GREETING} is when none is given. */
    public static final String DEFAULT_GREETING = "hello";

    /** As in {@code TARGETARCH}; there is a busybox for each. */
    private static final List<String> ARCHITECTURES = List.of("amd64", "arm64", "arm", "ppc64le", "s390x");

    private static final String DOCKERFILE = """
            FROM scratch AS hello
            ARG TARGETARCH
            COPY root/busybox-${TARGETARCH} /bin/sh
            ARG TARGETPLATFORM
            ARG TARGETOS
            ARG TARGETVARIANT
            ARG GREETING=%s
            RUN printf '%%s' "$GREETING" > /greeting
            RUN echo "from $TARGETPLATFORM os=$TARGETOS arch=$TARGETARCH variant=$TARGETVARIANT on $(uname -m)" > /hello
            CMD ["/bin/sh", "-c", "cat /greeting; echo; cat /hello"]
            """.formatted(DEFAULT_GREETING);

    private BusyboxContext() {}

    /**
     * Writes the context.
     *
     * @param directory created if it does not exist
     * @return the directory
     * @throws IOException if the binaries have not been fetched
     */
    public static Path create(Path directory) throws IOException {
        Path root = Files.createDirectories(directory.resolve("root"));
        for (String architecture : ARCHITECTURES) {
            Path binary = Path.of("target", "busybox", architecture, "busybox").toAbsolutePath();
            if (!Files.isExecutable(binary)) {
                throw new IOException("There is no " + binary + ". Run .ci/prepare, which fetches it.");
            }
            Files.copy(binary, root.resolve("busybox-" + architecture), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.writeString(directory.resolve("Dockerfile"), DOCKERFILE);
        return directory;
    }

    /**
     * What the image prints when it runs.
     *
     * @param machine what {@code uname -m} says on that platform, e.g. {@code aarch64}
     */
    public static String output(String greeting, Platform platform, String machine) {
        return greeting + "\nfrom " + platform + " os=" + platform.os() + " arch=" + platform.architecture()
                + " variant=" + platform.variant() + " on " + machine + "\n";
    }
}
