package io.jenkins.plugins.multiarch.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Docker's programs, oras and cosign, as {@code .ci/prepare} fetches them. */
public enum ToolGeneration {
    /** Of the Debian release after the one that most machines have: docker 26, buildx 0.13, oras 1.2, cosign 2. */
    RELEASED("docker-cli/docker", "dockerd/dockerd", "buildx/docker-buildx", "oras/oras", "cosign/cosign"),
    /** The latest that Debian has: docker 28, buildx 0.29, oras 1.3, cosign 3, and crane and notation; elsewhere than on Debian
     * there is none. */
    TODAY("today/docker", "today/dockerd", "today/docker-buildx", "today/oras", "today/cosign");

    private final String docker;
    private final String dockerd;
    private final String buildx;
    private final String oras;
    private final String cosign;

    ToolGeneration(String docker, String dockerd, String buildx, String oras, String cosign) {
        this.docker = docker;
        this.dockerd = dockerd;
        this.buildx = buildx;
        this.oras = oras;
        this.cosign = cosign;
    }

    /** Those of this machine; both on Debian, where {@code bin/test} sees to it. */
    public static Stream<ToolGeneration> present() {
        return Arrays.stream(values()).filter(one -> one == RELEASED || Files.isDirectory(Path.of("target/today")));
    }

    private static String program(String name) {
        return Path.of("target", name).toAbsolutePath().toString();
    }

    public String docker() {
        return program(docker);
    }

    public String dockerd() {
        return program(dockerd);
    }

    public String buildx() {
        return program(buildx);
    }

    public String oras() {
        return program(oras);
    }

    public String cosign() {
        return program(cosign);
    }

    public static String crane() {
        return program("today/crane");
    }

    public static String notation() {
        return program("today/notation");
    }
}
