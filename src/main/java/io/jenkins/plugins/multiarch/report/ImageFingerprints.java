package io.jenkins.plugins.multiarch.report;

import hudson.BulkChange;
import hudson.model.Fingerprint;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.docker.commons.fingerprint.DockerFingerprints;

/** Lets the digest of an image lead back to the run that has pushed it, if the Docker Commons plugin is installed. */
final class ImageFingerprints {

    private static final Logger LOGGER = Logger.getLogger(ImageFingerprints.class.getName());

    private ImageFingerprints() {}

    /**
     * Adds the run to the fingerprint of a digest. A fingerprint that cannot be written is no reason for a build to fail.
     *
     * @param digest of a platform image or an index; empty if there is none
     */
    static void add(Run<?, ?> run, String digest) {
        // Docker Commons knows no other algorithm.
        if (digest.isEmpty()
                || !Digest.parse(digest).algorithm().equals("sha256")
                || Jenkins.get().getPlugin("docker-commons") == null) {
            return;
        }
        try {
            DockerCommons.add(run, digest);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Cannot write the fingerprint of " + digest + " for " + run);
        }
    }

    /** A class of its own, because it cannot be loaded without that plugin. */
    private static final class DockerCommons {

        static void add(Run<?, ?> run, String digest) throws IOException {
            Fingerprint image = DockerFingerprints.forImage(run, digest, null);
            try (BulkChange both = new BulkChange(image)) {
                DockerFingerprints.addFromFacet(null, digest, run);
                // That links the first run alone.
                image.addFor(run);
                both.commit();
            }
        }
    }
}
