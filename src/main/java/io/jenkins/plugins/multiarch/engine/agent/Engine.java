package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;

/**
 * Where the preferred build tool runs its containers. That is usually this machine, but Docker Desktop and podman on
 * macOS and Windows have a virtual machine for it, and {@code DOCKER_HOST} may name any other machine.
 *
 * @param platform its platform; null if the tool did not tell
 * @param kernel its kernel, e.g. {@code 6.1.0-18-amd64}; empty if the tool did not tell
 * @param storage where it keeps images
 */
public record Engine(Platform platform, String kernel, Storage storage) implements Serializable {

    /** There is no build tool, or it tells nothing. */
    public static final Engine UNKNOWN = new Engine(null, "", Storage.UNKNOWN);
}
