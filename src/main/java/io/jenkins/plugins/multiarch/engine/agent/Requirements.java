package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What building images for this platform and others needs: a build tool, and for emulation Linux 4.8 with binfmt_misc
 * and usable handlers.
 */
final class Requirements {

    private final NativePlatforms own;
    private final BinfmtHandlers binfmt;
    private final Optional<Version> kernel;
    private final OsRelease os;
    private final BuildTools tools;

    Requirements(NativePlatforms own, BinfmtHandlers binfmt, Optional<Version> kernel, OsRelease os, BuildTools tools) {
        this.own = own;
        this.binfmt = binfmt;
        this.kernel = kernel;
        this.os = os;
        this.tools = tools;
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
        }
        if (own.machine().os().equals("linux")) {
            all.add(kernel());
            all.add(mounted());
            if (binfmt.mounted()) {
                all.add(handlers());
            }
        }
        for (Platform platform : wanted) {
            EmulationCheck check = EmulationCheck.of(platform, own, binfmt, kernel, os);
            all.add(
                    check.possible()
                            ? Requirement.ok(platform.toString(), check.reason())
                            : Requirement.missing(platform.toString(), check.reason(), check.remedy()));
        }
        return List.copyOf(all);
    }

    private Requirement buildTool() {
        List<String> usable = tools.usable();
        if (!usable.isEmpty()) {
            return Requirement.ok("build tool", String.join(", ", usable));
        }
        return tools.docker() != null
                ? Requirement.missing(
                        "build tool", "docker without its engine", "see docker engine, or install buildah")
                : Requirement.missing("build tool", "none of buildx, docker, podman, buildah", installTool());
    }

    private String installTool() {
        return switch (os.family()) {
            case DEBIAN -> "apt-get install buildah";
            case FEDORA -> "dnf install buildah";
            case SUSE -> "zypper install buildah";
            case ALPINE -> "apk add buildah";
            case OTHER -> "Install Docker or buildah";
        };
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
                                "Install Docker 19.03 or later"));
    }

    private Requirement kernel() {
        if (kernel.isEmpty()) {
            return Requirement.warning(
                    "kernel", "/proc/sys/kernel/osrelease cannot be read", "Make /proc readable for the agent");
        }
        return kernel.get().atLeast(4, 8)
                ? Requirement.ok("kernel", kernel.get() + " is 4.8 or later")
                : Requirement.warning(
                        "kernel",
                        kernel.get() + " is older than 4.8 and has no fix-binary flag: nothing can be emulated",
                        Remedy.NEWER_KERNEL);
    }

    private Requirement mounted() {
        if (!binfmt.mounted()) {
            return Requirement.warning(
                    "binfmt_misc",
                    "not mounted on /proc/sys/fs/binfmt_misc: nothing can be emulated",
                    Remedy.MOUNT + " (an agent in a container needs the host's directory mounted there)");
        }
        return binfmt.enabled()
                ? Requirement.ok("binfmt_misc", "mounted and enabled")
                : Requirement.warning(
                        "binfmt_misc", "mounted, but switched off", "echo 1 > /proc/sys/fs/binfmt_misc/status");
    }

    private Requirement handlers() {
        List<Platform> usable =
                binfmt.platforms().stream().filter(p -> !own.contains(p)).toList();
        // Not those that somebody switched off for a platform that another handler serves.
        List<EmulationCheck> broken = binfmt.handlers().stream()
                .flatMap(handler -> handler.platforms().stream())
                .distinct()
                .sorted()
                .map(platform -> EmulationCheck.of(platform, own, binfmt, kernel, os))
                .filter(check -> !check.possible())
                .toList();
        if (!broken.isEmpty()) {
            return Requirement.warning(
                    "handlers",
                    broken.stream().map(EmulationCheck::problem).distinct().collect(Collectors.joining("; ")),
                    broken.stream().map(EmulationCheck::remedy).distinct().collect(Collectors.joining("; ")));
        }
        if (usable.isEmpty()) {
            Platform example =
                    Platform.of("linux", own.machine().architecture().equals("arm64") ? "amd64" : "arm64", "");
            return Requirement.warning(
                    "handlers",
                    "none for a foreign platform is registered: nothing can be emulated",
                    Remedy.install(os, example));
        }
        return Requirement.ok("handlers", usable.size() + " platforms, all with the flag F");
    }
}
