package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.copy.CopyRequest;
import io.jenkins.plugins.multiarch.engine.copy.CopyResult;
import io.jenkins.plugins.multiarch.engine.copy.Promotion;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Promotes what is behind a reference. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Copies an image or an image index to another repository, byte by byte, with its signatures, its"
                + " attestations and all else that is attached to it. Prints the digest of the copy.")
final class CopyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RegistryOptions registryOptions;

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description = "A further tag of the target; repeatable. They are pushed together, after the first has been"
                    + " accepted.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--platform",
            paramLabel = "PLATFORM",
            split = ",",
            description =
                    "Copy only the member for this platform, with its attestations; repeatable. The digest changes,"
                            + " so signatures of the index do not hold for the copy.")
    private Set<Platform> platforms = new LinkedHashSet<>();

    @Option(
            names = "--no-referrers",
            description =
                    "Leave out signatures, attestations and all else that is attached. Without this they are copied.")
    private boolean noReferrers;

    @Option(
            names = "--dry-run",
            description = "Copy nothing, and say what would be copied. Prints the digest that the copy would have.")
    private boolean dryRun;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "How long all of it may take, retries included: 90s, 10m, 1h (default).")
    private Duration timeLimit;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "[registry/]repository[:tag][@digest]")
    private ImageReference source;

    @Parameters(index = "1", paramLabel = "TARGET", description = "[registry/]repository[:tag]")
    private ImageReference target;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        CopyRequest request = request();
        Registry registry = registryOptions.connect(List.of(source, target), err::println);
        CopyResult result = new Promotion(registry, err::println).copy(request);
        out.println(result.image().digest());
        out.flush();
        return 0;
    }

    private CopyRequest request() {
        try {
            return new CopyRequest(source, target, tags, platforms, !noReferrers, dryRun, timeLimit);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
