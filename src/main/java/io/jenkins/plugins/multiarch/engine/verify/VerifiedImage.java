package io.jenkins.plugins.multiarch.engine.verify;

import io.jenkins.plugins.multiarch.engine.provenance.BuildOrigin;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Serializable;
import java.util.List;

/**
 * An image, or index, that the key has signed.
 *
 * @param name for people: {@code index}, {@code image}, or the platform
 * @param image by digest
 * @param signatures where the verified signatures are
 * @param origins what verified provenance says of its build, if it is as expected; empty if there is no provenance
 * @param attestations the predicate types of all statements about it that the key has signed, sorted
 */
public record VerifiedImage(
        String name,
        ImageReference image,
        List<String> signatures,
        List<BuildOrigin> origins,
        List<String> attestations)
        implements Serializable {

    public VerifiedImage {
        signatures = List.copyOf(signatures);
        origins = List.copyOf(origins);
        attestations = List.copyOf(attestations);
    }
}
