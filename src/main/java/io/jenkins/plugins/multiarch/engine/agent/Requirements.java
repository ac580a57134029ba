package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What building images for this platform and others needs, checked before a build finds out:
 *
 * <ul>
 *   <li>R8, Docker and Linux: {@code build tool}, {@code docker engine} (the agent's user reaches it), {@code docker
 *       version} (19.03), {@code buildx}, {@code podman}, {@code buildah}, {@code kernel} (4.8), {@code binfmt_misc}
 *       (mounted and enabled). The version of binfmt-support does not matter by itself: what an old one gets wrong is
 *       the flag.
 *   <li>R9, the emulators: {@code handlers} (registered), {@code enabled}, {@code flag F}.
 *   <li>R10, a kernel on which registering them fails: {@code kernel}, {@code handlers}.
 * </ul>
 *
 * Further ids are {@code answer} (a tool was too slow), {@code engine} (images are built on another machine) and the
 * platforms that were asked for.
 */
final class Requirements {

    private final HostEnvironment machine;
    private final BinfmtHandlers binfmt;
    private final OsRelease os;
    private final BuildTools tools;

    Requirements(HostEnvironment machine) {
        this.machine = machine;
        this.binfmt = machine.binfmt();
        this.os = machine.os();
        this.tools = machine.tools();
    }

    /**
     * Checks all of them.
     *
     * @param wanted platforms that must be built here; for others a warning is enough
     */
    List<Requirement> check(Collection<Platform> wanted) {
        List<Requirement> all = new ArrayList<>();
        all.add(buildTool());
        if (tools.docker() != null) {
            all.add(dockerEngine());
            dockerVersion().ifPresent(all::add);
            buildx().ifPresent(all::add);
        }
        installed("podman", tools.podman()).ifPresent(all::add);
        installed("buildah", tools.buildah()).ifPresent(all::add);
        tools.unanswered()
                .forEach(late -> all.add(Requirement.warning("answer", late, "Run it as the user of the agent")));
        if (machine.elsewhere()) {
            all.add(engine());
        } else if (machine.own().machine().os().equals("linux")) {
            all.add(kernel());
            all.add(mounted());
            if (binfmt.mounted()) {
                emulation(all);
            }
        }
        for (Platform platform : wanted) {
            EmulationCheck check = EmulationCheck.of(platform, machine);
            all.add(
                    check.possible()
                            ? Requirement.ok(platform.toString(), check.reason())
                            : Requirement.missing(platform.toString(), check.reason(), check.remedy()));
        }
        return List.copyOf(all);
    }

    private Requirement buildTool() {
        List<BuildTool> usable = tools.usable();
        if (!usable.isEmpty()) {
            return Requirement.ok("build tool", BuildTool.names(usable));
        }
        if (!tools.unanswered().isEmpty()) {
            return Requirement.missing(
                    "build tool",
                    "unknown: " + String.join("; ", tools.unanswered()),
                    "Probe again once it is less busy");
        }
        return tools.docker() != null
                ? Requirement.missing(
                        "build tool", "docker without its engine", "see docker engine, or: " + Remedy.installTool(os))
                : Requirement.missing(
                        "build tool", "none of " + BuildTool.names(BuildTool.PROGRAMS), Remedy.installTool(os));
    }

    private Requirement dockerEngine() {
        Docker docker = tools.docker();
        if (docker.reachable()) {
            return Requirement.ok("docker engine", docker.server().text());
        }
        return tools.usable().isEmpty()
                ? Requirement.missing("docker engine", docker.problem(), docker.remedy())
                : Requirement.warning("docker engine", docker.problem(), docker.remedy());
    }

    private Optional<Requirement> dockerVersion() {
        Version version = tools.docker().reachable()
                ? tools.docker().server()
                : tools.docker().client();
        if (version == null) {
            return Optional.empty();
        }
        return Optional.of(
                version.atLeast(19, 3)
                        ? Requirement.ok("docker version", version + " is 19.03 or later")
                        : Requirement.warning(
                                "docker version",
                                version + " is older than 19.03, which has no BuildKit for other platforms",
                                Remedy.newerDocker(os)));
    }

    private Optional<Requirement> buildx() {
        Buildx buildx = tools.buildx();
        if (buildx != null) {
            return Optional.of(
                    buildx.problem().isEmpty()
                            ? Requirement.ok(
                                    "buildx",
                                    buildx.version() + ", builder " + buildx.builder() + " with driver "
                                            + buildx.driver())
                            : Requirement.warning(
                                    "buildx",
                                    buildx.problem(),
                                    "docker buildx use default, or: docker buildx create --use"));
        }
        return tools.docker().lacksBuildKit()
                ? Optional.of(Requirement.warning(
                        "buildx",
                        "not installed, and without it docker " + tools.docker().client()
                                + " has only its classic builder, which cannot emulate",
                        Remedy.installBuildx(os)))
                : Optional.empty();
    }

    private static Optional<Requirement> installed(String tool, Version version) {
        return Optional.ofNullable(version).map(known -> Requirement.ok(tool, known.text()));
    }

    /** Of a machine that cannot be looked at, its tools' word has to do. */
    private Requirement engine() {
        Engine engine = tools.engine();
        String found = tools.usable().get(0) + " builds on another machine, a " + engine.platform()
                + (engine.kernel().isEmpty() ? "" : " with kernel " + engine.kernel());
        boolean old = Version.find(engine.kernel())
                .filter(kernel -> engine.platform().os().equals("linux") && !kernel.atLeast(4, 8))
                .isPresent();
        return old
                ? Requirement.warning(
                        "engine", found + ", which is older than 4.8: it can emulate nothing", Remedy.newerKernel(os))
                : Requirement.ok("engine", found + "; it is known to emulate " + names(machine.emulated()));
    }

    private Requirement kernel() {
        Optional<Version> kernel = machine.kernel();
        if (kernel.isEmpty()) {
            return Requirement.warning(
                    "kernel", "/proc/sys/kernel/osrelease cannot be read", "Make /proc readable for the agent");
        }
        return oldKernel()
                ? Requirement.warning(
                        "kernel",
                        kernel.get() + " is older than 4.8 and has no fix-binary flag: nothing can be emulated, because"
                                + " registering a handler with the flag F fails (\"write"
                                + " /proc/sys/fs/binfmt_misc/register: invalid argument\")",
                        Remedy.newerKernel(os))
                : Requirement.ok("kernel", kernel.get() + " is 4.8 or later");
    }

    private boolean oldKernel() {
        return machine.kernel().isPresent() && !machine.kernel().get().atLeast(4, 8);
    }

    private Requirement mounted() {
        if (!binfmt.mounted()) {
            List<Platform> emulated = machine.emulated();
            return emulated.isEmpty()
                    ? Requirement.warning(
                            "binfmt_misc",
                            "not mounted on /proc/sys/fs/binfmt_misc: nothing can be emulated. In a container the host's"
                                    + " directory must be mounted there",
                            Remedy.MOUNT)
                    : Requirement.ok(
                            "binfmt_misc",
                            "not to be seen here, but the builder "
                                    + tools.buildx().builder() + " emulates " + names(emulated));
        }
        return binfmt.enabled()
                ? Requirement.ok("binfmt_misc", "mounted and enabled")
                : Requirement.warning("binfmt_misc", "mounted, but switched off", Remedy.ENABLE_ALL);
    }

    /** For each platform of which some handler is there, the one that would run it. */
    private void emulation(List<Requirement> all) {
        List<Platform> registered = binfmt.handlers().stream()
                .flatMap(handler -> handler.platforms().stream())
                .distinct()
                .filter(platform -> !machine.own().contains(platform))
                .sorted()
                .toList();
        if (registered.isEmpty()) {
            all.add(Requirement.warning(
                    "handlers",
                    "none for a foreign platform is registered: nothing can be emulated",
                    oldKernel() ? Remedy.newerKernel(os) : Remedy.install(os, example())));
            return;
        }
        all.add(Requirement.ok("handlers", "registered for " + registered.size() + " platforms"));
        all.add(each(
                "enabled",
                registered,
                BinfmtHandler::enabled,
                "every handler is enabled",
                handler -> handler.name() + " is disabled",
                (handler, platform) -> Remedy.enable(os, handler)));
        all.add(each(
                "flag F",
                registered,
                BinfmtHandler::fixesBinary,
                "every handler has it",
                handler -> handler.name() + " lacks it (its flags are '" + handler.flags() + "'), so its interpreter "
                        + handler.interpreter() + " is not found inside containers",
                (handler, platform) -> oldKernel() ? Remedy.newerKernel(os) : Remedy.replace(os, handler, platform)));
    }

    private interface HandlerRemedy {
        String of(BinfmtHandler handler, Platform platform);
    }

    private Requirement each(
            String id,
            List<Platform> registered,
            Predicate<BinfmtHandler> condition,
            String fine,
            Function<BinfmtHandler, String> problem,
            HandlerRemedy remedy) {
        List<String> problems = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        for (Platform platform : registered) {
            binfmt.handlerFor(platform).filter(condition.negate()).ifPresent(handler -> {
                problems.add(problem.apply(handler));
                remedies.add(remedy.of(handler, platform));
            });
        }
        return problems.isEmpty()
                ? Requirement.ok(id, fine)
                : Requirement.warning(id, joined(problems), joined(remedies));
    }

    private static String names(List<Platform> platforms) {
        return platforms.isEmpty()
                ? "nothing"
                : platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
    }

    private static String joined(List<String> texts) {
        return texts.stream().distinct().collect(Collectors.joining("; "));
    }

    private Platform example() {
        return Platform.of("linux", machine.own().machine().architecture().equals("arm64") ? "amd64" : "arm64", "");
    }
}
