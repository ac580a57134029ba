package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;

/** The commands that set up emulation, in the words of a machine's distribution. Every one is for root. */
final class Remedy {

    static final String MOUNT = "mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc";
    static final String NEWER_KERNEL = "Run the agent on Linux 4.8 or later";

    private Remedy() {}

    /** Installs and registers QEMU for a platform. */
    static String install(OsRelease os, Platform platform) {
        String qemu = BinfmtHandler.nameFor(platform);
        return switch (os.family()) {
            case DEBIAN -> "apt-get install qemu-user-static binfmt-support";
            case FEDORA -> "dnf install qemu-user-static && systemctl restart systemd-binfmt";
            case SUSE -> "zypper install qemu-linux-user && systemctl restart systemd-binfmt";
            case ALPINE -> "apk add " + qemu + " qemu-openrc && rc-service qemu-binfmt restart";
            case OTHER -> installFromImage(platform);
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
            case FEDORA, SUSE -> remove + install(os, platform);
            // Alpine's own service registers without the flag unless told otherwise.
            case ALPINE, OTHER -> remove + installFromImage(platform);
        };
    }
}
