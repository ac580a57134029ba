package io.jenkins.plugins.multiarch.engine.copy;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.io.Serializable;
import java.util.List;

/**
 * What has been copied, or would be but for a dry run.
 *
 * @param source what was copied, by digest
 * @param image the copy, by digest
 * @param tags every tag it has been given, the target's own first
 * @param manifest the copy's manifest
 * @param attached how many manifests were copied with it that are attached to it or its platform images
 */
public record CopyResult(
        ImageReference source, ImageReference image, List<String> tags, Manifest manifest, int attached)
        implements Serializable {

    public CopyResult {
        tags = List.copyOf(tags);
    }

    /** Whether the copy has the digest of the source, so that all signatures hold for it. */
    public boolean isSame() {
        return source.digest().equals(image.digest());
    }
}
