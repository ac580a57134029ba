package io.jenkins.plugins.multiarch.engine.reference;

import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The content address of a manifest or blob, {@code algorithm:hex}.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex the hash in lower-case hexadecimal digits, as long as the algorithm makes it
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests">OCI descriptor,
 *     digests</a>
 */
public record Digest(String algorithm, String hex) implements Serializable {

    private static final Map<String, Pattern> HEX =
            Map.of("sha256", Pattern.compile("[0-9a-f]{64}"), "sha512", Pattern.compile("[0-9a-f]{128}"));

    /** @throws IllegalArgumentException if the algorithm is another one or {@code hex} does not fit it */
    public Digest {
        Pattern form = algorithm == null ? null : HEX.get(algorithm);
        if (form == null || hex == null || !form.matcher(hex).matches()) {
            throw new IllegalArgumentException("'" + algorithm + ":" + hex
                    + "' is not a digest. Write sha256: and 64, or sha512: and 128, lower-case hexadecimal digits.");
        }
    }

    /**
     * Reads a digest.
     *
     * @throws IllegalArgumentException if the text is none; the message names it
     */
    public static Digest parse(String text) {
        String given = text == null ? "" : text.trim();
        int colon = given.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a digest. Write sha256: and 64, or sha512: and 128, lower-case hexadecimal digits.");
        }
        return new Digest(given.substring(0, colon), given.substring(colon + 1));
    }

    /** The SHA-256 digest of these bytes. */
    public static Digest ofSha256(byte[] content) {
        MessageDigest hash = newSha256();
        hash.update(content);
        return ofSha256(hash);
    }

    /** The SHA-256 digest of what a {@link #newSha256} hash has taken; the hash begins anew. */
    public static Digest ofSha256(MessageDigest hash) {
        return new Digest("sha256", HexFormat.of().formatHex(hash.digest()));
    }

    /** Whether these bytes are what this digest stands for. */
    public boolean matches(byte[] content) {
        return isHash(newHash(algorithm).digest(content));
    }

    /** Takes the bytes that this digest may stand for. */
    public MessageDigest newHash() {
        return newHash(algorithm);
    }

    /** Whether this is what {@link #newHash} has come to. */
    public boolean isHash(byte[] hash) {
        return hex.equals(HexFormat.of().formatHex(hash));
    }

    /** A hash that {@link #ofSha256} would be the result of. */
    public static MessageDigest newSha256() {
        return newHash("sha256");
    }

    private static MessageDigest newHash(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.equals("sha256") ? "SHA-256" : "SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no " + algorithm, e);
        }
    }

    /** {@code algorithm:hex}. */
    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
