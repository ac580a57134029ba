package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;

/**
 * A layer that is made here: a compressed archive.
 *
 * @param digest of the compressed archive
 * @param size of the compressed archive, in bytes
 * @param diffId digest of the archive before it was compressed
 */
record Layer(Digest digest, long size, Digest diffId) {

    static final String MEDIA_TYPE = Manifest.OCI_LAYER + "+gzip";
}
