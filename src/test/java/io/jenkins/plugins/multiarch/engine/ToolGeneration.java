package io.jenkins.plugins.multiarch.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Docker's programs and oras, as {@code .ci/prepare} fetches them. */
public enum ToolGeneration {
    /** Of the Debian release after the one that most machines have: docker 26, buildx 0.13, oras 1.2. */
    RELEASED("docker-cli/docker", "dockerd/dockerd", "buildx/docker-buildx", "oras/oras"),
    /** The latest that Debian has: docker 28, buildx 0.29, oras 1.3, and crane; elsewhere than on Debian there is none. */
    TODAY("today/docker", "today/dockerd", "today/docker-buildx", "today/oras");

    private final String docker;
    private final String dockerd;
    private final String buildx;
    private final String oras;

    ToolGeneration(String docker, String dockerd, String buildx, String oras) {
        this.docker = docker;
        this.dockerd = dockerd;
        this.buildx = buildx;
        this.oras = oras;
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

    public static String crane() {
        return program("today/crane");
    }
}
