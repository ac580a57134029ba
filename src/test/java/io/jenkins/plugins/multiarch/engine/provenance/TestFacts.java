package io.jenkins.plugins.multiarch.engine.provenance;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What is known of a build that tests make up. */
public final class TestFacts {

    public static final String JENKINS = "https://ci.example.com/";
    public static final String REPOSITORY = "https://git.example.com/team/app.git";

    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    private TestFacts() {}

    public static Digest digest(String of) {
        return Digest.ofSha256(of.getBytes(StandardCharsets.UTF_8));
    }

    /** A build of two platforms by this job. */
    public static BuildFacts ofJob(String job) {
        AgentClaims claims = new AgentClaims(
                "buildx", "0.13.1", List.of(new ResolvedBaseImage("docker.io/library/debian:12", digest("debian"))));
        return new BuildFacts(
                JENKINS,
                "1.0",
                job,
                12,
                new SourceCode(REPOSITORY, "refs/heads/main", "0123456789012345678901234567890123456789"),
                Map.of("target", "release", "image", "registry.example.com/team/app:1"),
                List.of(
                        new PlatformBuild(
                                Platform.parse("linux/amd64"),
                                digest("amd64"),
                                BuildMode.NATIVE,
                                "amd-1",
                                START,
                                START.plusSeconds(60),
                                claims),
                        new PlatformBuild(
                                Platform.parse("linux/arm64"),
                                digest("arm64"),
                                BuildMode.EMULATED,
                                "amd-2",
                                START.plusSeconds(1),
                                START.plusSeconds(90),
                                AgentClaims.NONE)),
                START,
                START.plusSeconds(100));
    }
}
