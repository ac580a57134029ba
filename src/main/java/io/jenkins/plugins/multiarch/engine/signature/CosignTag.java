package io.jenkins.plugins.multiarch.engine.signature;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.Locale;

/**
 * A tag under which cosign 2 keeps something about an image, made of the image's digest.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#tag-based-discovery">cosign signature
 *     specification, tag-based discovery</a>
 */
public enum CosignTag {
    /** Signatures. */
    SIG,
    /** Attestations: signed statements. */
    ATT,
    /** A bill of materials, unsigned; obsolete. */
    SBOM;

    /** @param image by digest */
    public ImageReference of(ImageReference image) {
        Digest digest = Digest.parse(image.digest());
        return image.withTag(digest.algorithm() + "-" + digest.hex() + "." + name().toLowerCase(Locale.ROOT));
    }
}
