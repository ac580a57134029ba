package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What a machine can build, and what keeps it from building more.
 *
 * @param nativePlatform the platform of the machine itself
 * @param nativePlatforms every platform that its own CPU runs, {@code nativePlatform} first
 * @param emulatedPlatforms every further platform that QEMU, or another handler, runs; sorted
 * @param os name of the distribution, e.g. {@code Debian GNU/Linux 12 (bookworm)}
 * @param kernel version of the kernel; empty if unknown
 * @param cpu what the machine calls its CPU, as {@code uname -m} does, e.g. {@code aarch64}; empty if unknown
 * @param memoryBytes bytes of memory in all; −1 if unknown
 * @param tools the build tools
 * @param requirements every requirement, met or not
 */
public record Machine(
        Platform nativePlatform,
        List<Platform> nativePlatforms,
        List<Platform> emulatedPlatforms,
        String os,
        String kernel,
        String cpu,
        long memoryBytes,
        BuildTools tools,
        List<Requirement> requirements)
        implements Serializable {

    public Machine {
        nativePlatforms = List.copyOf(nativePlatforms);
        emulatedPlatforms = List.copyOf(emulatedPlatforms);
        requirements = List.copyOf(requirements);
    }

    /**
     * Looks at this machine. It starts a few commands, each of which may take some seconds.
     *
     * @param wanted platforms that must be built here, beside the native one; may be empty
     * @throws InterruptedIOException if the thread is interrupted meanwhile
     */
    public static Machine inspect(Collection<Platform> wanted) throws InterruptedIOException {
        return inspect(Platform.current(), SystemFile.root(), new LocalCommandRunner(), wanted);
    }

    /**
     * Looks at a machine through a tree of files and a way to run commands.
     *
     * @param machine the platform of the machine itself
     * @param root the root of its file system
     */
    public static Machine inspect(Platform machine, Path root, CommandRunner runner, Collection<Platform> wanted)
            throws InterruptedIOException {
        NativePlatforms own = NativePlatforms.read(machine, root, runner);
        BinfmtHandlers binfmt = BinfmtHandlers.read(root);
        OsRelease os = OsRelease.read(root);
        Optional<Version> kernel = EmulationCheck.kernel(root);
        BuildTools tools = BuildTools.detect(runner);
        return new Machine(
                machine,
                own.platforms(),
                binfmt.platforms().stream()
                        .filter(platform -> EmulationCheck.of(platform, own, binfmt, kernel, os)
                                .state()
                                .equals(EmulationCheck.State.EMULATED))
                        .toList(),
                machine.os().equals("linux") ? os.name() : System.getProperty("os.name"),
                kernel.map(Version::text).orElse(""),
                machine.architecture(),
                -1,
                tools,
                new Requirements(own, binfmt, kernel, os, tools).check(wanted));
    }

    /** Where the preferred build tool keeps images. */
    public Storage storage() {
        return tools.engine().storage();
    }

    /** Whether images can be built here, for the native platform and for every one that was asked for. */
    public boolean complete() {
        return requirements.stream().noneMatch(requirement -> requirement.state() == Requirement.State.MISSING);
    }
}
