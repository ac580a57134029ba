package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Runs the program of a published image, as far as this machine can. A program that needs nothing around it needs no
 * container.
 *
 * @param registry has the image
 * @param commands run it
 * @param directory where programs are put; it must exist
 */
record DemoRun(Registry registry, CommandRunner commands, Path directory) {

    private static final Duration LONGEST = Duration.ofSeconds(10);

    /**
     * Pulls and runs it.
     *
     * @param image its repository
     * @param member the platform image, as the index has it
     * @return what it printed; or, in one line, why this machine does not run it
     * @throws IOException if the registry does not have it, or it cannot be started
     */
    String run(ImageReference image, Descriptor member) throws IOException {
        Platform platform = member.platform().orElseThrow();
        EmulationCheck check = EmulationCheck.of(platform, BuildTools.NONE);
        if (!check.possible()) {
            return "not run: " + check.reason() + ". Remedy: " + check.remedy();
        }
        CommandResult result = commands.run(
                List.of(pull(image.withDigest(member.digest()), platform).toString()), LONGEST);
        return result.exitCode() == 0
                ? result.stdout().strip() + " (" + check.reason() + ")"
                : "not run: it ended with " + result.exitCode() + " (" + check.reason() + ")";
    }

    /** The only file of the only layer. */
    private Path pull(ImageReference image, Platform platform) throws IOException {
        var layer = registry.pull(image).json().path("layers").path(0);
        Path program = directory.resolve("pulled-" + platform.tagSuffix());
        try (var blob = registry.open(image, Digest.parse(Json.string(layer, "digest")), Json.size(layer, "size"));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(blob))) {
            TarArchiveEntry entry = tar.getNextEntry();
            if (entry == null || !entry.isFile()) {
                throw new IOException(image + " has no program. Report this with the output of the demo.");
            }
            Files.copy(tar, program);
        }
        File file = program.toFile();
        if (!file.setExecutable(true)) {
            throw new IOException("'" + program + "' cannot be made executable. Set java.io.tmpdir to a directory on"
                    + " another file system.");
        }
        return program;
    }
}
