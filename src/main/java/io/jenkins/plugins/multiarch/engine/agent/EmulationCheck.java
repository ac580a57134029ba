package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a machine runs the programs of one platform, and if not, why and what to do.
 *
 * <p>It reads a few small files and can be asked before every build.
 *
 * @param platform the platform in question
 * @param state how it runs
 * @param handler what runs it: the name of a binfmt_misc handler, or {@code builder <name>} if the builder of buildx has
 *     an emulator of its own; empty unless emulated
 * @param problem one sentence without a full stop; empty unless {@link State#IMPOSSIBLE}
 * @param remedy a command for root, or advice; empty where there is no problem
 */
public record EmulationCheck(Platform platform, State state, String handler, String problem, String remedy)
        implements Serializable {

    /** How a platform's programs run on a machine. */
    public enum State {
        NATIVE,
        EMULATED,
        IMPOSSIBLE
    }

    /** Agents send it to the controller, which does not trust them. */
    public EmulationCheck {
        Objects.requireNonNull(platform, "platform");
        Objects.requireNonNull(state, "state");
        handler = UntrustedText.clean(handler);
        problem = UntrustedText.clean(problem);
        remedy = UntrustedText.clean(remedy);
    }

    /**
     * Asks this machine, knowing with what it would build: Docker's engine may run on another machine, or the builder of
     * buildx may have emulators of its own.
     *
     * @param tools the tools of this machine, or {@link BuildTools#only} the one that will be used
     */
    public static EmulationCheck of(Platform platform, BuildTools tools) {
        return of(List.of(platform), tools).get(0);
    }

    /** The same for several platforms, for which the machine is looked at once. */
    public static List<EmulationCheck> of(Collection<Platform> platforms, BuildTools tools) {
        HostEnvironment machine =
                HostEnvironment.read(Platform.current(), SystemFile.root(), new LocalCommandRunner(), tools);
        return platforms.stream().map(platform -> of(platform, machine)).toList();
    }

    static EmulationCheck of(Platform platform, HostEnvironment machine) {
        if (machine.own().contains(platform)) {
            return new EmulationCheck(platform, State.NATIVE, "", "", "");
        }
        EmulationCheck here = machine.elsewhere()
                ? engineElsewhere(platform, machine)
                : of(platform, machine.own(), machine.binfmt(), machine.kernel(), machine.os());
        return here.possible()
                ? here
                : machine.builderFor(platform)
                        .map(builder ->
                                new EmulationCheck(platform, State.EMULATED, "builder " + builder.builder(), "", ""))
                        .orElse(here);
    }

    private static EmulationCheck engineElsewhere(Platform platform, HostEnvironment machine) {
        List<BuildTool> usable = machine.tools().usable();
        boolean docker = usable.contains(BuildTool.DOCKER) && usable.get(0) != BuildTool.PODMAN;
        return impossible(
                platform,
                usable.get(0) + " builds on another machine, a " + machine.own().machine()
                        + ", which is not known to emulate " + platform,
                docker && platform.os().equals("linux")
                        ? Remedy.installFromImage(platform)
                        : "Give " + platform + " a native agent");
    }

    /**
     * @param own what the machine's own CPU runs
     * @param root the root of the file system, {@code /} except in tests
     */
    public static EmulationCheck of(Platform platform, NativePlatforms own, Path root) {
        return own.contains(platform)
                ? new EmulationCheck(platform, State.NATIVE, "", "", "")
                : of(platform, own, BinfmtHandlers.read(root), kernel(root), OsRelease.read(root));
    }

    static EmulationCheck of(
            Platform platform, NativePlatforms own, BinfmtHandlers binfmt, Optional<Version> kernel, OsRelease os) {
        if (own.contains(platform)) {
            return new EmulationCheck(platform, State.NATIVE, "", "", "");
        }
        if (!platform.os().equals("linux") || !own.machine().os().equals("linux")) {
            return impossible(
                    platform,
                    "a " + own.machine().os() + " machine does not run programs for " + platform,
                    "Give " + platform + " a native agent");
        }
        if (platform.architecture().equals(own.machine().architecture())) {
            return impossible(
                    platform,
                    "this CPU is not known to have what " + platform + " asks for",
                    "Give " + platform + " a newer agent, or ask for "
                            + new Platform(platform.os(), platform.architecture(), ""));
        }
        Optional<BinfmtHandler> found = binfmt.handlerFor(platform);
        if (found.isPresent() && found.get().usable() && binfmt.enabled()) {
            return new EmulationCheck(platform, State.EMULATED, found.get().name(), "", "");
        }
        // The kernel's age first: on an old one none of the other remedies helps.
        if (kernel.isPresent() && !kernel.get().atLeast(4, 8)) {
            return impossible(
                    platform,
                    "kernel " + kernel.get() + " is older than 4.8 and refuses handlers that work inside containers"
                            + " (\"write /proc/sys/fs/binfmt_misc/register: invalid argument\")",
                    Remedy.newerKernel(os));
        }
        if (!binfmt.mounted()) {
            return impossible(platform, "binfmt_misc is not mounted on /proc/sys/fs/binfmt_misc", Remedy.MOUNT);
        }
        if (!binfmt.enabled()) {
            return impossible(platform, "binfmt_misc is switched off", Remedy.ENABLE_ALL);
        }
        if (found.isEmpty()) {
            return impossible(
                    platform,
                    "no handler for " + platform + " is registered in /proc/sys/fs/binfmt_misc (usually "
                            + BinfmtHandler.nameFor(platform) + ")",
                    Remedy.install(os, platform));
        }
        BinfmtHandler handler = found.get();
        if (!handler.enabled()) {
            return impossible(platform, "the handler " + handler.name() + " is disabled", Remedy.enable(os, handler));
        }
        return impossible(
                platform,
                "the handler " + handler.name() + " lacks the flag F (fix binary; its flags are '" + handler.flags()
                        + "'), so its interpreter " + handler.interpreter() + " is not found inside containers",
                Remedy.replace(os, handler, platform));
    }

    static Optional<Version> kernel(Path root) {
        return SystemFile.read(root.resolve("proc/sys/kernel/osrelease")).flatMap(Version::find);
    }

    private static EmulationCheck impossible(Platform platform, String problem, String remedy) {
        return new EmulationCheck(platform, State.IMPOSSIBLE, "", problem, remedy);
    }

    /** Whether images of the platform can be built here. */
    public boolean possible() {
        return state != State.IMPOSSIBLE;
    }

    /** How it runs, or why it does not, without the remedy: {@code emulated by qemu-aarch64}. */
    public String reason() {
        return switch (state) {
            case NATIVE -> "native";
            case EMULATED -> "emulated by " + handler;
            case IMPOSSIBLE -> problem;
        };
    }

    /** One line for a log, with the remedy if there is a problem. */
    @Override
    public String toString() {
        return platform + ": " + reason() + (possible() ? "" : ". Remedy: " + remedy);
    }
}
