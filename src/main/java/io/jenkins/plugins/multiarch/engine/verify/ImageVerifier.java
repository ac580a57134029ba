package io.jenkins.plugins.multiarch.engine.verify;

import io.jenkins.plugins.multiarch.engine.index.ImagePart;
import io.jenkins.plugins.multiarch.engine.provenance.BuildOrigin;
import io.jenkins.plugins.multiarch.engine.provenance.Provenance;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.signature.SignedStatement;
import io.jenkins.plugins.multiarch.engine.signature.SignedStatements;
import io.jenkins.plugins.multiarch.engine.signature.VerificationKey;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Verifies images by one key: what cosign 2, cosign 3 and this plugin sign, wherever they keep it. A transparency log is
 * not asked. The name of the repository in a signature does not matter, because images are promoted to other ones; the
 * digest does.
 */
public final class ImageVerifier {

    private static final int IMAGES_AT_ONCE = 4;

    private final Registry registry;
    private final VerificationKey key;
    private final ExpectedOrigin expected;

    /** @param expected where the images must have been built; {@link ExpectedOrigin#ANY} needs a signature alone */
    public ImageVerifier(Registry registry, VerificationKey key, ExpectedOrigin expected) {
        this.registry = registry;
        this.key = key;
        this.expected = expected;
    }

    /**
     * Verifies what a reference points at now. Whoever uses the image afterwards does so by the digest in the result,
     * because a tag may move.
     *
     * @param reference by tag or digest
     * @param platformImages whether the platform images of an index must be signed too, each of its own
     * @return what was verified, the index or image itself first
     * @throws VerificationException if one of them is not signed by the key, or has no provenance as it is expected; the
     *     message says which, and in what it differs
     * @throws IOException if the registry does not have it, or fails
     */
    public List<VerifiedImage> verify(ImageReference reference, boolean platformImages) throws IOException {
        return Workers.map(IMAGES_AT_ONCE, ImagePart.read(registry, reference, platformImages), this::verify);
    }

    private VerifiedImage verify(ImagePart part) throws IOException {
        SignedStatements found = SignedStatements.read(registry, part.image());
        Digest digest = Digest.parse(part.image().digest());
        List<SignedStatement> verified = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        for (SignedStatement statement : found.all()) {
            String refusal = refusal(statement, digest);
            if (refusal.isEmpty()) {
                verified.add(statement);
            } else {
                refusals.add(refusal + " (" + statement.location() + ")");
            }
        }
        refusals.addAll(found.unreadable());
        List<String> signatures = verified.stream()
                .filter(SignedStatement::isSignature)
                .map(SignedStatement::location)
                .toList();
        if (signatures.isEmpty()) {
            throw new VerificationException(unsigned(part, refusals));
        }
        List<String> attestations = verified.stream()
                .filter(one -> !one.isSignature())
                .map(one -> one.statement().predicateType())
                .distinct()
                .sorted()
                .toList();
        return new VerifiedImage(part.name(), part.image(), signatures, origins(part, verified), attestations);
    }

    /** Why a statement is not the key's about this digest; empty if it is. */
    private String refusal(SignedStatement found, Digest digest) {
        if (!found.isSignedBy(key)) {
            return found.claimedKey().isEmpty()
                    ? "signed by another key, or changed since, expected " + key.fingerprint()
                    : found.claimedKey().equals(key.fingerprint())
                            ? "changed since it was signed by key " + key.fingerprint()
                            : "signed by key " + found.claimedKey() + ", expected " + key.fingerprint();
        }
        return found.statement().isAbout(digest)
                ? ""
                : "about " + found.statement().subjects() + ", expected " + digest;
    }

    private String unsigned(ImagePart part, List<String> refusals) {
        return describe(part) + " has no valid signature of key " + key.fingerprint() + ". "
                + (refusals.isEmpty()
                        ? "Nothing about it is signed in its repository. Sign it, or check the reference."
                        : "What there is: " + String.join("; ", refusals)
                                + ". Give the key that it was signed by, or do" + " not use the image.");
    }

    /** What all provenance of the key says, or, if something is expected, only what is as expected. */
    private List<BuildOrigin> origins(ImagePart part, List<SignedStatement> verified) throws VerificationException {
        List<BuildOrigin> origins = new ArrayList<>();
        List<String> differences = new ArrayList<>();
        for (SignedStatement statement : verified) {
            if (!statement.statement().predicateType().equals(Provenance.PREDICATE_TYPE)) {
                continue;
            }
            try {
                BuildOrigin origin = BuildOrigin.of(statement.statement());
                List<String> differs = expected.differences(origin);
                if (differs.isEmpty()) {
                    origins.add(origin);
                } else {
                    differences.add(String.join(", ", differs));
                }
            } catch (IllegalArgumentException e) {
                differences.add("the provenance in " + statement.location() + " is malformed: " + e.getMessage());
            }
        }
        if (origins.isEmpty() && !expected.isAny()) {
            throw new VerificationException(describe(part)
                    + (differences.isEmpty()
                            ? " has no provenance that is signed by key " + key.fingerprint()
                                    + ", so it is not known where it was built. Attest it, or expect a signature alone."
                            : " was not built as expected: "
                                    + String.join(
                                            "; ",
                                            differences.stream().distinct().toList()) + "."));
        }
        return origins.stream().distinct().toList();
    }

    private static String describe(ImagePart part) {
        return part.image() + " (" + part.name() + ")";
    }
}
