package io.jenkins.plugins.multiarch.report;

import io.jenkins.plugins.multiarch.engine.signature.VerificationKey;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** That an index and its platform images were signed, as the build's record keeps it. */
@ExportedBean(defaultVisibility = 4)
public final class RecordedSignature {

    private final String key;
    private final String publicKey;
    private final boolean provenance;

    /** @param provenance whether provenance was signed and attached too */
    public RecordedSignature(VerificationKey key, boolean provenance) {
        this.key = key.fingerprint();
        this.publicKey = key.pem();
        this.provenance = provenance;
    }

    /** The fingerprint of the key. */
    @Exported
    public String getKey() {
        return key;
    }

    /** The public key, in PEM. */
    @Exported
    public String getPublicKey() {
        return publicKey;
    }

    @Exported
    public boolean isProvenance() {
        return provenance;
    }
}
