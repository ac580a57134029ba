package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that decides how the programs of a platform run when an image is built.
 *
 * @param own what runs without emulation
 * @param binfmt the handlers of this machine's kernel
 * @param kernel this machine's kernel; empty if unknown, as on macOS and Windows
 * @param os this machine's operating system
 * @param tools the build tools
 * @param elsewhere whether images are built on another machine, so that {@code binfmt} and {@code kernel} do not count
 */
record HostEnvironment(
        NativePlatforms own,
        BinfmtHandlers binfmt,
        Optional<Version> kernel,
        OsRelease os,
        BuildTools tools,
        boolean elsewhere) {

    /**
     * @param machine the platform of the machine itself
     * @param root the root of its file system
     */
    static HostEnvironment read(Platform machine, Path root, CommandRunner runner, BuildTools tools) {
        Optional<Version> kernel = EmulationCheck.kernel(root);
        boolean elsewhere =
                tools.engine().elsewhere(machine, kernel.map(Version::text).orElse(""));
        return new HostEnvironment(
                elsewhere
                        ? NativePlatforms.elsewhere(machine, tools)
                        : NativePlatforms.read(ofContainers(machine, tools.engine()), root, runner),
                BinfmtHandlers.read(root),
                kernel,
                OsRelease.read(machine, root),
                tools,
                elsewhere);
    }

    /** A JVM of 32 bits, or one that is emulated itself, has another architecture than its machine's containers. */
    private static Platform ofContainers(Platform machine, Engine engine) {
        boolean same = engine.platform() == null
                || engine.platform().os().equals(machine.os())
                        && engine.platform().architecture().equals(machine.architecture());
        return same ? machine : engine.platform();
    }

    /** Every platform that is emulated, sorted. */
    List<Platform> emulated() {
        Stream<Platform> listed = Stream.ofNullable(tools.buildx()).flatMap(buildx -> buildx.platforms().stream());
        return Stream.concat(binfmt.platforms().stream(), listed)
                .distinct()
                .filter(platform -> EmulationCheck.of(platform, this).state() == EmulationCheck.State.EMULATED)
                .sorted()
                .toList();
    }

    /**
     * The builder of buildx, if it is what builds here and knows better than this machine's binfmt_misc whether it can
     * build a platform: a builder in a container or on another machine has handlers, or a QEMU, of its own. The engine as
     * builder only repeats what binfmt_misc says, and later; but an agent in a container does not see binfmt_misc.
     */
    Optional<Buildx> builderFor(Platform platform) {
        return Optional.ofNullable(tools.buildx())
                .filter(buildx -> tools.usable().contains(BuildTool.BUILDX))
                .filter(buildx -> elsewhere || !buildx.isEngine() || !binfmt.mounted())
                .filter(buildx -> buildx.platforms().contains(platform));
    }
}
