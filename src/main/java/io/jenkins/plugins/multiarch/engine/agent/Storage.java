package io.jenkins.plugins.multiarch.engine.agent;

import java.io.Serializable;

/**
 * Where a build tool keeps images.
 *
 * @param path the directory, as the tool names it; empty if unknown. On another machine than this one if the tool's
 *     engine is.
 * @param freeBytes bytes free in its file system; −1 if unknown
 */
public record Storage(String path, long freeBytes) implements Serializable {

    /** Nothing is known. */
    public static final Storage UNKNOWN = new Storage("", -1);
}
