package io.jenkins.plugins.multiarch.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** An image index that is in the registry, as a Pipeline reads it. */
public final class PushedManifestList implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String digest;
    private final String reference;
    private final long size;
    private final String mediaType;
    private final ArrayList<String> tags;

    public PushedManifestList(String digest, String reference, long size, String mediaType, List<String> tags) {
        this.digest = digest;
        this.reference = reference;
        this.size = size;
        this.mediaType = mediaType;
        this.tags = new ArrayList<>(tags);
    }

    @Whitelisted
    public String getDigest() {
        return digest;
    }

    /** {@code registry/repository@digest}. */
    @Whitelisted
    public String getReference() {
        return reference;
    }

    /** Size of the index itself in bytes. */
    @Whitelisted
    public long getSize() {
        return size;
    }

    @Whitelisted
    public String getMediaType() {
        return mediaType;
    }

    /** Every tag it was pushed under, the image's own first. */
    @Whitelisted
    public List<String> getTags() {
        return new ArrayList<>(tags);
    }

    @Whitelisted
    @Override
    public String toString() {
        return reference;
    }
}
