package io.jenkins.plugins.multiarch.engine.provenance;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a statement is about.
 *
 * @param name for people to read; empty if there is none
 * @param digests its hashes, by algorithm, in lower-case hexadecimal digits
 * @see <a href="https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md">in-toto attestation,
 *     resource descriptor</a>
 */
public record Subject(String name, Map<String, String> digests) {

    public Subject {
        digests = Collections.unmodifiableMap(new TreeMap<>(digests));
    }

    /**
     * An image, by the name of its repository.
     *
     * @throws IllegalArgumentException if the reference has no digest
     */
    public static Subject of(ImageReference image) {
        if (image.digest().isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + image + "' has no digest, and its tag may move. Name what is signed by its digest.");
        }
        Digest digest = Digest.parse(image.digest());
        return new Subject(image.name(), Map.of(digest.algorithm(), digest.hex()));
    }

    /** Whether this is what has the digest. */
    public boolean matches(Digest digest) {
        return digest.hex().equals(digests.get(digest.algorithm()));
    }

    /** {@code sha256:…}, or all of its digests. */
    @Override
    public String toString() {
        return String.join(
                ", ",
                digests.entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue())
                        .toList());
    }
}
