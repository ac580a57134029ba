package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * What a machine can build, and what keeps it from building more.
 *
 * @param nativePlatform the platform of the machine itself
 * @param nativePlatforms every platform whose images are built without emulation. As a rule these are what the machine's
 *     own CPU runs, {@code nativePlatform} first. If the preferred tool builds on another machine (Docker Desktop,
 *     {@code DOCKER_HOST}, a remote builder; see {@link Engine}), its CPU decides instead: on an ARM Mac with Docker
 *     Desktop {@code linux/arm64}, then {@code darwin/arm64}
 * @param emulatedPlatforms every further platform that QEMU, or another handler, runs, here or in the builder of buildx;
 *     sorted
 * @param os name of the distribution or operating system, e.g. {@code Debian GNU/Linux 12 (bookworm)}
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
     * Looks at this machine. It starts a few commands and ends within 10 seconds, whatever they do: what is not answered
     * until then counts as unknown, and its requirement says so.
     *
     * @param wanted platforms that must be built here, beside the native one; may be empty
     * @throws InterruptedIOException if the thread is interrupted meanwhile
     */
    public static Machine inspect(Collection<Platform> wanted) throws InterruptedIOException {
        return inspect(wanted, new LocalCommandRunner());
    }

    /** The same, with build tools that are found and run in another way, such as in a container of this machine. */
    public static Machine inspect(Collection<Platform> wanted, CommandRunner runner) throws InterruptedIOException {
        return inspect(Platform.current(), SystemFile.root(), runner, wanted);
    }

    /**
     * Looks at a machine through a tree of files and a way to run commands.
     *
     * @param machine the platform of the machine itself
     * @param root the root of its file system
     */
    public static Machine inspect(Platform machine, Path root, CommandRunner runner, Collection<Platform> wanted)
            throws InterruptedIOException {
        try (ProbeCommands questions = new ProbeCommands(runner)) {
            return inspect(machine, root, questions, wanted);
        }
    }

    static Machine inspect(Platform machine, Path root, ProbeCommands questions, Collection<Platform> wanted)
            throws InterruptedIOException {
        ProbeCommands.Answer uname = questions.ask("uname", "-m");
        OsRelease os = OsRelease.read(machine, root);
        BuildTools tools = new ToolDetection(questions, machine, root, os).tools(BuildTool.PROGRAMS);
        HostEnvironment surroundings = HostEnvironment.read(machine, root, questions, tools);
        return new Machine(
                machine,
                surroundings.own().platforms(),
                surroundings.emulated(),
                os.name(),
                surroundings.kernel().map(Version::text).orElse(""),
                cpu(machine, uname),
                Memory.total(machine, root),
                tools,
                new Requirements(surroundings).check(wanted));
    }

    private static String cpu(Platform machine, ProbeCommands.Answer uname) throws InterruptedIOException {
        try {
            String name = uname.await().stdout().strip();
            return name.matches("[A-Za-z0-9_.-]{1,40}") ? name : machine.architecture();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return machine.architecture(); // as on Windows
        }
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
