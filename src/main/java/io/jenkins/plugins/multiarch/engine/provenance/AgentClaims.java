package io.jenkins.plugins.multiarch.engine.provenance;

import java.io.Serializable;
import java.util.List;

/**
 * What the agent that has built a platform says of its work. Whoever controls the agent can make it say anything.
 *
 * @param tool which build tool it has used, e.g. {@code buildx}; empty if it did not say
 * @param toolVersion the tool's version; empty if it did not say
 * @param baseImages what the tool has built on, as far as it tells
 */
public record AgentClaims(String tool, String toolVersion, List<ResolvedBaseImage> baseImages) implements Serializable {

    /** Nothing was said. */
    public static final AgentClaims NONE = new AgentClaims("", "", List.of());

    public AgentClaims {
        baseImages = List.copyOf(baseImages);
    }
}
