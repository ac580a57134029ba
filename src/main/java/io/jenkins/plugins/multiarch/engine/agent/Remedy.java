package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;

/**
 * What sets up building and emulation, in the words of a machine's distribution: commands for root, or advice where no
 * command will do.
 */
final class Remedy {

    static final String MOUNT = "mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc";
    static final String ENABLE_ALL = "echo 1 > /proc/sys/fs/binfmt_misc/status";

    private Remedy() {}

    /** A kernel that knows the flag F. */
    static String newerKernel(OsRelease os) {
        String advice = "Run the agent on Linux 4.8 or later";
        return switch (os.family()) {
            case DEBIAN -> advice + ", which Debian 9 and Ubuntu 18.04 have";
            case RHEL -> advice + ", which RHEL 8 and its relatives have; there is none for 7";
            case SUSE -> advice + ", which SUSE Linux Enterprise 15 has";
            case ALPINE -> advice + ", which Alpine 3.6 has";
            case FEDORA -> "dnf upgrade kernel && reboot";
            case AMAZON -> advice + ", which Amazon Linux 2 has";
            case MACOS, WINDOWS, OTHER -> advice;
        };
    }

    /** Installs and registers QEMU for a platform. */
    static String install(OsRelease os, Platform platform) {
        String qemu = BinfmtHandler.nameFor(platform);
        return switch (os.family()) {
            // Whoever has disabled a handler with update-binfmts has the packages, but not the handler.
            case DEBIAN -> "apt-get install qemu-user-static binfmt-support && update-binfmts --enable " + qemu;
            case FEDORA -> "dnf install qemu-user-static && systemctl restart systemd-binfmt";
            // There is no such package, neither in RHEL nor in EPEL, but there is podman.
            case RHEL ->
                "podman run --privileged --rm docker.io/tonistiigi/binfmt --install " + platform.architecture();
            case SUSE -> "zypper install qemu-linux-user && systemctl restart systemd-binfmt";
            case ALPINE -> "apk add " + qemu + " qemu-openrc && rc-service qemu-binfmt restart";
            case AMAZON, MACOS, WINDOWS, OTHER -> installFromImage(platform);
        };
    }

    /** The same with whatever has Docker; its handlers always have the flag F. */
    static String installFromImage(Platform platform) {
        return "docker run --privileged --rm tonistiigi/binfmt --install " + platform.architecture();
    }

    static String enable(OsRelease os, BinfmtHandler handler) {
        return os.family() == OsRelease.Family.DEBIAN && handler.name().startsWith("qemu-")
                ? "update-binfmts --enable " + handler.name()
                : "echo 1 > /proc/sys/fs/binfmt_misc/" + handler.name();
    }

    /** Registers a handler once more, now with the flag F. */
    static String replace(OsRelease os, BinfmtHandler handler, Platform platform) {
        String remove = "echo -1 > /proc/sys/fs/binfmt_misc/" + handler.name() + " && ";
        return switch (os.family()) {
            case DEBIAN -> remove + "apt-get install --reinstall qemu-user-static binfmt-support";
            case FEDORA, RHEL, SUSE -> remove + install(os, platform);
            // Alpine's own service registers without the flag unless told otherwise.
            case ALPINE, AMAZON, MACOS, WINDOWS, OTHER -> remove + installFromImage(platform);
        };
    }

    /** Installs a build tool that needs no daemon and no further set-up. */
    static String installTool(OsRelease os) {
        return switch (os.family()) {
            case DEBIAN -> "apt-get install buildah";
            case FEDORA, RHEL -> "dnf install buildah";
            // yum is in Amazon Linux 2 and, as another name of dnf, in 2023.
            case AMAZON -> "yum install docker && systemctl start docker";
            case SUSE -> "zypper install buildah";
            case ALPINE -> "apk add buildah";
            case MACOS, WINDOWS -> "Install Docker Desktop";
            case OTHER -> "Install Docker or buildah";
        };
    }

    static String installBuildx(OsRelease os) {
        return switch (os.family()) {
            case DEBIAN ->
                "Install docker-buildx (Debian 13, Ubuntu) or docker-buildx-plugin (download.docker.com), or let"
                        + " another tool build: apt-get install buildah";
            case FEDORA, RHEL -> "dnf install docker-buildx-plugin";
            case AMAZON ->
                "Put the plugin from https://github.com/docker/buildx/releases into"
                        + " /usr/local/lib/docker/cli-plugins/docker-buildx";
            case SUSE -> "zypper install docker-buildx";
            case ALPINE -> "apk add docker-cli-buildx";
            case MACOS, WINDOWS -> "Install Docker Desktop, which has it";
            case OTHER -> "Install the buildx plugin of docker";
        };
    }

    /** A Docker with BuildKit. */
    static String newerDocker(OsRelease os) {
        return switch (os.family()) {
            case DEBIAN -> "apt-get update && apt-get install docker.io";
            case AMAZON -> "yum update docker";
            case FEDORA, RHEL -> "dnf install docker-ce, from the repository at https://download.docker.com";
            case SUSE -> "zypper update docker";
            case ALPINE -> "apk add --upgrade docker";
            case MACOS, WINDOWS -> "Update Docker Desktop";
            case OTHER -> "Install Docker 19.03 or later";
        };
    }

    static String startDocker(OsRelease os) {
        return switch (os.family()) {
            case ALPINE -> "rc-service docker start";
            case MACOS -> "open -a Docker";
            case WINDOWS -> "Start Docker Desktop, or: net start docker";
            case DEBIAN, FEDORA, RHEL, AMAZON, SUSE, OTHER -> "systemctl start docker";
        };
    }

    static String restartDocker(OsRelease os) {
        return switch (os.family()) {
            case ALPINE -> "rc-service docker restart";
            case MACOS, WINDOWS -> "Restart Docker Desktop";
            case DEBIAN, FEDORA, RHEL, AMAZON, SUSE, OTHER -> "systemctl restart docker";
        };
    }

    /** Lets the agent's user use the engine. */
    static String joinDocker(OsRelease os) {
        String name = System.getProperty("user.name");
        // In a container the user often has no name.
        String user = name != null && name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*") ? name : "USER";
        String again = ", then start the agent again";
        return switch (os.family()) {
            case ALPINE -> "addgroup " + user + " docker" + again;
            case MACOS -> "Start Docker Desktop as the user " + user;
            case WINDOWS -> "net localgroup docker-users " + user + " /add" + again;
            case DEBIAN, FEDORA, RHEL, AMAZON, SUSE, OTHER -> "usermod -aG docker " + user + again;
        };
    }
}
