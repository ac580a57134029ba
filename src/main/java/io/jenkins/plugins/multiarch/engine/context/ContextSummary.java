package io.jenkins.plugins.multiarch.engine.context;

import java.io.Serializable;

/**
 * What a packed build context holds.
 *
 * @param files number of regular files and symbolic links; directories do not count
 * @param bytes sum of the sizes of the regular files, in bytes
 */
public record ContextSummary(long files, long bytes) implements Serializable {}
