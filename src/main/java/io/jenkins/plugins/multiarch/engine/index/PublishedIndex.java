package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.io.Serializable;
import java.util.List;

/**
 * An index that is in the registry, or would be but for a dry run.
 *
 * @param image the target without tag, by the digest of the index
 * @param tags every tag it has been given, the target's own first
 * @param manifest the index as published
 */
public record PublishedIndex(ImageReference image, List<String> tags, Manifest manifest) implements Serializable {

    public PublishedIndex {
        tags = List.copyOf(tags);
    }

    /** The digest of the index. */
    public Digest digest() {
        return manifest.digest();
    }

    /** {@code registry/repository@digest}. */
    public String reference() {
        return image.toString();
    }

    /** Length of the index itself in bytes. */
    public long size() {
        return manifest.size();
    }

    /** {@link Manifest#OCI_INDEX} or {@link Manifest#DOCKER_LIST}. */
    public String mediaType() {
        return manifest.mediaType();
    }

    /** The members of the index. */
    public List<Descriptor> members() {
        return ImageIndex.parse(manifest).members();
    }
}
