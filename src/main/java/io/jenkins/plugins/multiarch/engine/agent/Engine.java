package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;

/**
 * Where the preferred build tool runs its containers. That is usually this machine, but Docker Desktop and podman on
 * macOS and Windows have a virtual machine for it, {@code DOCKER_HOST} may name any other machine, and a builder of
 * buildx may be remote.
 *
 * @param platform its platform; null if the tool did not tell
 * @param kernel its kernel, e.g. {@code 6.1.0-18-amd64}; empty if the tool did not tell
 * @param storage where it keeps images
 */
public record Engine(Platform platform, String kernel, Storage storage) implements Serializable {

    /** There is no build tool, or it tells nothing. */
    public static final Engine UNKNOWN = new Engine(null, "", Storage.UNKNOWN);

    /**
     * Whether it is another machine, so that what can be read here (the CPU, binfmt_misc) says nothing of it. An engine
     * that tells nothing is taken for this machine. So is one with this machine's very kernel, which is that of every
     * container and WSL distribution on it.
     *
     * @param machine the platform of this machine
     * @param machineKernel its kernel; empty if unknown, as on macOS and Windows
     */
    boolean elsewhere(Platform machine, String machineKernel) {
        if (platform == null) {
            return false;
        }
        return machineKernel.isEmpty()
                ? !platform.os().equals(machine.os())
                        || !platform.architecture().equals(machine.architecture())
                : !kernel.equals(machineKernel);
    }
}
