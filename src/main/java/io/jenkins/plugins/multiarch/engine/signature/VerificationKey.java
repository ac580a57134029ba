package io.jenkins.plugins.multiarch.engine.signature;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.ByteArrayInputStream;
import java.io.Serializable;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A public key that signatures are verified with: ECDSA on the curve P-256, with SHA-256, as cosign makes its keys.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.7">RFC 5280, subject public key info</a>
 */
public final class VerificationKey implements Serializable {

    private static final long serialVersionUID = 1L;

    static final String ALGORITHM = "SHA256withECDSA";

    private static final String WHAT = "public key";

    /** The order of P-256, FIPS 186-5; no other curve of Java has it. */
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private final PublicKey key;

    private VerificationKey(PublicKey key) {
        this.key = key;
    }

    /**
     * Reads a public key or an X.509 certificate, in PEM. Of several certificates the first counts. Who issued it is not
     * looked at: it is trusted because it was given.
     *
     * @throws IllegalArgumentException if it is neither, a key of another kind, or a certificate that is not valid now;
     *     the message says which, and what to give instead
     */
    public static VerificationKey read(String text) {
        Pem pem = Pem.parse(text, WHAT);
        return switch (pem.label()) {
            case "PUBLIC KEY" -> ofDer(pem.content());
            case "CERTIFICATE" -> of(certificate(pem));
            default -> {
                if (pem.label().contains("PRIVATE KEY")) {
                    throw new IllegalArgumentException("This is a private key ('" + pem.label()
                            + "'), which nobody needs to verify with. Give the public key that belongs to it.");
                }
                throw new IllegalArgumentException("A '" + pem.label()
                        + "' is no key to verify with. Give a 'PUBLIC KEY' or a 'CERTIFICATE' in PEM.");
            }
        };
    }

    private static VerificationKey ofDer(byte[] der) {
        try {
            return of(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            for (String other : new String[] {"RSA", "EdDSA", "DSA"}) {
                if (isKey(other, der)) {
                    throw otherKind(other);
                }
            }
            throw Pem.truncated(WHAT, "PUBLIC KEY", e);
        }
    }

    private static boolean isKey(String algorithm, byte[] der) {
        try {
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)) != null;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static PublicKey certificate(Pem pem) {
        X509Certificate certificate;
        try {
            certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.content()));
        } catch (CertificateException e) {
            throw Pem.truncated("certificate", pem.label(), e);
        }
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new IllegalArgumentException(
                    "The certificate of " + certificate.getSubjectX500Principal() + " has expired on "
                            + certificate.getNotAfter().toInstant() + ". Give its successor, or the public key itself.",
                    e);
        } catch (CertificateNotYetValidException e) {
            throw new IllegalArgumentException(
                    "The certificate of " + certificate.getSubjectX500Principal() + " is not valid before "
                            + certificate.getNotBefore().toInstant() + ". Give another one, or correct the clock.",
                    e);
        }
        return certificate.getPublicKey();
    }

    static VerificationKey of(PublicKey key) {
        if (!(key instanceof ECPublicKey ec)) {
            throw otherKind(key.getAlgorithm());
        }
        if (!ec.getParams().getOrder().equals(P256_ORDER)) {
            throw otherKind("EC of " + ec.getParams().getOrder().bitLength() + " bits");
        }
        return new VerificationKey(key);
    }

    static IllegalArgumentException otherKind(String kind) {
        return new IllegalArgumentException("The key is of the kind " + kind
                + ", but must be an EC key on the curve P-256. 'cosign generate-key-pair' makes one.");
    }

    /**
     * By what people tell keys apart.
     *
     * @return the SHA-256 of the key as a DER SubjectPublicKeyInfo, {@code sha256:} and 64 hexadecimal digits
     */
    public String fingerprint() {
        return Digest.ofSha256(key.getEncoded()).toString();
    }

    /** The fingerprint as sigstore bundles have it: in Base64. */
    String hint() {
        return Base64.getEncoder()
                .encodeToString(HexFormat.of()
                        .parseHex(Digest.ofSha256(key.getEncoded()).hex()));
    }

    /** The public key in PEM, as {@code cosign verify --key} takes it. */
    public String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** Whether this key's other half has signed these bytes. Malformed signatures are none. */
    boolean verifies(byte[] content, byte[] signature) {
        try {
            Signature verification = Signature.getInstance(ALGORITHM);
            verification.initVerify(key);
            verification.update(content);
            return verification.verify(signature);
        } catch (SignatureException e) {
            return false; // It is no ASN.1 of two numbers.
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no " + ALGORITHM, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerificationKey that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    /** The fingerprint. */
    @Override
    public String toString() {
        return fingerprint();
    }
}
