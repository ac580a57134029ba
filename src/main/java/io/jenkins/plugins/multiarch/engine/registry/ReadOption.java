package io.jenkins.plugins.multiarch.engine.registry;

/** How a manifest or configuration is read, where the usual way is not good enough. */
public enum ReadOption {
    /** Never from a mirror, whose tags may be those of yesterday. */
    FRESH,
    /** Never from a mirror, and asked for again for a while if the registry does not have it yet. */
    JUST_PUSHED,
    /**
     * Whatever it is: Docker schema 1 (whose digest is not verified, because it leaves out its signatures), an artifact, or,
     * if it is asked for by digest, any other content.
     */
    ANY_KIND
}
