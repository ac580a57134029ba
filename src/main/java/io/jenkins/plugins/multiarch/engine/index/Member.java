package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;

/**
 * What is to be in an index, and the reference by which its author knows it.
 *
 * @param origin where it comes from
 * @param descriptor as it will be written
 */
record Member(ImageReference origin, Descriptor descriptor) {

    /** Where its manifest is. */
    ImageReference location() {
        return origin.withDigest(descriptor.digest());
    }
}
