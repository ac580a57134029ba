package io.jenkins.plugins.multiarch.engine.provenance;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.Serializable;

/**
 * An image that another one was built on.
 *
 * @param reference as the Dockerfile or the tool names it
 * @param digest what was used
 */
public record ResolvedBaseImage(String reference, Digest digest) implements Serializable {}
