package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.provenance.ResolvedBaseImage;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * What a build tool says of the image that it has pushed. Whoever controls the machine can make it say anything.
 *
 * @param digest of what was pushed
 * @param testedConfig digest of the configuration that the tested image has; null if what was tested is what was pushed
 * @param bases the images that it was built on, as far as the tool tells
 */
public record ReportedImage(Digest digest, Digest testedConfig, List<ResolvedBaseImage> bases) implements Serializable {

    /** More than any Dockerfile names. */
    private static final int MOST_BASES = 100;

    /** An agent sends it to the controller, which does not trust it. */
    public ReportedImage {
        Objects.requireNonNull(digest, "digest");
        bases = bases.stream().limit(MOST_BASES).toList();
    }

    /**
     * Reads it.
     *
     * @param image what was asked for
     * @throws IOException if the tool has left nothing that can be read; the message says what was found
     */
    public static ReportedImage read(BuildFolder folder, ImageReference image) throws IOException {
        return new ReportedImage(
                folder.readDigest(image), folder.readTestedConfig().orElse(null), folder.readBaseImages());
    }
}
