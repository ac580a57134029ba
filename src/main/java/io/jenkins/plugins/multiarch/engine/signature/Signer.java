package io.jenkins.plugins.multiarch.engine.signature;

import io.jenkins.plugins.multiarch.engine.index.TagLocks;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.provenance.Statement;
import io.jenkins.plugins.multiarch.engine.provenance.Subject;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/**
 * Signs what is in a registry, by its digest, and statements about it, so that cosign 3 (bundles that refer to the image)
 * and cosign 2 (tags made of its digest) verify them. What others have signed stays. What this key has signed already is
 * not signed again. In one JVM those who sign the same image do it one after the other.
 */
public final class Signer {

    private final Registry registry;
    private final SigningKey key;
    private final Consumer<String> log;
    private final AttachedBundles bundles;
    private final TaggedLayers layers;

    /** @param log is told, in one line each, what is signed */
    public Signer(Registry registry, SigningKey key, Consumer<String> log) {
        this.registry = registry;
        this.key = key;
        this.log = log;
        this.bundles = new AttachedBundles(registry, log);
        this.layers = new TaggedLayers(registry);
    }

    /**
     * Signs an image or an index; of an index not its members.
     *
     * @param image by digest
     * @return whether anything was added; false if this key had signed it before
     * @throws IllegalArgumentException if the reference has no digest
     * @throws IOException if the registry does not have it, or refuses
     */
    public boolean sign(ImageReference image) throws IOException {
        Statement statement = new Statement(List.of(Subject.of(image)), SignedStatement.SIGNATURE, Json.object());
        byte[] payload = SimpleSigning.payload(image);
        return attach(
                image,
                statement,
                CosignTag.SIG,
                tag -> layers.addSignature(tag, payload, Base64.getEncoder().encodeToString(key.sign(payload))));
    }

    /**
     * Signs a statement about an image or an index, and attaches it.
     *
     * @param image by digest
     * @return whether anything was added; false if this key had signed the same before
     * @throws IllegalArgumentException if the reference has no digest, or the statement is not about it
     * @throws IOException if the registry does not have it, or refuses
     */
    public boolean attest(ImageReference image, Statement statement) throws IOException {
        if (!statement.isAbout(digest(image))) {
            throw new IllegalArgumentException(
                    "The statement to sign is about " + statement.subjects() + ", not about " + image + ".");
        }
        return attach(
                image,
                statement,
                CosignTag.ATT,
                tag -> layers.addEnvelope(
                        tag, Json.write(Envelope.sign(statement, key).json(), ""), statement.predicateType()));
    }

    private static Digest digest(ImageReference image) {
        Subject.of(image); // It must have one.
        return Digest.parse(image.digest());
    }

    private interface Adding {
        void addTo(ImageReference tag) throws IOException;
    }

    private boolean attach(ImageReference image, Statement statement, CosignTag kind, Adding tagged)
            throws IOException {
        ImageReference location = image.withDigest(digest(image));
        // Whoever names a digest may have pushed it a moment ago.
        Manifest manifest = registry.pull(location, ReadOption.JUST_PUSHED, ReadOption.ANY_KIND);
        ImageReference tag = kind.of(location);
        return TagLocks.SHARED.take(List.of(tag), registry.timeLeft(), log, turn -> {
            boolean hasBundle = isIn(bundles.list(location, unreadable -> {}), statement, location);
            boolean hasLayer = isIn(layers.list(tag, unreadable -> {}), statement, location);
            if (!hasBundle) {
                Bundle bundle = new Bundle(
                        Envelope.sign(statement, key), key.verificationKey().hint());
                bundles.add(location, manifest, bundle, statement.predicateType());
            }
            if (!hasLayer) {
                tagged.addTo(tag);
            }
            boolean added = !hasBundle || !hasLayer;
            log.accept((added ? "Signed " : "Already signed: ") + describe(statement) + location + " by key "
                    + key.verificationKey());
            return added;
        });
    }

    private boolean isIn(List<SignedStatement> signed, Statement statement, ImageReference image) {
        return signed.stream()
                .anyMatch(one -> one.saysSameAs(statement, Digest.parse(image.digest()))
                        && one.isSignedBy(key.verificationKey()));
    }

    private static String describe(Statement statement) {
        return statement.predicateType().equals(SignedStatement.SIGNATURE)
                ? ""
                : "'" + statement.predicateType() + "' of ";
    }
}
