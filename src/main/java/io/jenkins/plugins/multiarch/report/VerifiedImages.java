package io.jenkins.plugins.multiarch.report;

import io.jenkins.plugins.multiarch.engine.provenance.BuildOrigin;
import io.jenkins.plugins.multiarch.engine.verify.VerifiedImage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What {@code verifyImage} has verified, as a Pipeline reads it. */
public final class VerifiedImages implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String reference;
    private final String digest;
    private final String key;
    private final ArrayList<String> builders;
    private final ArrayList<String> jobs;
    private final ArrayList<String> attestations;

    /**
     * @param image the image or index itself
     * @param key the fingerprint of the key
     */
    public VerifiedImages(VerifiedImage image, String key) {
        this.reference = image.image().toString();
        this.digest = image.image().digest();
        this.key = key;
        this.builders = new ArrayList<>(
                image.origins().stream().map(BuildOrigin::builder).distinct().toList());
        this.jobs = new ArrayList<>(image.origins().stream()
                .map(BuildOrigin::job)
                .filter(job -> !job.isEmpty())
                .distinct()
                .toList());
        this.attestations = new ArrayList<>(image.attestations());
    }

    /** {@code registry/repository@digest}: what to deploy, because a tag may move. */
    @Whitelisted
    public String getReference() {
        return reference;
    }

    @Whitelisted
    public String getDigest() {
        return digest;
    }

    /** The fingerprint of the key. */
    @Whitelisted
    public String getKey() {
        return key;
    }

    /** The builders that its provenance names; empty if it has none that the key has signed. */
    @Whitelisted
    public List<String> getBuilders() {
        return new ArrayList<>(builders);
    }

    /** The jobs that its provenance names. */
    @Whitelisted
    public List<String> getJobs() {
        return new ArrayList<>(jobs);
    }

    /** The predicate types of all that the key has signed about it. */
    @Whitelisted
    public List<String> getAttestations() {
        return new ArrayList<>(attestations);
    }

    @Whitelisted
    @Override
    public String toString() {
        return reference;
    }
}
