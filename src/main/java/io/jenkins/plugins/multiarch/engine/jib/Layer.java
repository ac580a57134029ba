package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.reference.Digest;

/**
 * A layer that is made here: a compressed archive.
 *
 * @param digest of the compressed archive
 * @param size of the compressed archive, in bytes
 * @param diffId digest of the archive before it was compressed
 */
record Layer(Digest digest, long size, Digest diffId) {

    static final String MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";
}
