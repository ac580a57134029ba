package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.util.List;

/**
 * A layer of a base image, in its registry.
 *
 * @param image any reference in the repository that has it
 * @param size compressed, in bytes
 * @param urls where clients get it if the registry need not have it; else empty
 */
record BaseLayer(ImageReference image, Digest digest, long size, String mediaType, List<String> urls) {

    BaseLayer {
        urls = List.copyOf(urls);
    }

    /** Whether the registry need not have it, and clients get it elsewhere. */
    boolean isElsewhere() {
        return mediaType.contains("nondistributable") || mediaType.contains("foreign");
    }

    /** Its media type in an OCI manifest; Docker's own names mean the same bytes. */
    String ociMediaType() {
        return switch (mediaType) {
            case "application/vnd.docker.image.rootfs.diff.tar.gzip" -> Layer.MEDIA_TYPE;
            case "application/vnd.docker.image.rootfs.diff.tar" -> Manifest.OCI_LAYER;
            case "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" ->
                "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
            default -> mediaType;
        };
    }
}
