package io.jenkins.plugins.multiarch.engine.provenance;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.Serializable;
import java.time.Instant;

/**
 * How one platform image was built.
 *
 * @param digest of the platform image, as the controller has verified it in the registry
 * @param mode as it was planned
 * @param agent the name of the agent in Jenkins
 * @param startedOn when the branch of the build began
 * @param finishedOn when it had ended
 * @param claims what the agent says of it
 */
public record PlatformBuild(
        Platform platform,
        Digest digest,
        BuildMode mode,
        String agent,
        Instant startedOn,
        Instant finishedOn,
        AgentClaims claims)
        implements Serializable {}
