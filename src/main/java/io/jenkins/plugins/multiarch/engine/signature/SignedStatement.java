package io.jenkins.plugins.multiarch.engine.signature;

import io.jenkins.plugins.multiarch.engine.provenance.Statement;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A statement that somebody has signed, as it was found in a registry. Before {@link #isSignedBy} has been asked, nothing
 * in it can be believed.
 *
 * @param location where it was found, for messages
 * @param keyHint the fingerprint in Base64 of the key that it claims to be signed by; empty if it names none
 * @param signed the bytes that the signatures are of
 * @param signatures each in ASN.1; one that verifies is enough
 */
public record SignedStatement(
        String location, String keyHint, byte[] signed, List<byte[]> signatures, Statement statement) {

    /** The predicate type of cosign's plain signature, which says nothing but that the key's owner stands for the image. */
    public static final String SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

    private static final int FINGERPRINT_BYTES = 32;

    public SignedStatement {
        signatures = List.copyOf(signatures);
    }

    /** Whether this key's other half has signed it. */
    public boolean isSignedBy(VerificationKey key) {
        return signatures.stream().anyMatch(signature -> key.verifies(signed, signature));
    }

    /** Whether it says that an image is signed, and nothing else. */
    public boolean isSignature() {
        return statement.predicateType().equals(SIGNATURE);
    }

    /** Whether it says of this image what the other one says. */
    boolean saysSameAs(Statement other, Digest image) {
        return statement.isAbout(image)
                && statement.predicateType().equals(other.predicateType())
                && statement.predicate().equals(other.predicate());
    }

    /** The fingerprint of the key that it claims to be signed by; empty if it names none. */
    public String claimedKey() {
        try {
            byte[] hash = Base64.getDecoder().decode(keyHint);
            return hash.length == FINGERPRINT_BYTES ? "sha256:" + HexFormat.of().formatHex(hash) : "";
        } catch (IllegalArgumentException e) {
            return ""; // A hint may be any text.
        }
    }
}
