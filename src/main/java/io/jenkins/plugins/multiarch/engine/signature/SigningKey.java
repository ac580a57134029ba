package io.jenkins.plugins.multiarch.engine.signature;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/**
 * A private key that signs: ECDSA on the curve P-256, with SHA-256. It cannot be serialized, and nothing that is printed
 * shows it.
 */
public final class SigningKey {

    private final PrivateKey key;
    private final VerificationKey verificationKey;

    SigningKey(PrivateKey key, VerificationKey verificationKey) {
        this.key = key;
        this.verificationKey = verificationKey;
    }

    /**
     * Reads a private key in PEM: PKCS #8, SEC 1, or the encrypted file of {@code cosign generate-key-pair}.
     *
     * @param passphrase of cosign's file; the other ones have none, so it is ignored there
     * @throws IllegalArgumentException if it is no such key, or the passphrase is wrong; the message says which, and what
     *     to give instead, and quotes neither
     */
    public static SigningKey read(String text, char[] passphrase) {
        return PrivateKeyFile.read(Pem.parse(text, PrivateKeyFile.WHAT), passphrase);
    }

    /** What signatures of this key are verified with. */
    public VerificationKey verificationKey() {
        return verificationKey;
    }

    /** The signature of these bytes, in ASN.1 as ECDSA has it; another one every time. */
    byte[] sign(byte[] content) {
        try {
            Signature signature = Signature.getInstance(VerificationKey.ALGORITHM);
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A private key of P-256 can always sign", e);
        }
    }

    /** Which key it is, by its public half. */
    @Override
    public String toString() {
        return "private key of " + verificationKey;
    }
}
